"""The curves of one or more runs, one plot below another, with a line that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from srstudio.gui.plotting.group import PlotGroup
from srstudio.gui.plotting.plot import Plot
from srstudio.gui.plotting.traces import Line, Trace
from srstudio.gui.theme import Colours
from srstudio.jobs.training_log import Curves, Values, smoothed

_SMOOTHING = 0.9
_PALE = 110
_MARGIN = 0.02  # beside the first and the last step, of all steps


@dataclass(frozen=True, slots=True)
class Subject:
    """What a plot shows.

    Attributes:
        title: What a person reads.
        place: Row, column and number of columns.
        axis: Name of the iterations among the curves.
        key: Name of the values.
        logarithmic: Whether the values have a logarithmic axis.
        form: How a value is written.
        smooth: Whether the running mean is drawn over it.
        dots: Whether each value is marked, as long as there are few.
    """

    title: str
    place: tuple[int, int, int]
    axis: str
    key: str
    logarithmic: bool = False
    form: str = "{:.4g}"
    smooth: bool = False
    dots: bool = False


SUBJECTS = (
    Subject("Loss", (0, 0, 2), "steps", "loss", logarithmic=True, smooth=True),
    Subject("Validation PSNR", (1, 0, 1), "validated", "psnr", form="{:.2f} dB", dots=True),
    Subject("Validation SSIM", (1, 1, 1), "validated", "ssim", form="{:.4f}", dots=True),
    Subject("Learning rate", (2, 0, 1), "steps", "lr", form="{:.3g}"),
    Subject(
        "Gradient scale, ▾ skipped",
        (2, 1, 1),
        "steps",
        "grad_scale",
        logarithmic=True,
        form="{:g}",
    ),
)
_HEIGHTS = (4, 3, 3)
_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_SKIPPED = "skipped"


class Plots(PlotGroup):
    """All plots of runs."""

    def __init__(self) -> None:
        super().__init__("Curves of the run")
        self._curves: dict[str, Curves] = {}
        self._places: Sequence[int] = ()
        for each in SUBJECTS:
            wide = each.place[2] > 1
            plot = Plot(each.title, each.logarithmic, each.form.format, wide=wide)
            self.add_plot(each.key, plot, each.place)
        for row, height in enumerate(_HEIGHTS):
            self.ci.layout.setRowStretchFactor(row, height)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        super().recolour(colours)
        self._draw()

    def show_runs(self, runs: Mapping[str, Curves], places: Sequence[int]) -> None:
        """Show the curves of these runs; what has not changed is not drawn again.

        Args:
            runs: Curves by the names of their runs.
            places: Of each in the theme's colours.
        """
        if runs.keys() != self._curves.keys():
            self.reset_view()
        same = [self._curves.get(name) is curves for name, curves in runs.items()]
        if len(runs) == len(self._curves) and all(same) and list(places) == list(self._places):
            return
        self._curves, self._places = dict(runs), places
        self._draw()

    def whole_range(self) -> tuple[float, float]:
        """From the beginning to the last step of any run."""
        last = _rounded_up(max([1, *(curves.step for curves in self._curves.values())]))
        return -_MARGIN * last, (1 + _MARGIN) * last

    def _draw(self) -> None:
        if not self._colours:
            return
        pens = [QColor(self._colours[f"curve_{place % 6 + 1}"]) for place in self._places]
        for subject in SUBJECTS:
            traces = [
                _trace(subject, name, curves, pen)
                for (name, curves), pen in zip(self._curves.items(), pens, strict=True)
            ]
            self.plots[subject.key].show_traces(traces)
        self.follow_range()


def _trace(subject: Subject, name: str, curves: Curves, colour: QColor) -> Trace:
    """What a plot shows of a run."""
    steps, values = _drawable(curves, subject)
    pale = QColor(colour)
    pale.setAlpha(_PALE)
    if not subject.smooth:
        line = Line(steps, values, colour)
        return Trace(name, line, marks=_marks(subject, curves), dots=subject.dots)
    return Trace(name, Line(steps, smoothed(values, _SMOOTHING), colour), Line(steps, values, pale))


def _drawable(curves: Curves, subject: Subject) -> tuple[Values, Values]:
    """The points that can be drawn: numbers, above 0 where the axis is logarithmic."""
    steps, values = getattr(curves, subject.axis), getattr(curves, subject.key)
    there = np.isfinite(values)
    if subject.logarithmic:
        there &= np.greater(values, 0.0, where=there, out=np.zeros_like(there))
    return steps[there], values[there]


def _marks(subject: Subject, curves: Curves) -> Values:
    """Steps at which the plot of the gradient scale has a mark: some were skipped."""
    return curves.steps[curves.skipped > 0] if subject.key == "grad_scale" else np.empty(0)


def _rounded_up(steps: int) -> float:
    """A round number of steps, so that the axis does not move with each of them."""
    power = 10 ** (len(str(steps)) - 1)
    return float(next(m * power for m in _ROUND if m * power >= steps))
