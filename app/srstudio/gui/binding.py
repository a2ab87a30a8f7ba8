"""Ties the view's state to the actions, the overlay panel and the settings, both ways."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from srstudio.compare.comparison import MOST_PANES, Comparison, first_ones
from srstudio.compare.magnifier import Magnifier
from srstudio.gui.actions import Actions
from srstudio.gui.panels.overlay import OverlayPanel
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.settings.schema import OverlayName, ViewSettings


def initial_comparison(settings: ViewSettings) -> Comparison:
    """The comparison as the settings left it."""
    return Comparison(
        layout=settings.layout,
        overlay=settings.overlay,
        overlay_opacity=settings.opacity,
        nearest=settings.nearest,
    )


def with_fitting_panes(new: Comparison, old: Comparison) -> Comparison:
    """Side by side shows all sources; the slider begins with two and keeps those chosen since.

    Where there are more than four, the ground truth is among those that are shown.
    """
    if (new.layout, new.sources) == (old.layout, old.sources):
        return new
    side_by_side = new.layout == "side_by_side"
    two = new.panes if old.layout == "slider" else new.panes[:2]
    all_of_them = first_ones(new.sources, MOST_PANES, new.reference)
    wanted = all_of_them if side_by_side else two
    return new if wanted == new.panes else new.with_panes(wanted)


class Binding(QObject):
    """Whoever changes the comparison, everybody shows it.

    Args:
        view: Holds the comparison.
        actions: The verbs; those with a state show it.
        panel: The overlay panel.
        settings: Remember it.
    """

    def __init__(
        self,
        view: ComparisonView,
        actions: Actions,
        panel: OverlayPanel,
        settings: ViewSettings,
    ) -> None:
        super().__init__()
        self._view, self._actions, self._panel = view, actions, panel
        self._settings = settings
        self._before = view.comparison
        view.comparison_changed.connect(self._changed)
        view.blink_changed.connect(actions["blink"].setChecked)
        view.magnifier_changed.connect(self._show_magnifier)
        panel.kind_chosen.connect(self._choose_overlay)
        panel.opacity_chosen.connect(lambda opacity: self._replace(overlay_opacity=opacity))
        panel.nearest_chosen.connect(lambda on: self._replace(nearest=on))
        view.set_comparison(initial_comparison(settings))
        self._show(view.comparison)

    def set_side_by_side(self, on: bool) -> None:
        """Panes beside each other, or the slider."""
        if on != (self._view.comparison.layout == "side_by_side"):
            self._view.toggle_layout()

    def set_nearest(self, on: bool) -> None:
        """Squares or smooth at and above 100 %."""
        self._replace(nearest=on)

    def set_follow(self, on: bool) -> None:
        """Whether the slider follows the mouse."""
        self._replace(follow=on)

    def set_hidden_labels(self, hidden: bool) -> None:
        """Whether labels and legends are hidden."""
        self._replace(labels=not hidden)

    def _choose_overlay(self, kind: OverlayName) -> None:
        self._replace(overlay=kind)

    def _replace(self, **changes: object) -> None:
        self._view.set_comparison(replace(self._view.comparison, **changes))  # type: ignore[arg-type]

    def _show_magnifier(self, magnifier: Magnifier) -> None:
        self._actions["magnify"].setChecked(magnifier.on)
        self._actions["hold"].setChecked(magnifier.frozen)

    def _changed(self, comparison: Comparison) -> None:
        fitting = with_fitting_panes(comparison, self._before)
        self._before = fitting
        if fitting != comparison:
            self._view.set_comparison(fitting)
        else:
            self._show(comparison)

    def _show(self, comparison: Comparison) -> None:
        self._settings.layout = comparison.layout
        self._settings.overlay = comparison.overlay
        self._settings.opacity = comparison.overlay_opacity
        self._settings.nearest = comparison.nearest
        self._panel.set_state(comparison.overlay, comparison.overlay_opacity, comparison.nearest)
        states = {
            "side_by_side": comparison.layout == "side_by_side",
            "nearest": comparison.nearest,
            "follow": comparison.follow,
            "labels": not comparison.labels,
        }
        for name, on in states.items():
            self._actions[name].setChecked(on)
