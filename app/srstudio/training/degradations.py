"""How low-resolution pictures are made from ground truth."""

from __future__ import annotations

import numpy as np
import torch

from srstudio.core.frame import Pixels, peak
from srstudio_models.layers.resize import imresize


def bicubic(pixels: Pixels, scale: int) -> Pixels:
    """Shrink a picture as the benchmarks were: MATLAB's `imresize` on its integer values.

    Args:
        pixels: `height x width` or `height x width x channels`, `uint8`, `uint16` or `float32`.
        scale: Integer factor by which both sides shrink (rounded up).

    Returns:
        The same type and range; integers are rounded between the two passes, as MATLAB does.
    """
    top = peak(pixels)
    levels = None if pixels.dtype == np.float32 else int(top)
    planes = pixels.reshape(*pixels.shape[:2], -1).transpose(2, 0, 1)
    # Sums of 8-bit values with these scales' weights, multiples of 2**-12, are exact in float32.
    exact = pixels.dtype == np.uint8 and scale in (2, 4)
    x = torch.from_numpy(planes.astype(np.float32 if exact else np.float64)) / top
    small = imresize(x, 1.0 / scale, levels=levels).clamp(0.0, 1.0) * top
    if levels is not None:
        small = torch.round(small)
    result: Pixels = small.permute(1, 2, 0).numpy().astype(pixels.dtype)
    return result.reshape(*result.shape[:2], *pixels.shape[2:])
