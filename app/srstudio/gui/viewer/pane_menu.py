"""The menu of a pane: which source it shows, and how many panes there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from srstudio.compare.comparison import MOST_PANES, Comparison
from srstudio.compare.viewport import Point

if TYPE_CHECKING:
    from srstudio.gui.viewer.comparison_view import ComparisonView


def pane_menu(view: ComparisonView, at: Point) -> QMenu | None:
    """The menu for the pane under a point of the view; None where there is none."""
    pane = view.arrangement.pane_at(at)
    if pane is None:
        return None
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _list_sources(menu, view, pane.key)
    if view.comparison.shown is None:
        menu.addSeparator()
        _change_number(menu, view, pane.key)
    return menu


def _list_sources(menu: QMenu, view: ComparisonView, current: str) -> None:
    menu.addSection("Show here")
    group = QActionGroup(menu)
    for number, source in enumerate(view.sources, start=1):
        action = menu.addAction(f"&{number}  {source.title}" if number < 10 else source.title)
        action.setCheckable(True)
        action.setChecked(source.key == current)
        group.addAction(action)
        action.triggered.connect(_then(view, _showing(view.comparison, current, source.key)))


def _change_number(menu: QMenu, view: ComparisonView, current: str) -> None:
    comparison = view.comparison
    others = [key for key in comparison.sources if key not in comparison.panes]
    add = menu.addAction("&Add a pane")
    add.setEnabled(bool(others) and len(comparison.panes) < MOST_PANES)
    if others:
        add.triggered.connect(_then(view, comparison.with_panes([*comparison.panes, others[0]])))
    remove = menu.addAction("&Remove this pane")
    remove.setEnabled(len(comparison.panes) > 1)
    rest = [key for key in comparison.panes if key != current]
    if rest:
        remove.triggered.connect(_then(view, comparison.with_panes(rest)))


def _showing(comparison: Comparison, current: str, key: str) -> Comparison:
    if comparison.shown is not None:
        return replace(comparison, shown=key)
    return comparison.with_pane(comparison.panes.index(current), key)


def _then(view: ComparisonView, comparison: Comparison) -> Callable[[], None]:
    return lambda: view.set_comparison(comparison)
