"""What plots show of runs, as data, and as pyqtgraph draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from srstudio.jobs.training_log import Values

_FEW = 80  # points, up to which each is marked


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve: its steps, its values and its colour."""

    steps: Values
    values: Values
    colour: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What a plot shows of a run.

    Attributes:
        name: Of the run.
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
        """Whether the run was at that step, or nearly."""
        steps = self.line.steps
        return bool(step <= steps[-1] * (1 + 1 / len(steps)))


def same(some: Sequence[Trace], others: Sequence[Trace]) -> bool:
    """Whether traces are of the same runs, in the same colours, up to the same step."""
    pairs = zip(some, others, strict=False)
    return len(some) == len(others) and all(
        one.name == other.name
        and one.line.colour == other.line.colour
        and np.array_equal(one.line.values, other.line.values)
        for one, other in pairs
    )


def drawn(trace: Trace) -> list[dict[str, object]]:
    """The curves of a run as pyqtgraph draws them, the last one in front."""
    lines = [] if trace.behind is None else [_settings(trace.behind, 1)]
    lines.append(_settings(trace.line, 2))
    if trace.marks.size:
        values = np.interp(trace.marks, trace.line.steps, trace.line.values)
        lines.append(_points(Line(trace.marks, values, trace.line.colour), "t", 9))
    elif trace.dots and trace.line.steps.size <= _FEW:
        lines[-1].update(_points(trace.line, "o", 5), pen=pg.mkPen(trace.line.colour, width=2))
    return lines


def _settings(line: Line, width: int) -> dict[str, object]:
    pen = pg.mkPen(line.colour, width=width)
    return {"x": line.steps, "y": line.values, "pen": pen, "symbol": None}


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
