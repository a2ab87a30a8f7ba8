"""Optical flow applied: a picture drawn from where a flow field points."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Outside = Literal["zeros", "border"]


def sample(x: Tensor, right: Tensor, down: Tensor, outside: Outside = "zeros") -> Tensor:
    """Read `x` bilinearly at any positions.

    Positions are taken in float32: a float16 grid resolves only a third of a pixel at 1280.

    Args:
        x: (N, C, H, W).
        right: (N, H', W'), columns in pixels; 0 is the centre of the first.
        down: The same of the rows.
        outside: What lies beyond the picture: black (a position less than a pixel beyond the edge
            mixes the edge with it), or its repeated edge.

    Returns:
        (N, C, H', W') in float32, or float64 where `x` is.
    """
    height, width = x.shape[-2:]
    x = at_least_float32(x)
    grid = torch.stack(((2 * right + 1) / width - 1, (2 * down + 1) / height - 1), dim=-1)
    with torch.autocast(x.device.type, enabled=False):
        return F.grid_sample(x, grid.to(x.dtype), "bilinear", outside, align_corners=False)


def warp(x: Tensor, flow: Tensor, outside: Outside = "zeros") -> Tensor:
    """Sample `x` bilinearly at every pixel's position plus its flow.

    Args:
        x: (N, C, H, W).
        flow: (N, 2, H, W) in pixels; channel 0 points right, channel 1 down.
        outside: What lies beyond the picture: black, or its repeated edge.

    Returns:
        (N, C, H, W) of the type of `x`.
    """
    flow = at_least_float32(flow)
    rows, columns = pixel_grid(flow)
    return sample(x, columns + flow[:, 0], rows + flow[:, 1], outside).to(x.dtype)


def pixel_grid(like: Tensor) -> tuple[Tensor, Tensor]:
    """The rows (H, 1) and the columns (W) of (..., H, W), of its type and on its device."""
    height, width = like.shape[-2:]
    rows, columns = (
        torch.arange(length, device=like.device, dtype=like.dtype) for length in (height, width)
    )
    return rows[:, None], columns


def at_least_float32(x: Tensor) -> Tensor:
    """`x` itself, or a half-precision one in float32."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
