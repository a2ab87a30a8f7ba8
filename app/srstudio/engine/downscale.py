"""Low-resolution pictures as the field makes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from srstudio.core.frame import Frame, Pixels, peak
from srstudio.engine.transparency import fill_hidden
from srstudio_models.layers.resize import imresize


def crop_to_multiple(frame: Frame, scale: int) -> Frame:
    """The frame without the columns and rows at the right and the bottom beyond a multiple.

    The frame must be at least `scale` pixels wide and high.
    """
    height, width = frame.height // scale * scale, frame.width // scale * scale
    if (width, height) == frame.size:
        return frame
    alpha = None if frame.alpha is None else frame.alpha[:height, :width]
    return frame.with_pixels(frame.pixels[:height, :width], alpha)


def downscale(frame: Frame, scale: int) -> Frame:
    """Shrink by MATLAB's bicubic `imresize`, with antialiasing.

    Integer pictures are rounded after each pass, as MATLAB does: the benchmarks' files come out.

    Args:
        frame: Width and height are multiples of `scale`.
        scale: Integer factor.

    Returns:
        A frame of the same type, profile and EXIF, `scale` times as small.
    """
    source = fill_hidden(frame)
    alpha = None if source.alpha is None else _shrink(source.alpha[..., None], scale)[..., 0]
    return source.with_pixels(_shrink(source.pixels, scale), alpha)


def _shrink(pixels: Pixels, scale: int) -> Pixels:
    whole = np.issubdtype(pixels.dtype, np.integer)
    top = peak(pixels)
    x = torch.from_numpy(pixels.astype(np.float64) / top).permute(2, 0, 1)
    size = x.shape[-2] // scale, x.shape[-1] // scale
    y = imresize(x, 1 / scale, "bicubic", levels=int(top) if whole else None, size=size)
    values: NDArray[Any] = y.clamp(0.0, 1.0).permute(1, 2, 0).numpy() * top
    return np.ascontiguousarray(np.rint(values) if whole else values, dtype=pixels.dtype)
