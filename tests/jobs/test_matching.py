"""Ground-truth frames by presentation time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from srstudio.core.errors import InputError
from srstudio.jobs.matching import match
from srstudio.media.video.timeline import Timeline

NTSC = Fraction(30000, 1001)


def timeline(ticks: Sequence[int], base: Fraction, step: int, numbered: bool = False) -> Timeline:
    array = np.array(ticks, np.int64)
    return Timeline(array, ticks[-1] + step, base, array[:1], numbered)


def steady(count: int, rate: Fraction, base: Fraction, start: int = 0) -> Timeline:
    """Frames at a constant rate, their times rounded to whole ticks."""
    ticks = [start + round(n / rate / base) for n in range(count + 1)]
    return timeline(ticks[:-1], base, ticks[-1] - ticks[-2])


MP4, MKV, GIF = Fraction(1, 15360), Fraction(1, 1000), Fraction(1, 100)


@pytest.mark.parametrize("low", [MP4, MKV, GIF, Fraction(1, 90000)])
@pytest.mark.parametrize("truth", [MP4, MKV, GIF, 1001 * Fraction(1, 30000)])
@pytest.mark.parametrize("rate", [NTSC, Fraction(24), Fraction(25)])
def test_the_rounding_of_containers_moves_no_frame(
    low: Fraction, truth: Fraction, rate: Fraction
) -> None:
    if truth.numerator > 1 and rate != NTSC:
        truth = 1 / rate
    numbers = match(steady(500, rate, low), steady(500, rate, truth))
    assert list(numbers) == list(range(500))


def test_times_count_from_the_first_frame() -> None:
    late = steady(20, Fraction(25), MKV, start=1480)
    assert list(match(late, steady(20, Fraction(25), MP4))) == list(range(20))


def test_the_frame_that_is_shown_then() -> None:
    half, full = steady(10, Fraction(25), MKV), steady(20, Fraction(50), MP4)
    assert list(match(half, full)) == list(range(0, 20, 2))
    assert list(match(full, half)) == [n // 2 for n in range(20)]


def test_variable_frame_rate() -> None:
    low = timeline([0, 40, 200, 240, 1000], MKV, 40)
    truth = timeline([0, 400, 2000, 2400, 10000], Fraction(1, 10000), 400)
    assert list(match(low, truth)) == [0, 1, 2, 3, 4]
    dense = steady(27, Fraction(25), MKV)
    assert list(match(low, dense)) == [0, 1, 5, 6, 25]


def test_frames_beyond_the_ground_truth_have_none() -> None:
    low, truth = steady(10, Fraction(25), MKV), steady(7, Fraction(25), MKV)
    assert list(match(low, truth)) == [*range(7), None, None, None]


def test_a_shift_moves_by_ground_truth_frames() -> None:
    clip = steady(6, Fraction(25), MKV)
    assert list(match(clip, clip, 2)) == [2, 3, 4, 5, None, None]
    assert list(match(clip, clip, -1)) == [None, 0, 1, 2, 3, 4]


def test_what_has_no_times_belongs_together_one_by_one() -> None:
    folder = timeline(range(30), Fraction(1, 25), 1, numbered=True)
    assert list(match(steady(30, NTSC, MKV), folder)) == list(range(30))
    assert list(match(folder, steady(30, Fraction(60), MKV))) == list(range(30))


def test_strangers_are_refused() -> None:
    low, truth = steady(100, Fraction(25), MKV), steady(10, Fraction(25), MKV)
    with pytest.raises(InputError, match=r"10 frames in 0\.40 s does not belong"):
        match(low, truth)
    with pytest.raises(InputError, match="shifted by 60 frames"):
        match(low, low, 60)


def test_every_frame_of_a_long_clip_is_the_one_that_a_search_finds() -> None:
    rng = np.random.default_rng(1)
    low = timeline(np.cumsum(rng.integers(20, 90, 300)).tolist(), MKV, 40)
    truth = timeline(np.cumsum(rng.integers(300, 1500, 400)).tolist(), MP4, 600)
    for number, found in enumerate(match(low, truth)):
        time = low.time(number) - low.start + truth.start
        shown = truth.index(time) if time < truth.stop else None
        soon = truth.first_from(time)
        if found != shown:
            begins = truth.time(soon) if soon < len(truth) else truth.stop
            assert found == (soon if soon < len(truth) else None)
            assert begins - time <= MKV + MP4
