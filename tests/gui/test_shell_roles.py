from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Frame
from srstudio.gui.roles import Given, Roles, assign, assign_truth, prepare, scale_of

SCALES = (2, 3, 4)
sizes = st.integers(2, 12)


def given_picture(width: int, height: int, name: str = "p") -> Given:
    return Given(name, Path(f"/{name}.png"), Frame(np.zeros((height, width, 3), np.uint8)))


@given(sizes, sizes, st.sampled_from(SCALES), st.booleans())
def test_two_pictures_find_their_roles_in_any_order(
    width: int, height: int, scale: int, swapped: bool
) -> None:
    small = given_picture(width, height, "small")
    large = given_picture(width * scale, height * scale, "large")
    pair = [large, small] if swapped else [small, large]
    roles = assign(None, pair, SCALES, SCALES)
    assert roles == Roles(small, large)
    assert scale_of(roles, 2) == scale
    opened = prepare(roles, scale, "key")
    assert opened.truth is not None
    assert opened.truth.size == opened.size == large.frame.size


@given(sizes, sizes, st.sampled_from(SCALES))
def test_a_matching_larger_one_dropped_later_is_the_ground_truth(
    width: int, height: int, scale: int
) -> None:
    low, truth = given_picture(width, height), given_picture(width * scale, height * scale)
    assert assign(Roles(low), [truth], SCALES, SCALES) == Roles(low, truth)
    assert assign_truth(Roles(low), truth, SCALES) == Roles(low, truth)


def test_another_picture_takes_the_place_of_both() -> None:
    current = Roles(given_picture(10, 10), given_picture(20, 20))
    other = given_picture(33, 10)
    assert assign(current, [other], SCALES, SCALES) == Roles(other)


def test_another_ground_truth_takes_the_place_of_the_first() -> None:
    low = given_picture(10, 10)
    better = given_picture(40, 40, "better")
    assert assign(Roles(low, given_picture(20, 20)), [better], SCALES, SCALES) == Roles(low, better)


@pytest.mark.parametrize(("width", "height"), [(20, 21), (50, 50), (15, 15), (10, 10), (5, 5)])
def test_what_does_not_fit_is_no_ground_truth(width: int, height: int) -> None:
    low, other = given_picture(10, 9, "low"), given_picture(width, height, "other")
    with pytest.raises(InputError, match=r"low \(10x9\)"):
        assign_truth(Roles(low), other, SCALES)
    with pytest.raises(InputError, match="do not belong together"):
        assign(None, [low, other], SCALES, SCALES)


def test_a_picture_many_times_larger_is_a_ground_truth_only_if_that_is_said_or_likely() -> None:
    low, large = given_picture(10, 8, "low"), given_picture(160, 128, "large")
    far = (*SCALES, 16)
    assert assign(Roles(low), [large], far, SCALES) == Roles(large)
    assert assign(Roles(low), [large], far, far) == Roles(low, large)
    assert assign(None, [large, low], far, SCALES) == Roles(low, large)
    assert assign_truth(Roles(low), large, far) == Roles(low, large)


def test_three_pictures_are_refused() -> None:
    with pytest.raises(InputError, match="3 pictures"):
        assign(None, [given_picture(8, 8)] * 3, SCALES, SCALES)


def test_a_ground_truth_alone_makes_the_low_resolution_picture() -> None:
    opened = prepare(Roles(None, given_picture(41, 30)), 4, "key")
    assert opened.made
    assert opened.low.size == (10, 7)
    assert opened.truth is not None
    assert opened.truth.size == opened.size == (40, 28)


def test_a_ground_truth_rests_while_another_scale_is_chosen() -> None:
    roles = Roles(given_picture(10, 10), given_picture(20, 20))
    assert prepare(roles, 3, "key").truth is None
    assert prepare(roles, 2, "key").truth is not None


def test_too_small_a_ground_truth_is_told_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="cannot be made 4 times"):
        prepare(Roles(None, given_picture(3, 9)), 4, "key")


def test_somebody_must_play() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Roles(None, None)
