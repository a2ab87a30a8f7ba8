"""Which frame of a ground-truth video belongs to which of the low-resolution one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from srstudio.core.errors import InputError
from srstudio.media.video.timeline import Timeline

Ticks = NDArray[np.int64]


def match(low: Timeline, truth: Timeline, shift: int = 0) -> Sequence[int | None]:
    """For each frame of a clip, the ground-truth frame that is shown at its time.

    Times count from the first frame of each video. A ground-truth frame that begins a little
    later belongs to the frame too: by no more than the ticks of both videos round times, and less
    than a quarter of a frame. Where one of the videos has no times of its own (`numbered`) and
    both have equally many frames, they belong together one by one.

    Args:
        low: Of the low-resolution clip.
        truth: Of the ground truth.
        shift: Ground-truth frames to go on (or back, if negative) from there.

    Returns:
        As many as `low` has frames; None where the ground truth shows nothing.

    Raises:
        InputError: if less than half of the frames have a ground truth.
    """
    numbers = _together(low, truth) + shift
    matched = [int(n) if 0 <= n < len(truth) else None for n in numbers]
    if 2 * sum(number is not None for number in matched) < len(matched):
        raise _stranger(low, truth, shift)
    return matched


def _together(low: Timeline, truth: Timeline) -> Ticks:
    """Numbers of ground-truth frames; their count where the ground truth has ended."""
    if (low.numbered or truth.numbered) and len(low) == len(truth):
        return np.arange(len(low), dtype=np.int64)
    base = _common(low.base, truth.base)
    asked, begins = _bounds(low, base), _bounds(truth, base)
    numbers = np.searchsorted(begins, asked[:-1], side="right") - 1
    shown = np.minimum(numbers, len(truth) - 1)
    quarters = np.minimum(np.diff(asked), np.diff(begins)[shown]) // 4
    rounding = int((low.base + truth.base) / base)
    is_next = begins[shown + 1] - asked[:-1] <= np.minimum(quarters, rounding)
    return np.asarray(shown + is_next, np.int64)


def _common(a: Fraction, b: Fraction) -> Fraction:
    """The longest time of which both are multiples."""
    denominator = lcm(a.denominator, b.denominator)
    return Fraction(gcd(int(a * denominator), int(b * denominator)), denominator)


def _bounds(timeline: Timeline, base: Fraction) -> Ticks:
    """Where frames begin and the last one ends, in ticks of `base` from the first on."""
    ticks = np.append(timeline.ticks, timeline.end) - timeline.ticks[0]
    return np.asarray(ticks * int(timeline.base / base), np.int64)


def _stranger(low: Timeline, truth: Timeline, shift: int) -> InputError:
    shifted = f", shifted by {shift} frames," if shift else ""
    return InputError(
        f"a ground truth of {len(truth)} frames in {_seconds(truth)}{shifted} does not belong to "
        f"a clip of {len(low)} frames in {_seconds(low)}: most of them have no counterpart",
        "choose the video that the low-resolution one was made from",
    )


def _seconds(timeline: Timeline) -> str:
    return f"{float(timeline.stop - timeline.start):.2f} s"
