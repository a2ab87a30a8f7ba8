from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2ycbcr

from srstudio.core.frame import Pixels
from srstudio.core.regions import Region
from srstudio.metrics.protocol import Protocol, channels, luma


def picture(dtype: str, shape: tuple[int, ...] = (19, 23, 3)) -> Pixels:
    rng = np.random.default_rng(3)
    if dtype == "float32":
        return rng.random(shape, np.float32)
    return rng.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def test_presets_and_sentence() -> None:
    assert Protocol.paper(3) == Protocol("Y", 3)
    assert Protocol.rgb() == Protocol("RGB", 0)
    assert Protocol.rgb(4).crop == 4
    assert Protocol.paper(2).sentence == "Y, crop 2 px, SSIM 11x11 Gaussian"


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_luma_equals_an_independent_implementation(dtype: str) -> None:
    pixels = picture(dtype)
    in_unit_range = pixels.astype(np.float64) / {"uint8": 255, "uint16": 65535}.get(dtype, 1)

    result = luma(pixels)

    assert result.dtype == np.float64
    np.testing.assert_allclose(result, rgb2ycbcr(in_unit_range)[..., 0], atol=1e-10)


@settings(deadline=None)
@given(st.integers(0, 255))
def test_luma_of_gray_spans_the_studio_range(level: int) -> None:
    gray = np.full((1, 1, 3), level, np.uint8)
    assert luma(gray)[0, 0] == pytest.approx(16 + 219 * level / 255, abs=1e-11)


def test_luma_is_not_rounded() -> None:
    values = luma(picture("uint8"))
    assert np.abs(values - values.round()).max() > 0.4


def test_rgb_channels_are_on_the_255_scale_at_every_depth() -> None:
    eight = picture("uint8")
    sixteen = eight.astype(np.uint16) * np.uint16(257)
    unit = (eight / np.float32(255)).astype(np.float32)

    for pixels in (eight, sixteen, unit):
        planes = channels(pixels, Protocol.rgb())
        assert planes.dtype == np.float64
        np.testing.assert_allclose(planes, eight, atol=2e-5)


@pytest.mark.parametrize("channel", ["Y", "RGB"])
def test_crop_leaves_out_the_border_on_every_side(channel: str) -> None:
    pixels = picture("uint8")
    protocol = Protocol("Y", 4) if channel == "Y" else Protocol("RGB", 4)
    whole = channels(pixels, Protocol(protocol.channel))

    np.testing.assert_array_equal(channels(pixels, protocol), whole[4:-4, 4:-4])


def test_the_y_of_a_single_channel_picture_is_that_channel() -> None:
    gray = np.repeat(picture("uint8", (5, 6, 1)), 3, axis=2)

    np.testing.assert_array_equal(channels(gray, Protocol(), gray=True), gray[..., :1])
    assert np.abs(channels(gray, Protocol()) - gray[..., :1]).max() > 10


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 20))
def test_a_border_as_large_as_the_picture_leaves_nothing(w: int, h: int, crop: int) -> None:
    inner = Protocol("RGB", crop).inner(w, h)

    assert inner.empty == (2 * crop >= min(w, h))
    assert inner == inner.intersect(Region.whole(w, h))
    for channel_count, protocol in ((1, Protocol("Y", crop)), (3, Protocol("RGB", crop))):
        planes = channels(np.zeros((h, w, 3), np.uint8), protocol)
        assert planes.shape == (inner.height, inner.width, channel_count)
