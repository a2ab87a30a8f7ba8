"""Figures along the frames of a clip, one plot for each; imported late, for what it imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QResizeEvent

from srstudio.gui.plotting.group import PlotGroup
from srstudio.gui.plotting.plot import Plot
from srstudio.gui.plotting.traces import Line, Trace
from srstudio.gui.theme import Colours
from srstudio.gui.video.series import KINDS, Kind, Series
from srstudio.jobs.curves import Figure

_MARGIN = 0.01  # beside the first and the last frame, of all frames
_NARROWEST, _LOWEST = 190, 84  # of a plot
_ROOMY = 330  # from this width of a plot on, there is room for the number of the frame
_WIDE = 1.6  # from this ratio of width to height on, plots are beside each other


class CurvePlot(Plot):
    """A figure over the frames, with a line at the frame that is shown.

    Args:
        kind: The figure.
    """

    def __init__(self, kind: Kind) -> None:
        self._number = 0
        super().__init__(kind.heading, False, kind.form, wide=False, unit="frame")
        self._head = pg.InfiniteLine(angle=90)
        self.addItem(self._head, ignoreBounds=True)

    def recolour(self, colours: Colours, font: QFont) -> None:
        """Take the colours of the theme."""
        super().recolour(colours, font)
        self._head.setPen(pg.mkPen(colours["text"], width=1))

    def set_number(self, number: int) -> None:
        """The frame that is shown."""
        self._number = number
        self._head.setValue(number)
        if not self._cursor.isVisible():
            self.read_at(None)

    def set_telling(self, tells: bool) -> None:
        """Whether it says of which frame the values are."""
        self._wide = tells
        self.read_at(None)

    def _text(self, step: float | None) -> str:
        """The values under the mouse, or else at the frame that is shown."""
        return super()._text(self._number if step is None else step)


class CurvePlots(PlotGroup):
    """The chosen figures of every source.

    Signals:
        sought: The number of a frame that was clicked.
    """

    sought = Signal(int)

    def __init__(self) -> None:
        super().__init__("Curves of the clip")
        self._series = Series(1)
        self._number = 0
        self._figures: Sequence[Figure] = ()
        self._made: dict[Figure, CurvePlot] = {}
        self._columns = 0
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._arrange)
        self.setMinimumSize(_NARROWEST, _LOWEST)
        self.scene().sigMouseClicked.connect(self._click)

    def set_shown(self, figures: Sequence[Figure]) -> None:
        """Have plots of these figures."""
        if figures != self._figures:
            self._figures, self._columns = figures, 0
            self._arrange()

    def set_number(self, number: int) -> None:
        """The frame that is shown."""
        self._number = number
        for figure in self._figures:
            self._made[figure].set_number(number)

    def show_series(self, series: Series, colours: Mapping[str, QColor]) -> None:
        """Draw what is known of each source, in its colour."""
        if series is not self._series:
            self._series = series
            self.reset_view()
        frames = np.arange(series.count, dtype=np.float64)
        for figure in self._figures:
            curves = {key: series.values(key, figure).copy() for key in colours}
            self._made[figure].show_traces(
                [
                    Trace(key, Line(frames, values, colours[key]))
                    for key, values in curves.items()
                    if not np.isnan(values).all()
                ]
            )

    def whole_range(self) -> tuple[float, float]:
        """Every frame of the clip."""
        margin = 0.5 + _MARGIN * self._series.count
        return -margin, self._series.count - 1 + margin

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other or below each other, as there is room."""
        super().resizeEvent(event)
        if hasattr(self, "_later"):
            self._later.start()

    def close(self) -> bool:
        """Take everything down."""
        self._later.stop()
        self._made.clear()
        return super().close()

    def _arrange(self) -> None:
        """Give each plot its place."""
        columns = self._fitting_columns()
        self.setMinimumHeight(_LOWEST * -(-len(self._figures) // columns))
        if columns == self._columns:
            return
        self._columns = columns
        for key in list(self.plots):
            self.take_plot(key)
        for nth, figure in enumerate(self._figures):
            self.add_plot(figure, self._plot(figure), (nth // columns, nth % columns, 1))
            self._made[figure].set_telling(nth == 0 and self.width() > _ROOMY * columns)
        self.follow_range()

    def _fitting_columns(self) -> int:
        """As many as the height demands, and in a wide place as many as the width allows."""
        count = max(1, len(self._figures))
        width, height = int(self.width()), int(self.height())
        allowed = max(1, width // _NARROWEST)
        demanded = -(-count // max(1, height // _LOWEST))
        is_wide = width > _WIDE * height
        return min(count, allowed, max(demanded, allowed if is_wide else 1))

    def _plot(self, figure: Figure) -> CurvePlot:
        """The plot of a figure; made when it is needed for the first time."""
        if figure not in self._made:
            self._made[figure] = CurvePlot(KINDS[figure])
            self._made[figure].set_number(self._number)
        return self._made[figure]

    def _click(self, event: MouseClickEvent) -> None:
        plot = self.plot_at(event.scenePos())
        if plot is not None and event.button() == Qt.MouseButton.LeftButton:
            last = self._series.count - 1
            self.sought.emit(min(max(round(plot.step_at(event.scenePos())), 0), last))
