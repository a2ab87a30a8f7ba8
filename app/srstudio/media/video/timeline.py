"""When the frames of a clip are shown: number to time and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np
from numpy.typing import NDArray

Ticks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The presentation times of all frames.

    Attributes:
        ticks: Of each frame, strictly increasing.
        end: The tick at which the last frame ends.
        base: Seconds of a tick.
        keys: Ticks of the frames at which decoding can begin, increasing.
        numbered: The file has no times of its own that can be trusted; the frames are counted.
    """

    ticks: Ticks
    end: int
    base: Fraction
    keys: Ticks
    numbered: bool = False

    def __len__(self) -> int:
        return len(self.ticks)

    def time(self, number: int) -> Fraction:
        """When a frame is shown, in seconds."""
        return int(self.ticks[number]) * self.base

    def duration(self, number: int) -> Fraction:
        """Seconds until the next frame, or until the end."""
        is_last = number in (-1, len(self) - 1)
        following = self.end if is_last else int(self.ticks[number + 1])
        return (following - int(self.ticks[number])) * self.base

    def index(self, time: Fraction) -> int:
        """The frame that is shown at a time; the first or the last one outside of the clip."""
        number = int(np.searchsorted(self.ticks, floor(time / self.base), side="right")) - 1
        return min(max(number, 0), len(self) - 1)

    def first_from(self, time: Fraction) -> int:
        """The first frame that begins at a time or later; the count where there is none."""
        return int(np.searchsorted(self.ticks, ceil(time / self.base)))

    @property
    def start(self) -> Fraction:
        """When the first frame is shown, in seconds."""
        return self.time(0)

    @property
    def stop(self) -> Fraction:
        """When the last frame ends, in seconds."""
        return self.end * self.base

    @property
    def is_variable(self) -> bool:
        """Whether frames have different durations, but for the rounding of their times."""
        return is_uneven(self.ticks)

    @property
    def rate(self) -> Fraction:
        """Frames in a second, on average."""
        return len(self) / (self.stop - self.start)


def is_uneven(ticks: Ticks) -> bool:
    """Whether intervals differ by more than the rounding to ticks explains."""
    steps = np.diff(ticks)
    return bool(steps.size and steps.max() - steps.min() > 1)


def from_durations(durations: Sequence[Fraction]) -> Timeline:
    """The timeline of pictures shown one after the other, each a key."""
    base = Fraction(1, lcm(*(duration.denominator for duration in durations)))
    ends = np.cumsum([int(duration / base) for duration in durations], dtype=np.int64)
    ticks = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    return Timeline(ticks, int(ends[-1]), base, ticks)
