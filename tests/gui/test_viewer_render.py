from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from srstudio.core.regions import Region
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.gui.viewer.render import render
from srstudio.gui.viewer.tiles import TILE, Layer, Tiles

Array = NDArray[np.uint8]


def noise(height: int, width: int) -> Array:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def rendered(pixels: Array, scale: float, area: Region, nearest: bool = True) -> Array:
    drawn: Array = render(Pyramid(pixels), (scale, scale), area, nearest)[..., 2::-1]
    return drawn


@st.composite
def areas(draw: st.DrawFn, width: int, height: int) -> Region:
    x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return Region(
        x, y, draw(st.integers(1, min(300, width - x))), draw(st.integers(1, min(300, height - y)))
    )


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([1, 2, 3, 4, 5, 7, 8, 16, 33, 64]), st.data())
def test_whole_zooms_repeat_pixels_exactly(scale: int, data: st.DataObject) -> None:
    pixels = noise(70, 90)
    area = data.draw(areas(90 * scale, 70 * scale))
    wanted = pixels[
        np.arange(area.y, area.bottom)[:, np.newaxis] // scale,
        np.arange(area.x, area.right)[np.newaxis] // scale,
    ]
    assert np.array_equal(rendered(pixels, float(scale), area), wanted)


@settings(max_examples=40, deadline=None)
@given(st.floats(4.0, 64.0), st.data())
def test_large_zooms_show_nothing_but_pixels_of_the_picture(
    scale: float, data: st.DataObject
) -> None:
    pixels = noise(30, 40)
    area = data.draw(areas(int(40 * scale), int(30 * scale)))
    drawn = rendered(pixels, scale, area)
    rows = (np.arange(area.y, area.bottom) + 0.5) / scale
    columns = (np.arange(area.x, area.right) + 0.5) / scale
    clear = (np.abs(rows - rows.round()) > 1e-3)[:, None] & (
        np.abs(columns - columns.round()) > 1e-3
    )
    wanted = pixels[np.minimum(rows.astype(int), 29)[:, None], np.minimum(columns.astype(int), 39)]
    assert np.array_equal(drawn[clear], wanted[clear])


@pytest.mark.parametrize("scale", [1.25, 1.5, 2.5, 3.3])
def test_squares_look_equally_large_at_odd_zooms(scale: float) -> None:
    stripes = np.zeros((40, 40, 3), np.uint8)
    stripes[:, ::2] = 255
    drawn = rendered(stripes, scale, Region(0, 0, int(40 * scale), 8))[4, :, 0].astype(float)
    period = 2 * scale
    sums = [drawn[round(n * period) : round((n + 4) * period)].mean() for n in range(8)]
    assert np.ptp(sums) < 30


@pytest.mark.parametrize("halvings", [1, 2, 3])
def test_powers_of_a_half_are_block_means(halvings: int) -> None:
    side = 2**halvings
    pixels = noise(256, 320)
    area = Region(3, 5, 30, 20)
    means = pixels.astype(float).reshape(256 // side, side, 320 // side, side, 3).mean((1, 3))
    drawn = rendered(pixels, 1 / side, area)
    assert np.abs(drawn - means[area.slices]).max() <= 0.5 * halvings + 1e-9


def test_a_checkerboard_below_100_percent_is_gray() -> None:
    board = np.indices((512, 512)).sum(0) % 2 * 255
    pixels = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    for scale in (0.5, 0.41, 0.3, 0.1):
        drawn = rendered(pixels, scale, Region(2, 2, 40, 40))
        assert np.abs(drawn.astype(int) - 127.5).max() <= 1


@settings(max_examples=30, deadline=None)
@given(st.floats(0.08, 0.99))
def test_reduced_pictures_are_close_to_the_area_mean(scale: float) -> None:
    """Against exact integrals over each device pixel's square, from a running sum."""
    y, x = np.mgrid[:600, :800]
    picture = 127.5 + 60 * np.sin(x / 19.0 + y / 31.0) + 60 * np.cos(y / 16.0 - x / 40.0)
    pixels = np.repeat(picture[..., None], 3, axis=2).round().astype(np.uint8)
    area = Region(1, 2, min(60, int(800 * scale) - 2), min(40, int(600 * scale) - 3))
    total = np.zeros((601, 801))
    total[1:, 1:] = pixels[..., 0].astype(float).cumsum(0).cumsum(1)
    rows = np.arange(area.y, area.bottom + 1) / scale
    columns = np.arange(area.x, area.right + 1) / scale
    along = np.array([np.interp(columns, np.arange(801), row) for row in total])
    both = np.array([np.interp(rows, np.arange(601), column) for column in along.T]).T
    means = np.diff(np.diff(both, axis=0), axis=1) * scale**2
    difference = rendered(pixels, scale, area)[..., 0] - means
    assert np.sqrt((difference**2).mean()) < 2.5


def test_smooth_zoom_interpolates() -> None:
    ramp = np.repeat(np.arange(0, 200, 10, dtype=np.uint8)[None, :, None], 4, axis=0)
    pixels = np.repeat(ramp, 3, axis=2)
    drawn = rendered(pixels, 4.0, Region(8, 4, 56, 4), nearest=False)[0, :, 0].astype(int)
    steps = np.diff(drawn)
    assert steps.min() >= 1
    assert steps.max() <= 4


@pytest.mark.parametrize("zoom", [0.62, 0.83, 1.0, 1.4, 2.0, 5.37])
@pytest.mark.parametrize("nearest", [True, False])
def test_tiles_join_without_seams(zoom: float, nearest: bool) -> None:
    pixels = noise(300, 420) // 2 + 60
    layer = Layer(("picture", "a"), Pyramid(pixels))
    tiles = Tiles()
    tiles.use((420, 300), zoom, nearest)
    whole = render(layer.pyramid, (zoom, zoom), tiles.extent, nearest)
    joined = np.zeros_like(whole)
    for at, image in tiles.covering(layer, tiles.extent):
        view = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
        x, y = at.x(), at.y()
        joined[y : y + image.height(), x : x + image.width()] = view
    assert joined.shape == whole.shape
    # Squares may end a device pixel earlier or later; a seam would be 1 in 256 both ways.
    assert (np.abs(joined.astype(int) - whole) > 2).mean() < 1 / 300


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([0.2, 0.37, 0.5, 0.9, 1.0, 1.4, 2.0]), st.booleans(), st.data())
def test_after_a_paste_only_touched_tiles_are_drawn_anew_and_none_is_stale(
    zoom: float, nearest: bool, data: st.DataObject
) -> None:
    region = data.draw(areas(1500, 900))
    layer = Layer(("picture", "a"), Pyramid(noise(900, 1500)))
    tiles = Tiles()
    tiles.use((1500, 900), zoom, nearest)
    before = {(p.x(), p.y()): image.copy() for p, image in tiles.covering(layer, tiles.extent)}
    layer.pyramid.paste(region, np.zeros((region.height, region.width, 3), np.uint8))
    area = tiles.forget_part(layer, region)
    fresh = Tiles()
    fresh.use((1500, 900), zoom, nearest)
    kept = dict(zip(before, tiles.covering(layer, tiles.extent), strict=True))
    for at, image in fresh.covering(layer, fresh.extent):
        spot = (at.x(), at.y())
        assert kept[spot][1] == image
        if Region(*spot, TILE, TILE).intersect(area).empty:
            assert before[spot] == image


def test_a_picture_of_another_size_is_stretched() -> None:
    layer = Layer(("picture", "a"), Pyramid(noise(50, 80)))
    tiles = Tiles()
    tiles.use((160, 100), 2.0, True)
    ((_, image),) = list(tiles.covering(layer, Region(0, 0, 100, 100)))
    wanted = np.repeat(np.repeat(noise(50, 80), 4, axis=0), 4, axis=1)
    drawn = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    assert np.array_equal(drawn[..., 2::-1], wanted[: image.height(), : image.width()])


def test_what_is_drawn_in_haste_after_a_zoom_is_made_up_for() -> None:
    layer = Layer(("picture", "a"), Pyramid(noise(900, 1500)))
    good, hasty = Tiles(), Tiles()
    good.use((1500, 900), 0.62, True)
    wanted = [image for _, image in good.covering(layer, good.extent)]
    hasty.use((1500, 900), 0.62, True, patience=-1.0)
    drafts = [image for _, image in hasty.covering(layer, hasty.extent)]
    unfinished = [hasty.unfinished]
    assert [image.size() for image in drafts] == [image.size() for image in wanted]
    hasty.use((1500, 900), 0.62, True, patience=60.0)
    assert [image for _, image in hasty.covering(layer, hasty.extent)] == wanted
    unfinished.append(hasty.unfinished)
    assert unfinished == [True, False]
    other = Layer(("picture", "b"), layer.pyramid)
    hasty.use((1500, 900), 0.62, True, patience=-1.0)  # no zoom: a flip is never hasty
    assert [image for _, image in hasty.covering(other, hasty.extent)] == wanted
