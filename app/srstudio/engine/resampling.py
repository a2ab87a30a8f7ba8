"""Brings a finished picture to an exact size."""

from __future__ import annotations

import numpy as np
import torch

from srstudio.core.frame import Frame, Pixels, to_float
from srstudio.engine.canvas import store
from srstudio.engine.transparency import fill_hidden
from srstudio_models.layers.resize import imresize_to


def to_size(frame: Frame, size: tuple[int, int]) -> Frame:
    """The picture at another size, by MATLAB's bicubic, antialiased where it shrinks.

    Args:
        frame: Any picture.
        size: Width and height, each at least 1; the proportions may change.

    Returns:
        The same picture with pixels, and alpha, of the same type; the very frame if it has that
        size.

    Source: MATLAB `imresize`, but rounded once, at the end.
    """
    if size == frame.size:
        return frame
    shown = fill_hidden(frame)
    alpha = None if frame.alpha is None else _resized(frame.alpha[..., None], size)[..., 0]
    return frame.with_pixels(_resized(shown.pixels, size), alpha)


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Channel by channel, which needs a third of the memory."""
    width, height = size
    result = np.empty((height, width, pixels.shape[2]), pixels.dtype)
    for channel in range(pixels.shape[2]):
        x = torch.tensor(to_float(pixels[..., channel]))
        store(imresize_to(x, (height, width)).numpy(), result[..., channel])
    return result
