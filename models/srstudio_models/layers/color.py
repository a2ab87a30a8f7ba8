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


def _matrix(like: Tensor) -> tuple[Tensor, Tensor]:
    forward = torch.tensor(_FORWARD, dtype=torch.float64) / 255.0
    offset = torch.tensor(_OFFSET, dtype=torch.float64) / 255.0
    return forward.to(like.device), offset.view(3, 1, 1).to(like.device)


def _apply(matrix: Tensor, x: Tensor) -> Tensor:
    return torch.einsum("oc,...chw->...ohw", matrix.to(x.dtype), x)


def rgb_to_ycbcr(x: Tensor) -> Tensor:
    """(..., 3, H, W) RGB in [0, 1] to Y in [16, 235]/255 and Cb, Cr in [16, 240]/255."""
    forward, offset = _matrix(x)
    return _apply(forward, x) + offset.to(x.dtype)


def ycbcr_to_rgb(x: Tensor) -> Tensor:
    """The inverse of `rgb_to_ycbcr`; colours outside the RGB cube are not clamped."""
    forward, offset = _matrix(x)
    return _apply(torch.linalg.inv(forward), x - offset.to(x.dtype))
