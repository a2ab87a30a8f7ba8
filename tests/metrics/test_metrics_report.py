from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.metrics.functional import difference, psnr, ssim, ssim_map
from srstudio.metrics.protocol import Protocol, channels, luma
from srstudio.metrics.report import Measurement, mean_measurements, measure, picture_map

RNG = np.random.default_rng(8)
TRUTH = Frame(RNG.integers(0, 256, (60, 80, 3), np.uint8))
SOURCE = Frame(
    (TRUTH.pixels + RNG.normal(0, 9, TRUTH.pixels.shape)).round().clip(0, 255).astype(np.uint8)
)


@pytest.mark.parametrize("protocol", [Protocol.rgb(), Protocol.rgb(3), Protocol.paper(4)])
def test_a_measurement_is_of_the_protocols_planes(protocol: Protocol) -> None:
    a, b = channels(SOURCE.pixels, protocol), channels(TRUTH.pixels, protocol)

    result = measure(SOURCE, TRUTH, protocol)

    assert result == Measurement(result.mse, psnr(a, b), ssim(a, b), protocol, None)
    assert result.mse == pytest.approx(((a - b) ** 2).mean(), rel=1e-12)


def test_identical_pictures() -> None:
    for protocol in (Protocol.rgb(), Protocol.paper(2)):
        result = measure(TRUTH, TRUTH, protocol)
        assert (result.mse, result.psnr, result.ssim) == (0.0, math.inf, 1.0)


def test_float_results_are_measured_as_they_would_be_saved() -> None:
    spread = (SOURCE.pixels + RNG.uniform(-0.49, 0.49, SOURCE.pixels.shape)) / 255
    unsaved = Frame(spread.astype(np.float32))

    assert measure(unsaved, TRUTH, Protocol.rgb()) == measure(SOURCE, TRUTH, Protocol.rgb())


def test_overshoot_is_clamped_before_measuring() -> None:
    white = Frame(np.full((20, 20, 3), 255, np.uint8))
    overshoot = Frame(np.full((20, 20, 3), 1.2, np.float32))
    assert measure(overshoot, white, Protocol.rgb()).psnr == math.inf


def test_16_bit_pictures_keep_their_depth() -> None:
    truth = Frame(np.full((20, 20, 3), 30000, np.uint16))
    source = Frame(np.full((20, 20, 3), 30001, np.uint16))
    as_float = Frame((source.pixels / np.float32(65535)).astype(np.float32))
    eight = Frame(np.full((20, 20, 3), 117, np.uint8))

    for each in (source, as_float):
        result = measure(each, truth, Protocol.rgb())
        assert result.psnr == pytest.approx(20 * math.log10(65535), abs=1e-9)
        assert result.mse == pytest.approx((255 / 65535) ** 2, rel=1e-9)
    assert measure(eight, truth, Protocol.rgb()).mse == 0.0  # 8 bit at most: 30000 saves as 117


def test_single_channel_pictures_are_measured_on_that_channel() -> None:
    gray_a, gray_b = (np.repeat(f.pixels[..., :1], 3, axis=2) for f in (SOURCE, TRUTH))
    flagged = measure(Frame(gray_a, gray=True), Frame(gray_b, gray=True), Protocol())
    in_rgb = measure(Frame(gray_a, gray=True), Frame(gray_b, gray=True), Protocol.rgb())
    as_colour = measure(Frame(gray_a), Frame(gray_b, gray=True), Protocol())

    assert (flagged.mse, flagged.ssim) == pytest.approx((in_rgb.mse, in_rgb.ssim), rel=1e-12)
    # Y spans 219 of 255 levels, so the same error looks 1.32 dB smaller.
    assert as_colour.psnr - flagged.psnr == pytest.approx(20 * math.log10(255 / 219), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-20, 90),
    st.integers(-20, 70),
    st.integers(0, 90),
    st.integers(0, 70),
    st.integers(0, 6),
    st.sampled_from(["Y", "RGB"]),
)
def test_a_region_is_measured_inside_the_cropped_border(
    x: int, y: int, width: int, height: int, crop: int, channel: str
) -> None:
    protocol = Protocol("Y" if channel == "Y" else "RGB", crop)
    region = Region(x, y, width, height)
    rows = slice(max(y, crop), max(0, min(y + height, 60 - crop)))
    columns = slice(max(x, crop), max(0, min(x + width, 80 - crop)))
    cut = [Frame(np.ascontiguousarray(f.pixels[rows, columns])) for f in (SOURCE, TRUTH)]

    result = measure(SOURCE, TRUTH, protocol, region)
    expected = measure(cut[0], cut[1], Protocol(protocol.channel))

    for field in ("mse", "psnr", "ssim"):
        assert getattr(result, field) == pytest.approx(getattr(expected, field), nan_ok=True)
    assert result.region == region
    assert result.protocol == protocol


def test_nothing_left_and_too_small_are_nan() -> None:
    outside = measure(SOURCE, TRUTH, Protocol(), Region(200, 200, 30, 30))
    assert all(math.isnan(v) for v in (outside.mse, outside.psnr, outside.ssim))
    narrow = measure(SOURCE, TRUTH, Protocol(), Region(5, 5, 10, 40))
    assert math.isnan(narrow.ssim)
    assert math.isfinite(narrow.psnr)


def test_different_sizes_are_told_in_a_sentence() -> None:
    small = Frame(TRUTH.pixels[:50])
    for act in (
        lambda: measure(small, TRUTH, Protocol()),
        lambda: picture_map(small, TRUTH, "ssim", "RGB"),
    ):
        with pytest.raises(InputError, match=r"80x50 .* 80x60; choose .*\.$"):
            act()


def test_maps_cover_the_whole_picture() -> None:
    a, b = SOURCE.pixels, TRUTH.pixels
    np.testing.assert_allclose(picture_map(SOURCE, TRUTH, "ssim", "RGB"), ssim_map(a, b), atol=1e-6)
    np.testing.assert_allclose(
        picture_map(SOURCE, TRUTH, "signed", "Y"), luma(a) - luma(b), atol=1e-4
    )
    np.testing.assert_array_equal(
        picture_map(SOURCE, TRUTH, "absolute", "RGB"), difference(a, b, "absolute")
    )


def test_the_map_in_y_agrees_with_the_number() -> None:
    values = picture_map(SOURCE, TRUTH, "ssim", "Y")[5:-5, 5:-5]
    number = measure(SOURCE, TRUTH, Protocol("Y", 0)).ssim
    assert abs(values.mean(dtype=np.float64) - number) < 1e-6


def test_means_are_over_pictures() -> None:
    protocol = Protocol.paper(2)
    rows = [Measurement(1, 48.0, 0.9, protocol), Measurement(3, 42.0, 0.7, protocol)]

    result = mean_measurements(rows)
    assert (result.mse, result.psnr, result.ssim) == pytest.approx((2, 45, 0.8))
    assert result.protocol == protocol


def test_means_hide_nothing() -> None:
    protocol = Protocol.paper(2)
    perfect = Measurement(0, math.inf, 1.0, protocol)
    tiny = Measurement(4, 42.0, math.nan, protocol)

    assert mean_measurements([perfect, tiny]).psnr == math.inf
    assert math.isnan(mean_measurements([perfect, tiny]).ssim)
    with pytest.raises(ValueError, match="one protocol"):
        mean_measurements([])
    with pytest.raises(ValueError, match="one protocol"):
        mean_measurements([perfect, Measurement(0, math.inf, 1.0, Protocol.rgb())])
