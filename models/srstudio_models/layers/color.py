"""Luma and chroma as the field computes them: ITU-R BT.601, studio range (MATLAB `rgb2ycbcr`)."""

from __future__ import annotations

import torch
from torch import Tensor

# Rows: Y, Cb, Cr on the 0..255 scale for R, G, B in [0, 1].
_FORWARD = (
    (65.481, 128.553, 24.966),
    (-37.797, -74.203, 112.0),
    (112.0, -93.786, -18.214),
)
_OFFSET = (16.0, 128.0, 128.0)


_TO_YCBCR = torch.tensor(_FORWARD, dtype=torch.float64) / 255.0
_YCBCR_OF_BLACK = torch.tensor(_OFFSET, dtype=torch.float64) / 255.0
_TO_RGB = torch.linalg.inv(_TO_YCBCR)
_RGB_OF_ZERO = -_TO_RGB @ _YCBCR_OF_BLACK


def _transform(matrix: Tensor, offset: Tensor, x: Tensor) -> Tensor:
    """Apply an affine map to the channels; one matrix product, which einsum is far slower than."""
    # The type first: some devices have no float64.
    matrix, offset = (constant.to(x.dtype).to(x.device) for constant in (matrix, offset))
    y: Tensor = (matrix @ x.flatten(-2)).add_(offset[:, None])
    return y.view(x.shape)


def rgb_to_ycbcr(x: Tensor) -> Tensor:
    """(..., 3, H, W) RGB in [0, 1] to Y in [16, 235]/255 and Cb, Cr in [16, 240]/255."""
    return _transform(_TO_YCBCR, _YCBCR_OF_BLACK, x)


def ycbcr_to_rgb(x: Tensor) -> Tensor:
    """The inverse of `rgb_to_ycbcr`; colours outside the RGB cube are not clamped."""
    return _transform(_TO_RGB, _RGB_OF_ZERO, x)
