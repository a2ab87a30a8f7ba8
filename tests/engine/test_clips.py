from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.engine.clips import segments, window_indices, window_reach, windows
from srstudio_models.spec import Edges

EDGES = st.sampled_from(["mirror", "circle"])


@pytest.mark.parametrize(
    ("edges", "centre", "expected"),
    [
        ("mirror", 0, [2, 1, 0, 1, 2]),
        ("mirror", 1, [1, 0, 1, 2, 3]),
        ("mirror", 9, [7, 8, 9, 8, 7]),
        ("circle", 0, [4, 3, 0, 1, 2]),
        ("circle", 1, [4, 0, 1, 2, 3]),
        ("circle", 8, [6, 7, 8, 9, 5]),
        ("circle", 9, [7, 8, 9, 6, 5]),
        ("mirror", 5, [3, 4, 5, 6, 7]),
        ("circle", 5, [3, 4, 5, 6, 7]),
    ],
)
def test_the_window_goes_on_beyond_the_ends(edges: Edges, centre: int, expected: list[int]) -> None:
    assert window_indices(centre, 5, 10, edges) == expected


@pytest.mark.parametrize("edges", ["mirror", "circle"])
def test_a_clip_shorter_than_the_window_is_mirrored_again_and_again(edges: Edges) -> None:
    assert window_indices(0, 7, 1, edges) == [0] * 7
    assert window_indices(0, 7, 2, edges) == [1, 0, 1, 0, 1, 0, 1]
    assert window_indices(1, 7, 3, edges) == [2, 1, 0, 1, 2, 1, 0]


@given(count=st.integers(5, 12), centre=st.integers(0, 11))
def test_a_circle_shows_five_different_frames(count: int, centre: int) -> None:
    indices = window_indices(min(centre, count - 1), 5, count, "circle")
    assert len(set(indices)) == 5


@given(count=st.integers(0, 30), window=st.sampled_from([1, 3, 5, 7]), edges=EDGES)
def test_windows_are_those_of_the_indices_and_read_no_further_than_they_show(
    count: int, window: int, edges: Edges
) -> None:
    read = 0

    def source() -> Iterator[int]:
        nonlocal read
        for read in range(1, count + 1):
            yield read - 1

    made = []
    for shown in windows(source(), window, edges):
        made.append(shown)
        assert read <= min(max(len(made) + window // 2, window), count)
    assert made == [window_indices(centre, window, count, edges) for centre in range(count)]


@given(
    count=st.integers(0, 60),
    begin=st.integers(0, 20),
    first=st.integers(0, 40),
    length=st.integers(1, 12),
    overlap=st.integers(0, 4),
)
def test_segments_are_the_same_wherever_one_begins(
    count: int, begin: int, first: int, length: int, overlap: int
) -> None:
    shot = range(begin, begin + count)
    made: list[int] = []
    for start, held, own in segments(iter(shot), begin, first, length, overlap):
        anchor = own.start // length * length
        seen = range(anchor - overlap, anchor + length + overlap)
        assert held == [number for number in seen if number in shot]
        assert start == held[0]
        assert list(own) == [number for number in range(anchor, anchor + length) if number in shot]
        made += own
    anchor = first // length * length
    assert made == [number for number in shot if number >= anchor]


@given(length=st.integers(1, 9), overlap=st.integers(0, 4))
def test_segments_are_read_no_further_than_they_show(length: int, overlap: int) -> None:
    read = []

    def source() -> Iterator[int]:
        for number in range(50):
            read.append(number)
            yield number

    for _, held, _ in segments(source(), 0, 0, length, overlap):
        assert read[-1] == held[-1]


def test_a_shot_that_is_not_longer_comes_whole() -> None:
    (piece,) = [(s, list(held), own) for s, held, own in segments(range(20), 0, 0, 20, 8)]
    assert piece == (0, list(range(20)), range(20))


@given(
    count=st.integers(1, 30),
    window=st.sampled_from([1, 3, 5, 7]),
    edges=EDGES,
    places=st.tuples(st.integers(0, 29), st.integers(0, 29)),
)
def test_the_reach_is_what_decides_a_window(
    count: int, window: int, edges: Edges, places: tuple[int, int]
) -> None:
    first, last = sorted(min(place, count - 1) for place in places)
    reach = window_reach(window, edges)
    seen = range(max(first - reach, 0), min(last + reach + 1, count))
    made = list(windows(seen, window, edges))[first - seen.start :][: last - first + 1]
    assert made == [window_indices(n, window, count, edges) for n in range(first, last + 1)]
