from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from srstudio.compare.comparison import MOST_PANES, Comparison
from srstudio.gui.binding import initial_comparison, with_fitting_panes
from srstudio.settings.schema import ViewSettings


def comparison(sources: int, reference: bool) -> Comparison:
    keys = tuple(f"s{n}" for n in range(sources))
    return Comparison().with_sources(keys, keys[-1] if reference and keys else None)


@given(st.integers(0, 9), st.booleans())
def test_side_by_side_shows_as_many_as_fit_and_the_ground_truth(n: int, reference: bool) -> None:
    slider = comparison(n, reference)
    shown = with_fitting_panes(slider.toggled_layout(), slider)
    assert len(shown.panes) == min(n, MOST_PANES)
    assert shown.reference is None or shown.reference in shown.panes
    back = with_fitting_panes(shown.toggled_layout(), shown)
    assert len(back.panes) == min(n, 2)


@given(st.integers(2, 9))
def test_nothing_else_moves_the_panes(n: int) -> None:
    before = comparison(n, reference=True)
    for after in (before.swapped(), before.next_source(), before.with_split(0.2)):
        assert with_fitting_panes(after, before) == after


def test_a_source_that_is_added_joins_side_by_side() -> None:
    before = with_fitting_panes(
        replace(comparison(2, reference=False), layout="side_by_side"), Comparison()
    )
    after = before.with_sources(("s0", "s1", "s2"))
    assert list(with_fitting_panes(after, before).panes) == ["s0", "s1", "s2"]


def test_the_settings_say_how_it_begins() -> None:
    settings = ViewSettings(layout="side_by_side", overlay="ssim", opacity=0.3, nearest=False)
    made = initial_comparison(settings)
    assert (made.layout, made.overlay, made.overlay_opacity, made.nearest) == (
        "side_by_side",
        "ssim",
        0.3,
        False,
    )
