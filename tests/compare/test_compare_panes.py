from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.compare.comparison import Comparison, Layout
from srstudio.compare.panes import Arrangement
from srstudio.compare.sources import Source
from srstudio.core.regions import Region

KEYS = ("a", "b", "c", "d")


def compared(count: int, layout: str = "slider", vertical: bool = True) -> Comparison:
    state = Comparison().with_sources(KEYS).with_panes(KEYS[:count])
    state = state if layout == "slider" else state.toggled_layout()
    return state if vertical else state.rotated()


@given(
    st.integers(1, 4),
    st.booleans(),
    st.tuples(st.integers(20, 300), st.integers(20, 300)),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_the_strips_of_a_slider_cover_the_view_once(
    count: int, vertical: bool, size: tuple[int, int], positions: list[float]
) -> None:
    state = compared(count, vertical=vertical)
    for line in range(count - 1):
        state = state.with_split(positions[line], line)
    covered = np.zeros((size[1], size[0]), int)
    for pane in Arrangement(state, size).panes:
        assert pane.frame == Region.whole(*size)
        covered[pane.clip.slices] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize(
    ("count", "vertical", "columns", "rows"),
    [(1, True, 1, 1), (2, True, 2, 1), (3, True, 3, 1), (4, True, 2, 2), (2, False, 1, 2)],
)
def test_panes_side_by_side_are_equal_and_apart(
    count: int, vertical: bool, columns: int, rows: int
) -> None:
    arrangement = Arrangement(compared(count, "side_by_side", vertical), (601, 401), 2.0)
    frames = [pane.frame for pane in arrangement.panes]
    assert {(f.width, f.height) for f in frames} == {
        ((601 - 4 * (columns - 1)) // columns, (401 - 4 * (rows - 1)) // rows)
    }
    for n, one in enumerate(frames):
        assert one.intersect(Region.whole(601, 401)) == one
        assert all(one.intersect(other).empty for other in frames[n + 1 :])
    assert arrangement.view == (frames[0].width / 2, frames[0].height / 2)


@pytest.mark.parametrize("layout", get_args(Layout))
def test_in_place_one_source_fills_the_view(layout: str) -> None:
    arrangement = Arrangement(compared(3, layout).flipped("d"), (300, 200))
    assert [(p.key, p.clip) for p in arrangement.panes] == [("d", Region.whole(300, 200))]
    assert not arrangement.lines


def test_lines_stay_on_the_picture() -> None:
    picture = Region(100, 20, 400, 160)
    arrangement = Arrangement(compared(2).with_split(0.05), (600, 200), 1.0, picture)
    assert arrangement.lines == (100,)
    assert arrangement.line_ends == (20.0, 180.0)
    assert arrangement.split_at((10.0, 50.0)) == pytest.approx(100 / 600)
    assert arrangement.split_at((300.0, 50.0)) == pytest.approx(0.5)
    turned = Arrangement(compared(2, vertical=False), (600, 200), 1.0, picture)
    assert turned.line_ends == (100.0, 500.0)


def test_the_nearest_line_within_reach_is_found() -> None:
    arrangement = Arrangement(compared(3).with_split(0.5, 0).with_split(0.6, 1), (200, 100), 2.0)
    assert arrangement.line_near((52.0, 10.0), 6.0) == 0
    assert arrangement.line_near((58.0, 10.0), 6.0) == 1
    assert arrangement.line_near((20.0, 10.0), 6.0) is None
    assert arrangement.handle_near((62.0, 25.0), 6.0) == 1
    assert arrangement.handle_near((62.0, 5.0), 6.0) is None


def test_points_are_found_in_panes_and_gaps() -> None:
    arrangement = Arrangement(compared(2, "side_by_side"), (202, 100))
    right = arrangement.pane_at((150.0, 50.0))
    assert right is not None
    assert right.key == "b"
    assert arrangement.local((150.0, 50.0), right) == (48.0, 50.0)
    assert arrangement.pane_at((100.5, 50.0)) is None


def test_a_source_says_title_and_subtitle() -> None:
    assert Source("raw", "Raw", "lr", "bicubic").text == "Raw · bicubic"
    assert Source("a", "FSRCNN x2").text == "FSRCNN x2"
