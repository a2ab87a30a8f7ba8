from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from srstudio.compare.viewport import LARGEST_ZOOM, Viewport
from srstudio.core.regions import Region

sides = st.integers(1, 8000)
contents = st.tuples(sides, sides)
rooms = st.tuples(st.integers(20, 4000), st.integers(20, 3000))
ratios = st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0])
fractions = st.floats(0.0, 1.0)
zooms = st.floats(0.01, 100.0)


@st.composite
def viewports(draw: st.DrawFn) -> Viewport:
    content = draw(contents)
    centre = (draw(fractions) * content[0], draw(fractions) * content[1])
    return Viewport(content, draw(rooms), draw(zooms), centre, draw(ratios))


@st.composite
def points(draw: st.DrawFn) -> tuple[float, float]:
    return draw(st.floats(0, 4000)), draw(st.floats(0, 3000))


@given(viewports(), points())
def test_view_and_content_coordinates_are_inverse(
    viewport: Viewport, point: tuple[float, float]
) -> None:
    assert viewport.to_view(viewport.to_content(point)) == pytest.approx(point, abs=1e-6)


@given(viewports())
def test_the_corner_of_the_content_lies_on_a_whole_device_pixel(viewport: Viewport) -> None:
    x, y = viewport.to_view((0.0, 0.0))
    ratio = viewport.device_pixel_ratio
    assert (x * ratio, y * ratio) == pytest.approx(viewport.origin)


@given(viewports(), st.floats(0.2, 5.0), fractions, fractions)
def test_zoom_keeps_the_content_under_the_cursor(
    viewport: Viewport, factor: float, across: float, down: float
) -> None:
    at = (viewport.view[0] * across, viewport.view[1] * down)
    before = viewport.to_content(at)
    zoomed = viewport.zoomed(factor, at)
    wanted = tuple(
        content - (place - room / 2) / zoomed.scale
        for content, place, room in zip(before, at, viewport.view, strict=True)
    )
    assume(zoomed.centre == pytest.approx(wanted, abs=1e-9))  # it was not held by an edge
    seen = zoomed.to_view(before)
    half_a_pixel = 0.5 / viewport.device_pixel_ratio + 1e-6
    assert seen == pytest.approx(at, abs=half_a_pixel)


def test_zoom_in_the_midst_of_a_large_picture_is_never_held_by_an_edge() -> None:
    viewport = Viewport((8000, 6000), (800.0, 600.0), 1.0, (4000.0, 3000.0))
    before = viewport.to_content((700.0, 50.0))
    after = viewport.zoomed(1.3, (700.0, 50.0))
    assert after.zoom == pytest.approx(1.3)
    assert after.to_content((700.0, 50.0)) == pytest.approx(before, abs=0.5)


@given(viewports(), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_the_picture_cannot_be_lost(viewport: Viewport, dx: float, dy: float) -> None:
    moved = viewport.panned(dx, dy)
    assert not moved.visible().empty
    for place, extent, room in zip(moved.centre, moved.content, moved.view, strict=True):
        if extent * moved.zoom <= room * moved.device_pixel_ratio:
            assert place == pytest.approx(extent / 2)
        else:
            assert 0 <= place <= extent


@given(viewports())
def test_fit_shows_everything_and_nothing_larger_does(viewport: Viewport) -> None:
    fitted = viewport.fitted()
    assert fitted.is_fitted
    assert fitted.visible() == Region.whole(*viewport.content)
    assume(fitted.zoom < LARGEST_ZOOM)
    extents = [side * fitted.scale for side in viewport.content]
    fills = [e / room for e, room in zip(extents, viewport.view, strict=True)]
    assert max(fills) == pytest.approx(1.0)


@settings(max_examples=15)
@given(viewports(), st.floats(1.02, 1.3), fractions, fractions)
def test_every_way_in_and_out_meets_fit_and_100_percent(
    viewport: Viewport, factor: float, across: float, down: float
) -> None:
    at = (viewport.view[0] * across, viewport.view[1] * down)
    low = viewport.at_zoom(viewport.smallest_zoom)
    for start, step, wanted in ((low, factor, "in"), (low.at_zoom(64.0), 1 / factor, "out")):
        met = {start.zoom}
        here = start
        for _ in range(600):
            here = here.zoomed(step, at)
            met.add(here.zoom)
        stops = {viewport.fit_zoom, 1.0, 2.0, 0.5}
        within = {s for s in stops if low.zoom <= s <= 64.0}
        assert within <= met, wanted


@pytest.mark.parametrize("factor", [1.001, 1.05, 2 ** (1 / 3), 1.5])
def test_a_stop_does_not_hold_on(factor: float) -> None:
    viewport = Viewport((4000, 3000), (800.0, 600.0), 1.0)
    assert viewport.zoomed(factor).zoom == pytest.approx(factor)
    assert viewport.zoomed(1 / factor).zoom == pytest.approx(1 / factor)


def test_three_notches_are_an_octave() -> None:
    viewport = Viewport((4000, 3000), (800.0, 600.0), 1.0)
    met = []
    for _ in range(6):
        viewport = viewport.zoomed(2 ** (1 / 3))
        met.append(viewport.zoom)
    assert met[2] == 2.0
    assert met[5] == 4.0


@given(viewports(), rooms, ratios)
def test_resizing_keeps_fit_or_the_centre(
    viewport: Viewport, room: tuple[int, int], ratio: float
) -> None:
    assert viewport.fitted().resized(room, ratio).is_fitted
    assume(not viewport.is_fitted)
    resized = viewport.resized(room, ratio)
    unclamped = replace(viewport, view=room, device_pixel_ratio=ratio)
    assert resized == unclamped
    assert resized.zoom == max(viewport.zoom, resized.smallest_zoom)


def test_resizing_a_view_into_a_large_picture_keeps_its_centre() -> None:
    viewport = Viewport((8000, 6000), (800.0, 600.0), 2.0, (1234.0, 2345.0))
    assert viewport.resized((500.0, 900.0), 2.0).centre == (1234.0, 2345.0)


def test_100_percent_is_one_device_pixel_per_content_pixel() -> None:
    viewport = Viewport((4000, 3000), (400.0, 300.0), 1.0, (2000.0, 1500.0), 2.0)
    assert viewport.visible() == Region(1600, 1200, 800, 600)


def test_panning_moves_the_content_with_the_hand() -> None:
    viewport = Viewport((4000, 3000), (400.0, 300.0), 2.0, (2000.0, 1500.0))
    assert viewport.panned(10, -20).centre == (1995.0, 1510.0)


@given(viewports())
def test_visible_pixels_lie_in_the_content_and_cover_the_view(viewport: Viewport) -> None:
    seen = viewport.visible()
    assert seen.intersect(Region.whole(*viewport.content)) == seen
    left, top = viewport.to_view((seen.x, seen.y))
    right, bottom = viewport.to_view((seen.right, seen.bottom))
    one = viewport.scale + 1e-6
    for first, last, room, at, extent, end in (
        (left, right, viewport.view[0], seen.x, viewport.content[0], seen.right),
        (top, bottom, viewport.view[1], seen.y, viewport.content[1], seen.bottom),
    ):
        assert -one <= first <= 1e-6 or at == 0
        assert room - 1e-6 <= last <= room + one or end == extent


@given(viewports(), st.floats(0.0, 1e6))
def test_zoom_stays_within_its_limits(viewport: Viewport, zoom: float) -> None:
    reached = viewport.at_zoom(zoom).zoom
    assert viewport.smallest_zoom <= reached <= LARGEST_ZOOM
    assert math.isfinite(reached)


@pytest.mark.parametrize(("content", "view"), [((0, 4), (10.0, 10.0)), ((4, 4), (0.0, 10.0))])
def test_without_content_or_room_there_is_no_viewport(
    content: tuple[int, int], view: tuple[float, float]
) -> None:
    with pytest.raises(ValueError, match="needs content and room"):
        Viewport(content, view)


@given(viewports(), points())
def test_the_pixel_at_a_point_covers_its_device_pixel(
    viewport: Viewport, point: tuple[float, float]
) -> None:
    pixel = viewport.pixel_at(point)
    ratio = viewport.device_pixel_ratio
    middle = tuple((math.floor(part * ratio) + 0.5) / ratio for part in point)
    x, y = viewport.to_content((middle[0], middle[1]))
    if pixel is None:
        assert not (0 <= x < viewport.content[0] and 0 <= y < viewport.content[1])
    else:
        assert (pixel[0], pixel[1]) == (math.floor(x), math.floor(y))
