from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from srstudio.metrics.functional import ssim, ssim_map

C1 = (0.01 * 255) ** 2

# Around a strip's edge, a window's edge, and neither.
SHAPES = [(11, 11), (64, 30), (65, 12), (128, 20), (139, 77)]


def photo_like(shape: tuple[int, ...], seed: int = 5) -> NDArray[np.uint8]:
    """Smooth areas with edges and texture, over the whole range."""
    rng = np.random.default_rng(seed)
    smooth = gaussian_filter(rng.normal(size=shape), (6, 6, 0)[: len(shape)])
    edges = np.where(smooth > 0, 60.0, -60.0)
    values = 128 + 400 * smooth + edges + rng.normal(0, 4, shape)
    return np.asarray(values.clip(0, 255), np.uint8)


def degraded(picture: NDArray[np.uint8], seed: int = 6) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    soft = gaussian_filter(picture.astype(np.float64), (1.5, 1.5, 0)[: picture.ndim])
    return np.asarray((soft + rng.normal(0, 5, picture.shape)).clip(0, 255), np.uint8)


def reference(a: NDArray[Any], b: NDArray[Any], data_range: float = 255) -> tuple[float, Any]:
    """scikit-image in float64: the value, and the map as the mean over the channels."""
    value, full = structural_similarity(  # type: ignore[no-untyped-call]
        a.astype(np.float64),
        b.astype(np.float64),
        full=True,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=data_range,
        channel_axis=2 if a.ndim == 3 else None,
    )
    return float(value), full.mean(axis=2) if a.ndim == 3 else full


@pytest.mark.parametrize("channels", [(), (1,), (3,)])
@pytest.mark.parametrize("shape", SHAPES)
def test_value_and_map_equal_scikit_image(
    shape: tuple[int, int], channels: tuple[int, ...]
) -> None:
    a = photo_like(shape + channels)
    b = degraded(a)
    value, full = reference(a, b)

    assert ssim(a, b) == pytest.approx(value, abs=1e-12)
    result = ssim_map(a, b)
    assert result.dtype == np.float32
    assert result.shape == shape
    np.testing.assert_allclose(result, full, atol=1e-4)  # the border included


@pytest.mark.parametrize("dtype", ["uint16", "float32", "float64"])
def test_other_types_and_ranges(dtype: str) -> None:
    top = 65535.0 if dtype == "uint16" else 255.0
    a8 = photo_like((70, 40, 3))
    b8 = degraded(a8)
    a, b = (x.astype(dtype) * np.array(top / 255, dtype) for x in (a8, b8))
    value, full = reference(a, b, top)

    assert ssim(a, b, top) == pytest.approx(value, abs=1e-12)
    np.testing.assert_allclose(ssim_map(a, b, top), full, atol=1e-4)
    assert value == pytest.approx(reference(a8, b8)[0], abs=1e-12)


def test_mean_of_the_full_hd_map_is_within_a_millionth() -> None:
    a = photo_like((1080, 1920, 3))
    b = degraded(a)
    value, full = reference(a, b)

    result = ssim_map(a, b)

    assert np.abs(result - full).max() < 1e-3
    assert abs(result[5:-5, 5:-5].mean(dtype=np.float64) - value) < 1e-6
    assert abs(result.mean(dtype=np.float64) - full.mean()) < 1e-6
    assert abs(ssim(a, b) - value) < 1e-12


@settings(deadline=None)
@given(st.integers(0, 255), st.integers(0, 255))
def test_constant_pictures_differ_in_luminance_only(x: int, y: int) -> None:
    a, b = np.full((12, 13), x, np.uint8), np.full((12, 13), y, np.uint8)
    expected = (2 * x * y + C1) / (x * x + y * y + C1)

    assert ssim(a, b) == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(ssim_map(a, b), expected, rtol=0, atol=1e-6)


@settings(deadline=None)
@given(st.integers(60000, 65535), st.integers(1, 40), st.integers(1, 40))
def test_bright_flat_areas_stay_precise_at_16_bit(level: int, height: int, width: int) -> None:
    a = np.full((height, width, 3), level, np.uint16)
    b = a.copy()
    b[::2, ::2] -= 40  # invisible: the similarity must say so

    assert (ssim_map(a, a.copy(), 65535.0) == 1.0).all()
    result = ssim_map(a, b, 65535.0)
    assert result.min() > 0.9998
    if min(height, width) >= 11:
        np.testing.assert_allclose(result, reference(a, b, 65535)[1], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(11, 40), st.integers(11, 40), st.integers(0, 2**32 - 1))
def test_symmetry_bounds_and_identity(height: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 256, (height, width, 3), np.uint8)
    b = rng.integers(0, 256, (height, width, 3), np.uint8)

    assert ssim(a, a.copy()) == 1.0
    assert (ssim_map(a, a.copy()) == 1.0).all()
    assert ssim(a, b) == pytest.approx(ssim(b, a), abs=1e-14)
    np.testing.assert_allclose(ssim_map(a, b), ssim_map(b, a), atol=1e-6)
    assert np.abs(ssim_map(a, b)).max() <= 1.0


def test_equal_parts_of_unequal_pictures_are_alike() -> None:
    a = photo_like((200, 100, 3))
    b = a.copy()
    b[100:] //= 2
    alike = ssim_map(a, b)[:95]
    assert alike.max() <= 1.0
    assert alike.min() > 1 - 2e-6


def test_a_negative_has_negative_similarity() -> None:
    a = photo_like((40, 40))
    assert ssim(a, 255 - a) < 0
    assert ssim(a, 255 - a) == pytest.approx(reference(a, 255 - a)[0], abs=1e-12)


@pytest.mark.parametrize("shape", [(10, 50, 3), (50, 10, 3), (1, 1, 3), (0, 20, 3)])
def test_too_small_for_the_window_is_nan(shape: tuple[int, ...]) -> None:
    a = np.zeros(shape, np.uint8)
    assert math.isnan(ssim(a, a))


def test_pictures_of_different_size_are_refused() -> None:
    a = np.zeros((20, 20, 3), np.uint8)
    for measure in (ssim, ssim_map):
        with pytest.raises(ValueError, match="cannot be compared"):
            measure(a, a[:, :19])
