"""Where the times of a clip are on a line, and which of them are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from srstudio.gui.video.times import short_time_text
from srstudio.media.video.timeline import Timeline

# Seconds between two written times, and into how many parts shorter marks divide them.
_STEPS = tuple(
    (Fraction(text), parts)
    for text, parts in (
        *(("0.001", 1), ("0.002", 2), ("0.005", 5), ("0.01", 5), ("0.02", 4), ("0.05", 5)),
        *(("0.1", 5), ("0.2", 4), ("0.5", 5), ("1", 5), ("2", 4), ("5", 5), ("10", 5), ("15", 3)),
        *(("30", 6), ("60", 6), ("120", 4), ("300", 5), ("600", 5), ("900", 3), ("1800", 6)),
        *(("3600", 6), ("7200", 4), ("21600", 6), ("86400", 4)),
    )
)
Numbers = NDArray[np.int64]
Spans = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at a time.

    Attributes:
        x: Where it is.
        text: What is written there; empty for a shorter mark between two.
    """

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """A clip laid out on a line, from the begin of the first frame to the end of the last.

    Attributes:
        timeline: Of the clip.
        left: Where the line begins, in pixels.
        width: How long it is.
    """

    timeline: Timeline
    left: float
    width: float

    @property
    def right(self) -> float:
        """Where the line ends."""
        return self.left + self.width

    def x(self, number: int) -> float:
        """Where a frame begins; the count of frames gives the right end."""
        if number >= len(self.timeline):
            return self.right
        return self.left + float(self.timeline.time(number) - self._start) * self._pixels

    def number(self, x: float) -> int:
        """The frame that is shown at a place; the first or the last one beside the line."""
        share = Fraction(min(max(x - self.left, 0.0), self.width)) / Fraction(max(self.width, 1.0))
        return self.timeline.index(self._start + share * self._seconds)

    def edge(self, x: float) -> int:
        """The frame that begins nearest to a place; the count of frames for the right end."""
        number = self.number(x)
        return number if x - self.x(number) <= self.x(number + 1) - x else number + 1

    def spans(self, numbers: Numbers) -> Spans:
        """Where frames are, those that touch taken together.

        Args:
            numbers: Of the frames, in any order; those that the clip has not are left out.

        Returns:
            A row (left, right) for each part of the line, at most one for every two pixels.
        """
        kept = np.sort(numbers[(numbers >= 0) & (numbers < len(self.timeline))])
        if not kept.size:
            return np.empty((0, 2))
        ends = np.append(self.timeline.ticks, self.timeline.end) - self.timeline.ticks[0]
        places = np.floor(ends[np.stack([kept, kept + 1], 1)] / max(ends[-1], 1) * self.width)
        places[:, 1] = np.maximum(places[:, 1], places[:, 0] + 1)
        begins = np.append(True, places[1:, 0] > np.maximum.accumulate(places[:-1, 1]))
        stops = np.append(begins[1:], True)
        return self.left + np.stack([places[begins, 0], places[stops, 1]], 1)

    def ticks(self, room: float) -> Iterator[Tick]:
        """The marks along the line.

        Args:
            room: Pixels that a written time needs at least.
        """
        seconds, pixels = self._seconds, self._pixels
        step, parts = next((each for each in _STEPS if float(each[0]) * pixels >= room), _STEPS[-1])
        decimals = max(0, len(f"{float(step % 1):g}") - 2) if step < 1 else 0
        for place in range(ceil(seconds / step * parts) + 1):
            time = step * place / parts
            if time <= seconds:
                text = "" if place % parts else short_time_text(time, decimals)
                yield Tick(self.left + float(time) * pixels, text)

    @property
    def _start(self) -> Fraction:
        return self.timeline.start

    @property
    def _seconds(self) -> Fraction:
        """Of the whole clip; never nothing."""
        return max(self.timeline.stop - self._start, self.timeline.base)

    @property
    def _pixels(self) -> float:
        """For each second."""
        return self.width / float(self._seconds)
