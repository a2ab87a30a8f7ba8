from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srstudio.core.frame import Frame
from srstudio.engine.transparency import fill_hidden, keep_flat


def frame(shape: tuple[int, int], dtype: str = "uint8", seed: int = 0) -> Frame:
    rng = np.random.default_rng(seed)
    top = 255 if dtype == "uint8" else 65535
    pixels = rng.integers(0, top + 1, (*shape, 3)).astype(dtype)
    alpha = rng.integers(0, 3, shape).astype(dtype)
    return Frame(pixels, alpha)


@given(
    st.integers(1, 12), st.integers(1, 12), st.integers(0, 9), st.sampled_from(["uint8", "uint16"])
)
@settings(deadline=None)
def test_hidden_pixels_take_the_colour_of_a_nearest_visible_one(
    height: int, width: int, seed: int, dtype: str
) -> None:
    source = frame((height, width), dtype, seed)
    assert source.alpha is not None
    filled = fill_hidden(source)
    visible = np.argwhere(source.alpha > 0)
    np.testing.assert_array_equal(filled.alpha, source.alpha)
    for y, x in np.ndindex(height, width):
        if source.alpha[y, x] > 0 or len(visible) == 0:
            np.testing.assert_array_equal(filled.pixels[y, x], source.pixels[y, x])
            continue
        distance = np.hypot(*(visible - (y, x)).T)
        # OpenCV's distance is approximate: within a twentieth.
        near = visible[distance <= distance.min() * 1.05 + 1e-6]
        assert any((filled.pixels[y, x] == source.pixels[v[0], v[1]]).all() for v in near)


def test_opaque_and_wholly_transparent_pictures_come_back_as_they_are() -> None:
    pixels = np.full((4, 4, 3), 9, np.uint8)
    opaque = Frame(pixels)
    full = Frame(pixels, np.full((4, 4), 255, np.uint8))
    nothing = Frame(pixels, np.zeros((4, 4), np.uint8))
    assert fill_hidden(opaque) is opaque
    assert fill_hidden(full) is full
    assert fill_hidden(nothing) is nothing


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_flat_alpha_stays_flat_and_edges_are_the_networks(scale: int) -> None:
    alpha = np.zeros((30, 20), np.float32)
    alpha[:15] = 1.0
    made = np.full((30 * scale, 20 * scale), 0.5, np.float32)
    kept = keep_flat(alpha, made, scale)
    assert (kept[: 12 * scale] == 1.0).all()
    assert (kept[18 * scale :] == 0.0).all()
    assert (kept[12 * scale : 18 * scale] == 0.5).all()
