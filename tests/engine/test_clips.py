from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.engine.clips import segments, window_indices, windows
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


@given(count=st.integers(0, 60), overlap=st.integers(0, 4), longer=st.integers(1, 12))
def test_segments_cover_the_clip_once_and_see_what_lies_around(
    count: int, overlap: int, longer: int
) -> None:
    length = 2 * overlap + longer
    own = []
    for held, kept in segments(range(count), length, overlap):
        assert len(held) <= length
        begin, end = held[kept.start], held[kept.stop - 1]
        assert held[0] == 0 or begin - held[0] == overlap
        assert held[-1] == count - 1 or held[-1] - end == overlap
        assert held[0] != 0 or begin == 0
        own += [held[index] for index in kept]
    assert own == list(range(count))


def test_a_clip_that_is_not_longer_comes_whole() -> None:
    (piece,) = [(list(held), own) for held, own in segments(range(20), 20, 8)]
    assert piece == (list(range(20)), range(20))
