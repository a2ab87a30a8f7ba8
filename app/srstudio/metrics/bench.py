"""The metrics of SR Studio against scikit-image's, on a full HD picture."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from srstudio.core.bench import BenchRow, Ways, compare_ways
from srstudio.core.frame import Pixels
from srstudio.metrics.functional import psnr, ssim, ssim_map

REFERENCE = "scikit-image"
OURS = "srstudio"
_SIZE = (1920, 1080)


def full_hd_pair() -> tuple[Pixels, Pixels]:
    """A picture with detail of every size and a softened, noisy copy: `1080 x 1920 x 3`, uint8."""
    rng = np.random.default_rng(20)
    picture = np.full((_SIZE[1], _SIZE[0], 3), 128.0, np.float32)
    for octave in range(2, 11):
        coarse = rng.normal(0.0, 6.0 * 1.3**octave / 2, (1080 >> octave or 1, 1920 >> octave, 3))
        picture += cv2.resize(coarse.astype(np.float32), _SIZE, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(picture, (0, 0), 1.5) + rng.normal(0.0, 3.0, picture.shape)
    return _eight_bit(picture), _eight_bit(soft)


def skimage_ssim(a: Pixels, b: Pixels, full: bool = False) -> Any:
    """scikit-image's SSIM of two RGB pictures, set to the convention of Wang et al."""
    return structural_similarity(  # type: ignore[no-untyped-call]
        a,
        b,
        full=full,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2,
    )


def skimage_psnr(a: Pixels, b: Pixels) -> Any:
    """scikit-image's PSNR of two 8-bit pictures."""
    return peak_signal_noise_ratio(a, b)  # type: ignore[no-untyped-call]


def metrics_benchmark(repeats: int) -> list[BenchRow]:
    """Times the SSIM map (float32), SSIM and PSNR (float64) of a 1920x1080 RGB picture."""
    a, b = full_hd_pair()
    cases: dict[str, Ways] = {
        "SSIM map": {
            REFERENCE: lambda: skimage_ssim(a, b, full=True),
            OURS: lambda: ssim_map(a, b),
        },
        "SSIM": {REFERENCE: lambda: skimage_ssim(a, b), OURS: lambda: ssim(a, b)},
        "PSNR": {REFERENCE: lambda: skimage_psnr(a, b), OURS: lambda: psnr(a, b)},
    }
    rows: list[BenchRow] = []
    for name, ways in cases.items():
        rows += compare_ways(f"{name} 1920x1080 RGB", ways, REFERENCE, repeats)
    return rows


def _eight_bit(picture: NDArray[Any]) -> Pixels:
    return picture.round().clip(0, 255).astype(np.uint8)
