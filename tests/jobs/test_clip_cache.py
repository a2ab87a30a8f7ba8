from __future__ import annotations

import numpy as np

from srstudio.core.frame import Frame
from srstudio.jobs.clip_cache import ClipCache, bytes_of

FRAME = Frame(np.zeros((4, 5, 3), np.uint8))
SIZE = bytes_of(FRAME)


def filled(frames: int, head: int, numbers: range, **more: object) -> ClipCache:
    cache = ClipCache(frames * SIZE)
    cache.go_to(head, **more)  # type: ignore[arg-type]
    for number in numbers:
        cache.put("a", number, FRAME)
    return cache


def test_what_is_kept_stays_within_the_budget() -> None:
    cache = filled(10, 0, range(100))
    assert cache.taken <= 10 * SIZE
    assert cache.numbers("a") == frozenset(range(10))


def test_frames_ahead_are_dearer_than_those_behind() -> None:
    assert filled(10, 50, range(100)).numbers("a") == frozenset(range(47, 57))
    backwards = filled(10, 50, range(100), direction=-1)
    assert backwards.numbers("a") == frozenset(range(44, 54))


def test_in_a_loop_the_beginning_follows_the_end() -> None:
    cache = filled(4, 19, range(100), repeated=range(10, 20))
    assert cache.numbers("a") == {19, 10, 11, 12}


def test_what_is_shown_stays_though_there_is_no_room() -> None:
    cache = ClipCache(SIZE // 2)
    cache.go_to(3)
    assert cache.put("a", 3, FRAME)
    assert cache.put("b", 3, FRAME)
    assert not cache.put("a", 4, FRAME)
    assert set(cache.at(3)) == {"a", "b"}


def test_a_frame_that_comes_again_is_counted_once() -> None:
    cache = ClipCache(10 * SIZE)
    for _ in range(5):
        cache.put("a", 1, FRAME)
    assert cache.taken == SIZE


def test_sources_are_dropped_with_their_bytes() -> None:
    cache = ClipCache(10 * SIZE)
    for key in "abc":
        cache.put(key, 0, FRAME)
    cache.drop("a")
    cache.keep_only(["c"])
    assert (set(cache.at(0)), cache.taken) == ({"c"}, SIZE)
    cache.clear()
    assert (cache.at(0), cache.taken) == ({}, 0)


def test_alpha_is_counted() -> None:
    alpha = np.zeros((4, 5), np.uint8)
    assert bytes_of(Frame(FRAME.pixels, alpha)) == SIZE + alpha.nbytes


def test_there_is_always_room_for_a_frame_ahead() -> None:
    assert ClipCache(0).room_for(SIZE, 3) == 1
    assert ClipCache(90 * SIZE).room_for(SIZE, 2) == 30
