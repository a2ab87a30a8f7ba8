"""One plot: curves over steps or frames, with their values at one of them in its title."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QGraphicsItem

from srstudio.gui.plotting.axes import StepAxis, Title, ValueAxis
from srstudio.gui.plotting.traces import Trace, Window, drawn, same
from srstudio.gui.theme import Colours

_AXIS_WIDTH, _TITLE_HEIGHT = 52, 24
_ABOVE = 0.12  # of all finite values, how far above them infinite ones are drawn


class Plot(pg.PlotItem):  # type: ignore[misc]
    """Curves of several runs or sources.

    Values that are infinite are drawn a little above all others, and the axis says so there.

    Args:
        title: What they are of.
        logarithmic: Whether the values have a logarithmic axis.
        form: Writes a value.
        wide: Whether there is room in the title for the step and for the names of several runs.
        unit: What the curves go along.

    Signals:
        moved: The steps from and to which somebody has moved or zoomed it.
        reset: Show everything again.
    """

    moved = Signal(object)
    reset = Signal()
    titleLabel: pg.LabelItem  # noqa: N815 - its name in the base

    def __init__(
        self,
        title: str,
        logarithmic: bool,
        form: Callable[[float], str],
        wide: bool,
        unit: str = "step",
    ) -> None:
        axes = {"bottom": StepAxis("bottom"), "left": ValueAxis("left")}
        super().__init__(axisItems=axes, enableMenu=False)
        self.layout.removeItem(self.titleLabel)
        self.titleLabel.setParentItem(None)
        self.titleLabel = Title(parent=self)
        self.layout.addItem(self.titleLabel, 0, 0, 1, 2)
        self.layout.setRowFixedHeight(0, _TITLE_HEIGHT)
        self._title, self._form, self._wide, self._unit = title, form, wide, unit
        self._logarithmic = logarithmic
        self._traces: Sequence[Trace] = ()
        self._lines: list[pg.PlotDataItem] = []
        self._colours: Colours = {}
        self._size = "10pt"
        self.setLogMode(y=logarithmic)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        self.setAutoVisible(y=True)
        self.vb.sigXRangeChanged.connect(lambda *_: self._draw())
        self.vb.sigResized.connect(lambda _: self._draw())
        self.vb.sigRangeChangedManually.connect(lambda _: self.moved.emit(self._range()))
        self.getAxis("left").setWidth(_AXIS_WIDTH)
        for name in ("left", "bottom"):
            self.getAxis(name).enableAutoSIPrefix(False)
            self.getAxis(name).setStyle(maxTickLevel=0)
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.hide()
        self.addItem(self._cursor, ignoreBounds=True)

    def recolour(self, colours: Colours, font: QFont) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(colours["border"]))
            axis.setTextPen(pg.mkPen(colours["muted"]))
            axis.setTickFont(font)
        self._size = f"{QApplication.font().pointSizeF():g}pt"
        self.showGrid(x=True, y=True, alpha=0.12)
        self._cursor.setPen(pg.mkPen(colours["muted"], style=Qt.PenStyle.DashLine))
        self.read_at(None)

    def show_traces(self, traces: Sequence[Trace]) -> None:
        """Show these in place of what was there, unless they are the same."""
        if same(self._traces, traces):
            return
        self._traces = traces
        self._draw()
        self._fit_values()
        self.read_at(None)

    def _draw(self) -> None:
        """Draw what is seen of the curves."""
        ceiling = self.getAxis("left").ceiling = _ceiling(self._traces)
        window = Window(*self._range(), int(self.vb.width()), ceiling)
        wanted = [line for trace in self._traces for line in drawn(trace, window)]
        while len(self._lines) > len(wanted):
            self.removeItem(self._lines.pop())
        while len(self._lines) < len(wanted):
            line = pg.PlotDataItem(antialias=False)
            # What lies over a curve can move without the curve being drawn again.
            line.curve.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            self._lines.append(line)
            self.addItem(line)
        for item, settings in zip(self._lines, wanted, strict=True):
            item.setData(**settings)

    def holds(self, at: QPointF) -> bool:
        """Whether a point of the scene is over the curves."""
        return bool(self.vb.sceneBoundingRect().contains(at))

    def step_at(self, at: QPointF) -> float:
        """The step under a point of the scene."""
        return float(self.vb.mapSceneToView(at).x())

    def read_at(self, step: float | None) -> None:
        """Show the values at a step; None: only the title."""
        self._cursor.setVisible(step is not None)
        if step is not None:
            self._cursor.setValue(step)
        self.titleLabel.setText(self._text(step), justify="left", size=self._size)

    def show_range(self, steps: tuple[float, float]) -> None:
        """Show these steps."""
        self.setXRange(*steps, padding=0)

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Show everything again."""
        self.reset.emit()

    def _fit_values(self) -> None:
        """Show all values; one that never changes has a range of its own size about it."""
        ends = set(_ends(self._traces))
        if len(ends) == 1 and not self._logarithmic:
            (value,) = ends
            self.setYRange(0.0, 2.0 * value or 1.0)
        else:
            self.enableAutoRange(y=True)

    def _range(self) -> tuple[float, float]:
        (low, high), _ = self.viewRange()
        return low, high

    def _text(self, step: float | None) -> str:
        """The title, and what the curves are at a step."""
        colours = self._colours
        parts = [f"<span style='color: {colours.get('text')}'>{self._title}</span>"]
        shown = [trace for trace in self._traces if trace.line.steps.size]
        if step is not None and shown:
            if self._wide:
                place = shown[0].nearest(step)
                text = f"{self._unit} {shown[0].line.steps[place]:,.0f}"
                parts.append(f"<span style='color: {colours.get('muted')}'>{text}</span>")
            parts += [self._value(trace, step) for trace in shown if trace.reaches(step)]
        elif self._wide and len(self._traces) > 1:
            parts += [_coloured(escape(trace.name), trace) for trace in self._traces]
        return "&nbsp;&nbsp;&nbsp;".join(parts)

    def _value(self, trace: Trace, step: float) -> str:
        """The value of a run at a step."""
        place = trace.nearest(step)
        text = self._written(trace.line.values[place])
        if trace.behind is not None:
            text += f" ({self._written(trace.behind.values[place])})"
        return _coloured(text, trace)

    def _written(self, value: float) -> str:
        if math.isnan(value):
            return "-"
        return "\u221e" if math.isinf(value) else self._form(value)


def _ends(traces: Sequence[Trace]) -> list[float]:
    """The least and the greatest value of each curve, of those that are finite."""
    curves = (trace.line.values[np.isfinite(trace.line.values)] for trace in traces)
    return [float(end) for values in curves if values.size for end in (values.min(), values.max())]


def _ceiling(traces: Sequence[Trace]) -> float:
    """Where infinite values are drawn: above all others; infinite where there are none."""
    if not any(np.isinf(trace.line.values).any() for trace in traces):
        return math.inf
    ends = _ends(traces) or [0.0]
    return max(ends) + (_ABOVE * (max(ends) - min(ends)) or 1.0)


def _coloured(text: str, trace: Trace) -> str:
    return f"<span style='color: {trace.line.colour.name()}'>{text}</span>"
