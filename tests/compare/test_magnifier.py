from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from srstudio.compare.comparison import first_ones
from srstudio.compare.magnifier import MOST_LENSES, POWERS, Magnifier, lens_boxes
from srstudio.compare.viewport import LARGEST_ZOOM
from srstudio.core.regions import Region


def test_it_follows_until_it_is_held() -> None:
    magnifier = Magnifier().switched(True).pointed_at((3.0, 4.0))
    assert (magnifier.on, magnifier.at, magnifier.frozen) == (True, (3.0, 4.0), False)
    held = magnifier.held(magnifier.at).pointed_at((9.0, 9.0))
    assert (held.at, held.frozen) == ((3.0, 4.0), True)
    assert held.held(None).pointed_at((9.0, 9.0)) == magnifier.pointed_at((9.0, 9.0))
    assert not held.switched(False).frozen


def test_to_hold_it_switches_it_on() -> None:
    assert Magnifier().held((1.0, 1.0)) == Magnifier(True, (1.0, 1.0), True)
    assert Magnifier().held(None) == Magnifier()


def test_its_power_ends_at_the_first_and_the_last() -> None:
    powers = [Magnifier().stepped(steps).power for steps in (-9, -1, 0, 1, 2, 9)]
    assert powers == [POWERS[0], 2, 4, 8, 16, POWERS[-1]]
    with pytest.raises(ValueError, match="times as large, not 3"):
        Magnifier(power=3)


@pytest.mark.parametrize(
    ("seen", "zoom"), [(0.2, 4.0), (1.0, 4.0), (2.73, 11.0), (16.0, 64.0), (64.0, LARGEST_ZOOM)]
)
def test_it_enlarges_by_whole_numbers(seen: float, zoom: float) -> None:
    assert Magnifier().zoom(seen) == zoom


@given(
    count=st.integers(1, MOST_LENSES),
    room=st.tuples(st.integers(420, 3000), st.integers(480, 2000)),
    at=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    caption=st.integers(12, 28),
)
def test_lenses_stay_in_the_view_apart_and_off_the_place(
    count: int, room: tuple[int, int], at: tuple[float, float], caption: int
) -> None:
    place = (at[0] * room[0], at[1] * room[1])
    boxes = lens_boxes(count, room, place, caption)
    with_captions = [Region(b.x, b.y, b.width, b.height + caption) for b in boxes]
    whole = Region.whole(*room)
    around = Region(int(place[0]) - 12, int(place[1]) - 12, 24, 24)
    for number, box in enumerate(with_captions):
        assert box.intersect(whole) == box
        assert box.intersect(around).empty
        assert all(box.intersect(other).empty for other in with_captions[:number])


def test_the_reference_is_among_the_first() -> None:
    keys = ("a", "b", "c", "truth", "d")
    assert first_ones(keys, 3, "truth") == ("a", "b", "truth")
    assert first_ones(keys, 4, "truth") == keys[:4]
    assert first_ones(keys, 3, None) == keys[:3]
    assert first_ones(keys, 3, "gone") == keys[:3]
    assert first_ones((), 3, "truth") == ()


def test_there_can_be_none() -> None:
    assert lens_boxes(0, (800, 600), (5.0, 5.0), 20) == ()
