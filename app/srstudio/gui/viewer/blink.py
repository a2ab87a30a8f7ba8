"""Sources one after the other in place, by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from srstudio.gui.viewer.comparison_view import ComparisonView

PERIOD_MS = 400


class Blink:
    """Shows the sources of the panes in turn; what was there comes back when it stops."""

    def __init__(self, view: ComparisonView) -> None:
        self._view = view
        self._before: str | None = None
        self._timer = QTimer(view)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._next)

    @property
    def running(self) -> bool:
        """Whether the sources are changing."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin with the first pane."""
        if not self.running and self._view.comparison.panes:
            self._before = self._view.comparison.shown
            self._timer.start()
            self._next()

    def stop(self) -> None:
        """End, with what was there before."""
        if self.running:
            self._timer.stop()
            self._view.show_in_place(self._before)

    def _next(self) -> None:
        comparison = self._view.comparison
        turn = comparison.panes if len(comparison.panes) > 1 else comparison.sources
        if not turn:
            return
        place = turn.index(comparison.shown) + 1 if comparison.shown in turn else 0
        self._view.show_in_place(turn[place % len(turn)])
