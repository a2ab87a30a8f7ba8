"""MSE, PSNR, SSIM and difference maps of arrays.

Arrays are `height x width` or `height x width x channels`, `uint8`, `uint16`, `float32` or
`float64`, on a 0..255 scale unless a peak or a data range is given. Two arrays that are compared
have the same shape and type.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Map = NDArray[np.float32]
DifferenceKind = Literal["absolute", "signed"]

WINDOW = 11
_RADIUS = WINDOW // 2
_SIGMA = 1.5
_K1, _K2 = 0.01, 0.03
# Rows worked on at a time: small enough to stay in a core's cache, large against the window.
_STRIP = 64


def mse(a: Array, b: Array) -> float:
    """Mean squared error over all pixels and channels, in float64; nan for empty arrays.

    Raises:
        ValueError: if the shapes or types differ.
    """
    _check_alike(a, b)
    if a.size == 0:
        return math.nan
    return float(cv2.norm(a, b, cv2.NORM_L2SQR)) / a.size


def psnr(a: Array, b: Array, peak: float = 255.0) -> float:
    """Peak signal-to-noise ratio in dB; infinite for identical arrays, nan for empty ones.

    Raises:
        ValueError: if the shapes or types differ.
    """
    return psnr_from_mse(mse(a, b), peak)


def psnr_from_mse(error: float, peak: float = 255.0) -> float:
    """`10 log10(peak^2 / error)` in dB; infinite where the error is 0."""
    return math.inf if error == 0.0 else 10.0 * math.log10(peak * peak / error)


def ssim(a: Array, b: Array, data_range: float = 255.0) -> float:
    """Mean structural similarity, in float64.

    Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004:
    Gaussian window 11x11 with sigma 1.5, K1 = 0.01, K2 = 0.03, population covariance, mean over
    the windows that lie wholly inside the picture; of several channels, the mean of theirs.

    Args:
        a: One picture.
        b: The other; the result is the same with the two exchanged.
        data_range: The value that stands for full intensity.

    Returns:
        At most 1, reached by identical pictures; nan if the picture is too small for the window.

    Raises:
        ValueError: if the shapes or types differ.
    """
    _check_alike(a, b)
    if min(a.shape[:2]) < WINDOW:
        return math.nan
    whole = _similarity(a, b, data_range, np.dtype(np.float64))
    return float(whole[_RADIUS:-_RADIUS, _RADIUS:-_RADIUS].mean())


def ssim_map(a: Array, b: Array, data_range: float = 255.0) -> Map:
    """Structural similarity around every pixel, in float32: for the eye, not for a table.

    The border is continued by reflection (edge pixels repeated), so the map is as large as the
    picture; its mean without the outer 5 pixels is `ssim` within 1e-6.

    Args:
        a: One picture, not empty.
        b: The other.
        data_range: The value that stands for full intensity.

    Returns:
        `height x width`, at most 1; the mean over the channels.

    Raises:
        ValueError: if the shapes or types differ.
    """
    _check_alike(a, b)
    return cast(Map, _similarity(a, b, data_range, np.dtype(np.float32)))


def difference(a: Array, b: Array, kind: DifferenceKind) -> Map:
    """The difference at every pixel, the mean over the channels.

    Args:
        a: One picture, not empty.
        b: The one it is compared with.
        kind: `absolute`: mean of `|a - b|`; `signed`: mean of `a - b`.

    Returns:
        `height x width`, in the units of the arrays.

    Raises:
        ValueError: if the shapes or types differ.
    """
    _check_alike(a, b)
    apart = cv2.subtract(_planes(a), _planes(b), dtype=cv2.CV_32F)
    if kind == "absolute":
        apart = np.abs(apart)
    return cast(Map, _mean_of_channels(apart))


@dataclass(frozen=True, slots=True)
class _Window:
    """The constants of one SSIM computation.

    `centre` and `offset` are, roughly, the means of the two pictures' mean and difference.
    """

    dtype: np.dtype[Any]
    centre: float
    offset: float
    c1: float
    c2: float

    @classmethod
    def over(cls, a: Array, b: Array, data_range: float, dtype: np.dtype[Any]) -> _Window:
        """The constants for two pictures on a scale from 0 to `data_range`."""
        mean_a, mean_b = float(a[::8, ::8].mean()), float(b[::8, ::8].mean())
        c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2
        return cls(dtype, (mean_a + mean_b) / 2, mean_a - mean_b, c1, c2)

    @property
    def depth(self) -> int:
        """OpenCV's name of the type that is computed in."""
        return int(cv2.CV_32F if self.dtype == np.float32 else cv2.CV_64F)

    def mean(self, planes: Array) -> Array:
        """The Gaussian-weighted mean around every pixel."""
        size, reflect = (WINDOW, WINDOW), cv2.BORDER_REFLECT
        return cast(Array, cv2.GaussianBlur(planes, size, _SIGMA, borderType=reflect))


def _similarity(a: Array, b: Array, data_range: float, dtype: np.dtype[Any]) -> Array:
    """SSIM around every pixel, strip by strip on all cores."""
    a, b = _planes(a), _planes(b)
    window = _Window.over(a, b, data_range, dtype)
    height, width = a.shape[:2]
    result = np.empty((height, width), dtype)

    def work(top: int) -> None:
        bottom = min(top + _STRIP, height)
        first, last = max(0, top - _RADIUS), min(height, bottom + _RADIUS)
        strip = _strip_similarity(a[first:last], b[first:last], window)
        result[top:bottom] = strip[top - first : bottom - first]

    with ThreadPoolExecutor(max(1, cv2.getNumThreads())) as pool:
        for _ in pool.map(work, range(0, height, _STRIP)):
            pass
    return result


def _strip_similarity(a: Array, b: Array, window: _Window) -> Array:
    """SSIM of a strip, written in the mean `m` and the difference `d` of the two pictures.

    SSIM = (1 - E[d]^2 / (E[a]^2 + E[b]^2 + C1)) (1 - var d / (var a + var b + C2)), `d = a - b`:
    four Gaussian means instead of five, and where the pictures are alike what is subtracted from
    1 is small, so float32 suffices. Both are centred, to keep means and variances precise.
    """
    m = cv2.addWeighted(a, 0.5, b, 0.5, -window.centre, dtype=window.depth)
    d = cv2.addWeighted(a, 1.0, b, -1.0, -window.offset, dtype=window.depth)
    mean_m, mean_d = window.mean(m), window.mean(d)
    var_m = window.mean(cv2.multiply(m, m)) - mean_m * mean_m
    var_d = window.mean(cv2.multiply(d, d)) - mean_d * mean_d
    # Rounding may leave a little less than 0 where the pictures are alike.
    cv2.threshold(var_d, 0.0, 0.0, cv2.THRESH_TOZERO, dst=var_d)
    mean_m += window.centre
    mean_d += window.offset
    mean_d *= mean_d
    # E[a]^2 + E[b]^2 = 2 E[m]^2 + E[d]^2 / 2, and the same for the variances.
    luminance = cv2.addWeighted(cv2.multiply(mean_m, mean_m), 2.0, mean_d, 0.5, window.c1)
    structure = cv2.addWeighted(var_m, 2.0, var_d, 0.5, window.c2)
    np.subtract(1.0, np.divide(mean_d, luminance, out=luminance), out=luminance)
    np.subtract(1.0, np.divide(var_d, structure, out=structure), out=structure)
    return _mean_of_channels(cv2.multiply(luminance, structure))


def _mean_of_channels(planes: Array) -> Array:
    """`height x width x channels` (or one plane) to `height x width`, keeping the type."""
    if planes.ndim == 2:
        return planes
    weights = np.full((1, planes.shape[2]), 1.0 / planes.shape[2])
    return cast(Array, cv2.transform(planes, weights))


def _planes(a: Array) -> Array:
    """The array as OpenCV takes it: a single channel has no axis of its own."""
    return a[..., 0] if a.ndim == 3 and a.shape[2] == 1 else a


def _check_alike(a: Array, b: Array) -> None:
    if a.shape != b.shape or a.dtype != b.dtype:
        raise ValueError(
            f"arrays {a.shape} of {a.dtype} and {b.shape} of {b.dtype} cannot be compared"
        )
