"""What plots show of runs, as data, and as pyqtgraph draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from srstudio.jobs.training_log import Values

_FEW = 80  # points, up to which each is marked
_POINTS_A_COLUMN = 2


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve: its steps, its values (where there are none: not a number) and its colour."""

    steps: Values
    values: Values
    colour: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What a plot shows of a run or a source.

    Attributes:
        name: Of the run or the source.
        line: What is read.
        behind: A paler curve behind it.
        marks: Steps that are marked on the line.
        dots: Whether each value is marked, as long as there are few.
    """

    name: str
    line: Line
    behind: Line | None = None
    marks: Values = field(default_factory=lambda: np.empty(0))
    dots: bool = False

    def nearest(self, step: float) -> int:
        """The place of the value nearest to a step."""
        return int(np.abs(self.line.steps - step).argmin())

    def reaches(self, step: float) -> bool:
        """Whether the curve goes on to that step, or nearly."""
        steps = self.line.steps
        return bool(step <= steps[-1] * (1 + 1 / len(steps)))


def same(some: Sequence[Trace], others: Sequence[Trace]) -> bool:
    """Whether traces have the same names, in the same colours, up to the same step."""
    pairs = zip(some, others, strict=False)
    return len(some) == len(others) and all(
        one.name == other.name
        and one.line.colour == other.line.colour
        and np.array_equal(one.line.values, other.line.values, equal_nan=True)
        for one, other in pairs
    )


@dataclass(frozen=True, slots=True)
class Window:
    """Where curves are drawn.

    Attributes:
        low: The first step that is seen.
        high: The last one.
        columns: Pixels across.
        ceiling: Where values are drawn that are infinite.
    """

    low: float
    high: float
    columns: int
    ceiling: float = math.inf

    def thinned(self, line: Line) -> Line:
        """No more points than can be told apart: the least and the greatest of each column."""
        columns = max(self.columns, 1)
        if line.steps.size <= _POINTS_A_COLUMN * columns:
            return line
        first, stop = np.searchsorted(line.steps, (self.low, self.high))
        seen = slice(max(first - 1, 0), stop + 1)
        steps, values = line.steps[seen], line.values[seen]
        edges = np.linspace(steps[0], steps[-1], columns, endpoint=False)
        starts = np.unique(np.searchsorted(steps, edges))
        ends = [np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)]
        return Line(np.repeat(steps[starts], 2), np.stack(ends, 1).ravel(), line.colour)


def drawn(trace: Trace, window: Window) -> list[dict[str, object]]:
    """The curves of a trace as pyqtgraph draws them, the last one in front."""
    line = window.thinned(trace.line)
    # Only thin lines are drawn quickly.
    width = 2 if line is trace.line else 1
    if np.isinf(line.values).any():
        line = replace(line, values=np.minimum(line.values, window.ceiling))
    lines = [] if trace.behind is None else [_settings(window.thinned(trace.behind), 1)]
    lines.append(_settings(line, width))
    lonely = _lonely(line.values)
    if trace.marks.size:
        values = np.interp(trace.marks, line.steps, line.values)
        lines.append(_points(Line(trace.marks, values, line.colour), "t", 9))
    elif trace.dots and line.steps.size <= _FEW:
        lines[-1].update(_points(line, "o", 5), pen=pg.mkPen(line.colour, width=2))
    elif lonely.any():
        alone = Line(line.steps[lonely], line.values[lonely], line.colour)
        lines.append(_points(alone, "o", 4))
    return lines


def _lonely(values: Values) -> NDArray[np.bool_]:
    """Which values have no neighbour that a line could be drawn to."""
    there = np.pad(~np.isnan(values), 1)
    lonely: NDArray[np.bool_] = there[1:-1] & ~there[:-2] & ~there[2:]
    return lonely


def _settings(line: Line, width: int) -> dict[str, object]:
    pen = pg.mkPen(line.colour, width=width)
    gaps = bool(np.isnan(line.values).any())
    connect = "finite" if gaps else "all"
    return {"x": line.steps, "y": line.values, "pen": pen, "symbol": None, "connect": connect}


def _points(line: Line, symbol: str, size: int) -> dict[str, object]:
    return {
        "x": line.steps,
        "y": line.values,
        "pen": None,
        "symbol": symbol,
        "symbolSize": size,
        "symbolBrush": line.colour,
        "symbolPen": None,
    }
