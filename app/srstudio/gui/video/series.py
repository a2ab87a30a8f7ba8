"""The figures of a clip as arrays over its frames: quick to draw while they come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from srstudio.jobs.curves import FIGURES, Figure, FrameFigures

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure as people know it.

    Attributes:
        title: Its name.
        meaning: What it is, where its name does not say that.
        unit: With a space before it; empty where it has none.
        digits: Behind the decimal point.
        higher_is_better: Whether it is; else less is better.
        needs_truth: Whether it cannot be measured without a ground truth.
    """

    title: str
    meaning: str = ""
    unit: str = ""
    digits: int = 4
    higher_is_better: bool = False
    needs_truth: bool = True

    @property
    def heading(self) -> str:
        """Name and unit."""
        return self.title + self.unit

    @property
    def form(self) -> Callable[[float], str]:
        """Writes a value, without its unit."""
        return f"{{:.{self.digits}f}}".format


KINDS: dict[Figure, Kind] = {
    "psnr": Kind("PSNR", unit=" dB", digits=2, higher_is_better=True),
    "ssim": Kind("SSIM", higher_is_better=True),
    "mse": Kind("MSE", digits=2),
    "warping": Kind("Warping", "MSE of Y along the motion", digits=2, needs_truth=False),
    "flicker": Kind("Flicker", "mean change of the error of Y", digits=3),
}


class Series:
    """What was measured of each source on each frame; not a number where nothing was.

    Args:
        count: Frames of the clip.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._values: dict[tuple[str, Figure], Values] = {}

    def add(self, key: str, figures: FrameFigures) -> None:
        """Take over what was measured on a frame of a source."""
        for figure in FIGURES:
            value = figures.value(figure)
            self.values(key, figure)[figures.number] = np.nan if value is None else value

    def values(self, key: str, figure: Figure) -> Values:
        """A figure of a source, frame by frame."""
        if (key, figure) not in self._values:
            self._values[key, figure] = np.full(self.count, np.nan)
        return self._values[key, figure]

    def forget(self, key: str) -> None:
        """Drop what is known of a source."""
        for figure in FIGURES:
            self._values.pop((key, figure), None)

    def measured(self, key: str, figure: Figure) -> int:
        """On how many frames a figure was measured."""
        return int(np.count_nonzero(~np.isnan(self.values(key, figure))))

    def mean(self, key: str, figure: Figure) -> float:
        """Over the frames on which it was measured; not a number where there are none."""
        values = self.values(key, figure)
        known = values[~np.isnan(values)]
        return float(known.mean()) if known.size else np.nan

    def worst(self, key: str, figure: Figure, count: int) -> Sequence[int]:
        """The frames that are worst by a figure, the worst first; of equals the earlier."""
        values = self.values(key, figure)
        badness = -values if KINDS[figure].higher_is_better else values
        known = np.flatnonzero(~np.isnan(badness))
        if known.size > count:
            least = np.partition(badness[known], known.size - count)[known.size - count]
            known = known[badness[known] >= least]
        order = np.argsort(-badness[known], kind="stable")
        return [int(number) for number in known[order[:count]]]
