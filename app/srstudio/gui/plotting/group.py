"""Plots beside and below each other that are moved, zoomed and read together."""

from __future__ import annotations

from abc import abstractmethod

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from srstudio.gui.plotting.plot import Plot
from srstudio.gui.theme import Colours

_RATE_LIMIT = 30  # of the line under the mouse, a second
_MARGINS = (10, 8, 14, 6)


class PlotGroup(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Plots over the same steps.

    Args:
        name: What a screen reader calls them.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._colours: Colours = {}
        self._whole = True
        self.plots: dict[str, Plot] = {}
        self.ci.layout.setContentsMargins(*_MARGINS)
        self._proxy = pg.SignalProxy(
            self.scene().sigMouseMoved, rateLimit=_RATE_LIMIT, slot=self._read_at
        )

    @abstractmethod
    def whole_range(self) -> tuple[float, float]:
        """All steps there are."""

    def add_plot(self, key: str, plot: Plot, place: tuple[int, int, int]) -> None:
        """Take a plot up.

        Args:
            key: Its name.
            plot: The plot.
            place: Row, column and number of columns.
        """
        row, column, width = place
        self.addItem(plot, row, column, colspan=width)
        self.plots[key] = plot
        plot.moved.connect(self._move)
        plot.reset.connect(self.reset_view)
        if self._colours:
            plot.recolour(self._colours, _small_font())

    def take_plot(self, key: str) -> None:
        """Show a plot no more; it can be taken up again."""
        plot = self.plots.pop(key)
        plot.moved.disconnect(self._move)
        plot.reset.disconnect(self.reset_view)
        self.removeItem(plot)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.setBackground(colours["base"])
        for plot in self.plots.values():
            plot.recolour(colours, _small_font())

    def reset_view(self) -> None:
        """Show every step again."""
        self._whole = True
        self.follow_range()

    def follow_range(self) -> None:
        """Show every step, unless somebody has moved or zoomed one of the plots."""
        if self._whole:
            self._show_range(self.whole_range())

    def close(self) -> bool:
        """Take everything down."""
        self._proxy.disconnect()
        self.plots.clear()
        return bool(super().close())

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        super().leaveEvent(event)
        for plot in self.plots.values():
            plot.read_at(None)

    def plot_at(self, at: QPointF) -> Plot | None:
        """The plot whose curves are at a point of the scene."""
        return next((plot for plot in self.plots.values() if plot.holds(at)), None)

    def _move(self, steps: tuple[float, float]) -> None:
        """Somebody has moved or zoomed one of the plots."""
        self._whole = False
        self._show_range(steps)

    def _show_range(self, steps: tuple[float, float]) -> None:
        for plot in self.plots.values():
            plot.show_range(steps)

    def _read_at(self, moved: tuple[QPointF]) -> None:
        """Tell in every plot what its curves are at the step under the mouse."""
        under = self.plot_at(moved[0])
        step = None if under is None else under.step_at(moved[0])
        for plot in self.plots.values():
            plot.read_at(step)


def _small_font() -> QFont:
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * 0.85)
    return font
