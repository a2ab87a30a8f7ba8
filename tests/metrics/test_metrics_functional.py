from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from srstudio.metrics.functional import difference, mse, psnr, psnr_from_mse

sizes = hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=9).map(
    lambda shape: (*shape[:2], 3)
)
pairs = sizes.flatmap(
    lambda shape: st.tuples(hnp.arrays(np.uint8, shape), hnp.arrays(np.uint8, shape))
)


def noisy_pair(dtype: str, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(11)
    top = 65535 if dtype == "uint16" else 255
    a = rng.uniform(0, top, shape)
    b = np.clip(a + rng.normal(0, top / 20, shape), 0, top)
    return a.astype(dtype), b.astype(dtype)


@pytest.mark.parametrize("shape", [(40, 31), (40, 31, 1), (40, 31, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_values_equal_scikit_image(dtype: str, shape: tuple[int, ...]) -> None:
    a, b = noisy_pair(dtype, shape)
    peak = 65535.0 if dtype == "uint16" else 255.0

    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    assert mse(a, b) == pytest.approx(mean_squared_error(a64, b64), rel=1e-7)
    expected = peak_signal_noise_ratio(  # type: ignore[no-untyped-call]
        a64, b64, data_range=peak
    )
    assert psnr(a, b, peak) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("offset", [1, 2, 10, 100, 255])
def test_psnr_of_a_constant_offset(offset: int) -> None:
    a = np.zeros((13, 17, 3), np.uint8)
    b = a + np.uint8(offset)

    assert mse(a, b) == pytest.approx(offset**2, rel=1e-14)
    assert psnr(a, b) == pytest.approx(20 * math.log10(255 / offset), abs=1e-12)


def test_large_arrays_do_not_overflow() -> None:
    a = np.zeros((3000, 4000, 3), np.uint16)
    assert mse(a, np.full_like(a, 65535)) == pytest.approx(65535.0**2, rel=1e-14)


@settings(deadline=None)
@given(pairs)
def test_symmetry_and_exact_sums(pair: tuple[NDArray[Any], NDArray[Any]]) -> None:
    a, b = pair
    exact = int(((a.astype(np.int64) - b.astype(np.int64)) ** 2).sum()) / a.size

    assert mse(a, b) == mse(b, a) == pytest.approx(exact, rel=1e-14)
    assert psnr(a, b) == psnr(b, a)
    assert (psnr(a, b) == math.inf) == (exact == 0)


def test_identical_pictures_have_infinite_psnr() -> None:
    a, _ = noisy_pair("float64", (20, 20, 3))
    assert mse(a, a.copy()) == 0
    assert psnr(a, a.copy()) == math.inf
    assert psnr_from_mse(0.0) == math.inf


def test_nothing_to_measure_is_nan() -> None:
    empty = np.zeros((0, 5, 3))
    assert math.isnan(mse(empty, empty))
    assert math.isnan(psnr(empty, empty))


def test_views_of_pictures_are_measured_as_they_are() -> None:
    a, b = noisy_pair("uint8", (50, 60, 3))
    view_a, view_b = a[7:29:2, 40:9:-1], b[7:29:2, 40:9:-1]
    assert mse(view_a, view_b) == mse(view_a.copy(), view_b.copy())


def test_arrays_that_cannot_be_compared_are_refused() -> None:
    a = np.zeros((4, 4, 3), np.uint8)
    with pytest.raises(ValueError, match="cannot be compared"):
        mse(a, a[:3])
    with pytest.raises(ValueError, match="cannot be compared"):
        difference(a, a.astype(np.float64), "signed")


@settings(deadline=None)
@given(pairs)
def test_differences_are_means_over_the_channels(pair: tuple[NDArray[Any], NDArray[Any]]) -> None:
    a, b = pair
    exact = a.astype(np.float64) - b.astype(np.float64)

    signed, absolute = difference(a, b, "signed"), difference(a, b, "absolute")

    assert signed.dtype == absolute.dtype == np.float32
    np.testing.assert_allclose(signed, exact.mean(axis=2), atol=1e-4)
    np.testing.assert_allclose(absolute, np.abs(exact).mean(axis=2), atol=1e-4)


def test_difference_of_single_planes() -> None:
    a, b = noisy_pair("float64", (8, 9, 1))
    expected = (a - b)[..., 0]
    np.testing.assert_allclose(difference(a, b, "signed"), expected, atol=1e-4)
    np.testing.assert_allclose(difference(a[..., 0], b[..., 0], "signed"), expected, atol=1e-4)
