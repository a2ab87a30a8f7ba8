from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from srstudio.compare.playhead import FASTEST, Playhead
from srstudio.media.video.timeline import Timeline


def timeline(*ticks: int, end: int) -> Timeline:
    """Frames at these tenths of a second."""
    return Timeline(np.array(ticks, np.int64), end, Fraction(1, 10), np.array([0], np.int64))


EVEN = timeline(*range(10), end=10)
UNEVEN = timeline(0, 1, 5, 6, end=10)


def always(_: int) -> bool:
    return True


def run(head: Playhead, seconds: float, tick: float, ready: Callable[[int], bool]) -> list[int]:
    """The frames that are shown, one after the other."""
    seen = [head.number]
    for _ in range(round(seconds / tick)):
        head = head.advanced(tick, ready)
        if head.number != seen[-1]:
            seen.append(head.number)
    return seen


def test_it_starts_at_the_first_frame_and_stands_still() -> None:
    head = Playhead(EVEN)
    assert (head.number, head.playing) == (0, False)
    assert head.advanced(5.0, always) == head


@pytest.mark.parametrize(("asked", "shown"), [(-3, 0), (4, 4), (99, 9)])
def test_seeking_stays_in_the_clip(asked: int, shown: int) -> None:
    assert Playhead(EVEN).sought(asked).number == shown


def test_every_frame_is_shown_for_as_long_as_the_file_says() -> None:
    head = Playhead(UNEVEN).played(1.0)
    for seconds, number in ((0.05, 0), (0.06, 1), (0.3, 1), (0.1, 2), (0.1, 3), (0.3, 3)):
        head = head.advanced(seconds, always)
        assert head.number == number
    assert head.playing
    ended = head.advanced(0.2, always)
    assert (ended.number, ended.playing) == (3, False)


@pytest.mark.parametrize("rate", [1.0, 2.0, 8.0, -1.0, -4.0])
def test_time_is_kept_however_often_it_is_asked(rate: float) -> None:
    head = Playhead(EVEN, number=0 if rate > 0 else 9).played(rate)
    once = head.advanced(0.55 / abs(rate), always)
    often = head
    for _ in range(55):
        often = often.advanced(0.01 / abs(rate), always)
    assert once.number == often.number == (5 if rate > 0 else 4)


def test_frames_are_dropped_rather_than_time() -> None:
    assert run(Playhead(EVEN).played(8.0), 1.0, 0.05, always) == [0, 4, 8, 9]


def test_no_frame_is_passed_over_that_is_not_there_yet() -> None:
    there = {0, 1, 2, 5, 6}
    head = Playhead(EVEN).played(1.0).advanced(0.9, there.__contains__)
    assert (head.number, head.waiting) == (2, True)
    assert head.advanced(3.0, there.__contains__).number == 2
    there |= {3, 4}
    later = head.advanced(0.01, there.__contains__)
    assert (later.number, later.waiting) == (3, False)


def test_backwards_it_waits_as_well() -> None:
    head = Playhead(EVEN, number=9).played(-1.0).advanced(0.35, {9, 8}.__contains__)
    assert (head.number, head.waiting) == (8, True)
    assert head.advanced(0.15, always).number == 6


def test_j_k_and_l() -> None:
    head = Playhead(EVEN, number=5)
    rates = []
    for _ in range(5):
        head = head.shuttled(1)
        rates.append(head.rate)
    assert rates == [1.0, 2.0, 4.0, 8.0, FASTEST]
    assert head.shuttled(-1).rate == -1.0
    assert head.shuttled(-1).shuttled(-1).rate == -2.0
    assert head.paused().rate == 0.0
    assert head.toggled().rate == 0.0
    assert head.toggled().toggled().rate == 1.0


def test_at_the_end_it_begins_again_where_it_is_asked_to_play() -> None:
    assert Playhead(EVEN, number=9).played(1.0).number == 0
    assert Playhead(EVEN, number=0).played(-1.0).number == 9


def test_a_loop_goes_on_without_an_end() -> None:
    head = Playhead(EVEN).with_looped(True).with_marks(range(2, 5)).played(1.0)
    assert head.number == 2
    assert run(head, 0.8, 0.05, always)[:8] == [2, 3, 4, 2, 3, 4, 2, 3]
    back = head.sought(4).played(-1.0)
    assert run(back, 0.6, 0.05, always)[:6] == [4, 3, 2, 4, 3, 2]


def test_without_a_loop_it_stops_at_the_out_point() -> None:
    head = Playhead(EVEN).with_marks(range(2, 5)).played(1.0).advanced(3.0, always)
    assert (head.number, head.playing) == (4, False)


def test_in_and_out_points() -> None:
    head = Playhead(EVEN, number=3).with_in()
    assert head.marks == range(3, 10)
    assert head.sought(6).with_out().marks == range(3, 7)
    assert head.sought(1).with_out().marks == range(2)
    assert head.with_marks(range(10)).marks is None
    assert head.with_marks(range(4, 4)).marks is None
    assert head.with_marks(range(-5, 99)).marks is None


def test_seconds_are_those_of_the_clip() -> None:
    head = Playhead(timeline(0, 1, 20, 21, 40, end=60))
    assert head.skipped(2).number == 2
    assert head.skipped(1).number == 2 - 1
    assert head.sought(1).skipped(1).number == 2, "at least a frame"
    assert head.sought(4).skipped(-1).number == 3
    assert head.sought(4).skipped(-60).number == 0


def test_what_comes_next() -> None:
    head = Playhead(EVEN, number=7)
    assert head.upcoming(5) == [7, 8, 9]
    assert head.played(-1.0).upcoming(3) == [7, 6, 5]
    looped = head.with_marks(range(5, 9)).with_looped(True)
    assert looped.upcoming(9) == [7, 8, 5, 6]
    assert looped.sought(1).upcoming(3) == [1, 2, 3], "outside of the marks nothing repeats"
