"""Panels below the pictures that are there while a clip is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

_HEIGHT = 250


class ClipDocks:
    """Shows and hides panels with the clip, and knows which of them people want.

    Args:
        window: Has them.
        docks: In one place, the first in front.

    Attributes:
        docks: The panels.
    """

    def __init__(self, window: QMainWindow, docks: Sequence[QDockWidget]) -> None:
        self._window, self.docks = window, docks
        self._wanted = list(docks)
        self._open = self._away = self._laid_out = False
        for dock in docks:
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            if dock is not docks[0]:
                window.tabifyDockWidget(docks[0], dock)
        self._apply()

    def set_open(self, is_open: bool) -> None:
        """Whether a clip is open."""
        self._note()
        self._open = is_open
        self._apply()

    def set_away(self, away: bool) -> None:
        """Whether there is something else in place of the comparison, or nothing beside it."""
        self._note()
        self._away = away
        self._apply()

    def spread(self) -> None:
        """Show what people want, clip or not, so that the layout of the window has it."""
        self._note()
        for dock in self.docks:
            dock.setVisible(dock in self._wanted)

    def gather(self) -> None:
        """A layout has come: what it shows is what people want."""
        self._wanted = [dock for dock in self.docks if not dock.isHidden()]
        self._laid_out = True
        self._apply()

    @property
    def _shown(self) -> bool:
        return self._open and not self._away

    def _note(self) -> None:
        if self._shown:
            self._wanted = [dock for dock in self.docks if not dock.isHidden()]

    def _apply(self) -> None:
        for dock in self.docks:
            dock.setVisible(self._shown and dock in self._wanted)
            dock.toggleViewAction().setEnabled(self._shown)
        if self._shown and self._wanted and not self._laid_out:
            self._laid_out = True
            self._wanted[0].raise_()
            self._window.resizeDocks(self._wanted[:1], [_HEIGHT], Qt.Orientation.Vertical)
