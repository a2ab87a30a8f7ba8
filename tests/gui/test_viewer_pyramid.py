from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from srstudio.core.regions import Region
from srstudio.gui.viewer.pyramid import Pyramid

Array = NDArray[np.uint8]


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Array:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (height, width, channels), dtype=np.uint8)


def rgb(level: Array) -> Array:
    return level[..., 2::-1]


def block_means(pixels: Array, side: int) -> NDArray[np.float64]:
    height, width = (extent // side * side for extent in pixels.shape[:2])
    blocks = pixels[:height, :width].astype(np.float64)
    shape = (height // side, side, width // side, side, -1)
    means: NDArray[np.float64] = blocks.reshape(shape).mean(axis=(1, 3))
    return means


def test_levels_are_block_means() -> None:
    pixels = noise(260, 333)
    pyramid = Pyramid(pixels)
    assert np.array_equal(rgb(pyramid.levels[0]), pixels)
    for number, level in enumerate(pyramid.levels[1:], start=1):
        means = block_means(pixels, 2**number)
        inside = rgb(level)[: means.shape[0], : means.shape[1]]
        assert np.abs(inside - means).max() <= 0.5 * number + 1e-9  # each level rounds once


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.data())
def test_a_paste_leaves_the_pyramid_of_the_pasted_picture(
    width: int, height: int, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    region = Region(
        x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    )
    alpha = noise(height, width, 1, 3)[..., 0] if data.draw(st.booleans()) else None
    pixels, tile = noise(height, width), noise(region.height, region.width, seed=2)
    pyramid = Pyramid(pixels, alpha)
    pyramid.paste(region, tile)
    pixels[region.slices] = tile
    for ours, fresh in zip(pyramid.levels, Pyramid(pixels, alpha).levels, strict=True):
        assert np.array_equal(ours, fresh)
    assert pyramid.values(x, y) == tuple(int(value) for value in pixels[y, x])


@pytest.mark.parametrize(
    ("region", "shape"),
    [
        (Region(5, 0, 6, 4), (4, 6, 3)),
        (Region(-1, 0, 4, 4), (4, 4, 3)),
        (Region(0, 0, 4, 4), (4, 5, 3)),
    ],
)
def test_a_paste_that_does_not_fit_is_refused(region: Region, shape: tuple[int, ...]) -> None:
    pyramid = Pyramid(noise(8, 10))
    with pytest.raises(ValueError, match=r"leaves a picture|do not fill"):
        pyramid.paste(region, np.zeros(shape, np.uint8))
    assert np.array_equal(rgb(pyramid.levels[0]), noise(8, 10))


def test_a_copy_has_its_own_memory() -> None:
    pyramid = Pyramid(noise(100, 100), noise(100, 100, 1)[..., 0])
    twin = pyramid.copy()
    twin.paste(Region(0, 0, 100, 100), np.zeros((100, 100, 3), np.uint8))
    assert np.array_equal(
        pyramid.levels[0], Pyramid(noise(100, 100), noise(100, 100, 1)[..., 0]).levels[0]
    )
    assert pyramid.values(3, 4) == tuple(int(v) for v in noise(100, 100)[4, 3])


def test_the_pyramid_does_not_change_with_the_picture_it_was_built_from() -> None:
    pixels = noise(90, 90)
    pyramid = Pyramid(pixels)
    pixels[:] = 0
    assert np.array_equal(rgb(pyramid.levels[0]), noise(90, 90))


def test_deep_pictures_are_quantised() -> None:
    shades = np.linspace(0, 1, 256, dtype=np.float32)
    pixels = np.repeat(np.repeat(shades[np.newaxis, :, np.newaxis], 2, axis=0), 3, axis=2)
    wanted = np.arange(256, dtype=np.uint8)
    assert np.array_equal(rgb(Pyramid(pixels).levels[0])[0, :, 0], wanted)
    deep = (pixels * 65535).round().astype(np.uint16)
    assert np.array_equal(rgb(Pyramid(deep).levels[0])[0, :, 0], wanted)


def test_colour_under_full_transparency_does_not_bleed() -> None:
    pixels = np.zeros((128, 128, 3), np.uint8)
    pixels[:, ::2] = (255, 0, 0)
    pixels[:, 1::2] = (0, 255, 0)
    alpha = np.zeros((128, 128), np.uint8)
    alpha[:, ::2] = 255
    pyramid = Pyramid(pixels, alpha)
    assert pyramid.values(1, 0) == (0, 255, 0)
    blue, green, red, opacity = pyramid.levels[1][10, 10]
    assert (blue, green) == (0, 0)
    assert red == opacity == 128


@given(st.floats(0.001, 64.0))
def test_the_level_leaves_a_reduction_below_two(scale: float) -> None:
    pyramid = Pyramid(noise(1024, 900))
    level = pyramid.level_for(scale)
    remaining = scale * 2**level
    assert level == 0 or remaining <= 1.0
    assert remaining > 0.5 or level == len(pyramid.levels) - 1
