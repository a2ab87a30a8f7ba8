from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from srstudio.compare.comparison import MOST_PANES, OVERLAYS, Comparison

KEYS = ("raw", "a", "b", "c", "d", "truth")


def four() -> Comparison:
    return Comparison().with_sources(("raw", "a", "b", "truth"), "truth")


class Transitions(RuleBasedStateMachine):
    """Whatever is done in whatever order, the state can be made (its own checks pass)."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Comparison()

    @rule(keys=st.lists(st.sampled_from(KEYS), unique=True), truth=st.booleans())
    def sources(self, keys: list[str], truth: bool) -> None:
        shown, panes = self.state.shown, self.state.panes
        self.state = self.state.with_sources(keys, keys[-1] if keys and truth else None)
        assert len(self.state.panes) >= min(2, len(keys))
        assert [p for p in panes if p in keys] == list(self.state.panes)[
            : len([p for p in panes if p in keys])
        ]
        assert self.state.shown == (shown if shown in keys else None)

    @rule(data=st.data())
    def panes(self, data: st.DataObject) -> None:
        if self.state.sources:
            some = st.lists(
                st.sampled_from(self.state.sources), min_size=1, max_size=MOST_PANES, unique=True
            )
            self.state = self.state.with_panes(data.draw(some))
            assert self.state.visible == self.state.panes

    @rule(data=st.data())
    def flip(self, data: st.DataObject) -> None:
        if self.state.sources:
            key = data.draw(st.sampled_from(self.state.sources))
            flipped = self.state.flipped(key)
            assert flipped.flipped(key).shown is None or self.state.shown == key
            self.state = flipped

    @rule(data=st.data(), position=st.floats(-1, 2))
    def split(self, data: st.DataObject, position: float) -> None:
        if self.state.splits:
            line = data.draw(st.integers(0, len(self.state.splits) - 1))
            self.state = self.state.with_split(position, line)

    @rule()
    def others(self) -> None:
        before = self.state
        assert before.rotated().rotated() == before
        assert before.swapped().swapped() == before
        assert before.toggled_layout().toggled_layout() == replace(before, shown=None)
        self.state = before.rotated().swapped().toggled_layout().next_overlay()


TestTransitions = Transitions.TestCase


def test_the_first_two_sources_come_into_the_panes() -> None:
    state = four()
    assert state.panes == ("raw", "a")
    assert state.splits == (0.5,)
    assert state.visible == ("raw", "a")


def test_sources_that_stay_keep_their_panes() -> None:
    state = four().with_panes(("truth", "b")).with_sources(("raw", "b", "new"))
    assert state.panes == ("b", "raw")
    assert state.reference is None


def test_flipping_shows_and_flipping_again_returns() -> None:
    shown = four().flipped("truth")
    assert shown.visible == ("truth",)
    assert shown.flipped("truth") == four()
    assert shown.flipped("a").visible == ("a",)


@pytest.mark.parametrize(("step", "order"), [(1, "raw a b truth raw"), (-1, "truth b a raw truth")])
def test_next_source_goes_round(step: Any, order: str) -> None:
    state, met = four(), []
    for _ in range(5):
        state = state.next_source(step)
        met.append(state.shown)
    assert met == order.split()


def test_without_sources_there_is_no_next() -> None:
    assert Comparison().next_source() == Comparison()


def test_overlays_go_round() -> None:
    state, met = four(), []
    for _ in OVERLAYS:
        state = state.next_overlay()
        met.append(state.overlay)
    assert met == ["absolute", "signed", "ssim", "off"]


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-2, 3)), max_size=20))
def test_lines_never_cross(moves: list[tuple[int, float]]) -> None:
    state = four().with_panes(("raw", "a", "b", "truth"))
    for line, position in moves:
        state = state.with_split(position, line)
        assert list(state.splits) == sorted(state.splits)
        assert all(0 <= split <= 1 for split in state.splits)


def test_a_line_goes_where_it_is_moved() -> None:
    assert four().with_split(0.3).split == 0.3


def test_panes_decide_the_number_of_lines() -> None:
    state = four().with_panes(("raw", "a", "b"))
    assert state.splits == pytest.approx((1 / 3, 2 / 3))
    assert state.with_panes(("raw",)).splits == ()
    assert four().with_split(0.2).with_panes(("b", "truth")).splits == (0.2,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sources": ("a", "a"), "panes": ("a",)},
        {"sources": ("a",), "panes": ()},
        {"sources": ("a",), "panes": ("b",)},
        {"sources": ("a",), "panes": ("a",), "shown": "b"},
        {"sources": ("a",), "panes": ("a",), "reference": "b"},
        {"sources": ("a", "b"), "panes": ("a", "b"), "splits": ()},
        {"sources": ("a", "b"), "panes": ("a", "b"), "splits": (1.5,)},
        {"sources": ("a", "b"), "panes": ("a", "b", "a"), "splits": (0.6, 0.4)},
        {"sources": ("a",), "panes": ("a",) * 5, "splits": (0.1, 0.2, 0.3, 0.4)},
        {"layout": "stack"},
        {"overlay": "heat"},
        {"overlay_opacity": 1.5},
    ],
)
def test_a_contradictory_state_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Comparison(**wrong)


def test_a_pane_gets_another_source_and_two_change_places() -> None:
    state = four().with_panes(("raw", "a"))
    assert state.with_pane(1, "truth").panes == ("raw", "truth")
    assert state.with_pane(0, "a").panes == ("a", "raw")
    assert state.with_pane(0, "raw").panes == ("raw", "a")
