"""Resampling equal to MATLAB's `imresize`, on any device.

The field makes its low-resolution pictures and its bicubic baseline with MATLAB, which differs
from other resamplers in three ways: the cubic kernel has a = -0.5, shrinking widens the kernel
(antialiasing), and the border is mirrored with the edge pixel repeated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

Kernel = Literal["nearest", "bicubic", "lanczos"]


def _box(x: Tensor) -> Tensor:
    return ((x >= -0.5) & (x < 0.5)).to(x.dtype)


def _cubic(x: Tensor) -> Tensor:
    """Keys' cubic convolution kernel with a = -0.5 (IEEE TASSP 29(6), 1981)."""
    a = x.abs()
    near = 1.5 * a**3 - 2.5 * a**2 + 1.0
    far = -0.5 * a**3 + 2.5 * a**2 - 4.0 * a + 2.0
    return torch.where(a <= 1.0, near, torch.where(a <= 2.0, far, torch.zeros_like(a)))


def _lanczos3(x: Tensor) -> Tensor:
    return torch.where(x.abs() < 3.0, torch.sinc(x) * torch.sinc(x / 3.0), torch.zeros_like(x))


@dataclass(frozen=True, slots=True)
class _Shape:
    value: Callable[[Tensor], Tensor]
    width: float
    antialias: bool


_SHAPES: dict[Kernel, _Shape] = {
    "nearest": _Shape(_box, 1.0, antialias=False),
    "bicubic": _Shape(_cubic, 4.0, antialias=True),
    "lanczos": _Shape(_lanczos3, 6.0, antialias=True),
}


@lru_cache(maxsize=64)
def _taps(length: int, target: int, scale: float, kernel: Kernel) -> tuple[Tensor, Tensor]:
    """Positions (target x taps) that an axis is sampled at and their weights, in float64."""
    shape = _SHAPES[kernel]
    shrink = min(scale, 1.0) if shape.antialias else 1.0
    width = shape.width / shrink
    centre = (torch.arange(target, dtype=torch.float64) + 0.5) / scale - 0.5
    # The small step keeps a centre that lies on the edge of the kernel (a half, in the box
    # kernel) on the same side however its division was rounded.
    left = torch.ceil(centre - width / 2 - 1e-9)
    index = left[:, None] + torch.arange(math.ceil(width), dtype=torch.float64)
    weights = shape.value((centre[:, None] - index) * shrink)
    weights = weights / weights.sum(dim=1, keepdim=True)
    return index.long(), weights


def _resize_axis(x: Tensor, dim: int, target: int, scale: float, kernel: Kernel) -> Tensor:
    index, weights = _taps(x.shape[dim], target, scale, kernel)
    if scale < 1 and _regular(index, weights):
        return _shrink_axis(x, dim, index, weights[0].tolist())
    index, weights = _mirrored(index, x.shape[dim], x), weights.to(x.dtype).to(x.device)
    column = [1] * x.ndim
    column[dim] = target
    result = torch.zeros((), dtype=x.dtype, device=x.device)
    for tap in range(index.shape[1]):
        result = result + x.index_select(dim, index[:, tap]) * weights[:, tap].view(column)
    return result


def _regular(index: Tensor, weights: Tensor) -> bool:
    """Whether every output is weighted alike, and lies as far from the next: a whole factor."""
    steps = index.diff(dim=0)
    return len(index) > 1 and bool((steps == steps[0]).all() and (weights == weights[0]).all())


def _shrink_axis(x: Tensor, dim: int, index: Tensor, weights: list[float]) -> Tensor:
    """What `_resize_axis` gives for such positions, from slices instead of gathered pixels."""
    first, last = int(index[0, 0]), int(index[-1, -1])
    padded = x.index_select(dim, _mirrored(torch.arange(first, last + 1), x.shape[dim], x))
    step, chosen = int(index[1, 0] - index[0, 0]), [slice(None)] * x.ndim
    result = torch.zeros((), dtype=x.dtype, device=x.device)
    for tap, weight in enumerate(weights):
        chosen[dim] = slice(tap, tap + last - first - len(weights) + 2, step)
        result = result + padded[tuple(chosen)] * weight
    return result


@lru_cache(maxsize=64)
def _phases(scale: int, kernel: Kernel) -> list[list[float]]:
    """Weights of the inputs -radius..radius for each of the `scale` outputs of an input pixel."""
    shape = _SHAPES[kernel]
    radius = int(shape.width) // 2
    centre = (torch.arange(scale, dtype=torch.float64) + 0.5) / scale - 0.5
    offset = torch.arange(-radius, radius + 1, dtype=torch.float64)
    weights = shape.value(centre[:, None] - offset)
    phases: list[list[float]] = (weights / weights.sum(dim=1, keepdim=True)).tolist()
    return phases


def _enlarge_axis(x: Tensor, dim: int, scale: int, kernel: Kernel) -> Tensor:
    """What `_resize_axis` gives for a whole factor, from slices instead of gathered pixels."""
    length = x.shape[dim]
    phases = _phases(scale, kernel)
    radius = len(phases[0]) // 2
    padded = x.index_select(dim, _mirrored(torch.arange(-radius, length + radius), length, x))
    outputs = []
    for weights in phases:
        output = padded.narrow(dim, 0, length) * weights[0]
        for tap, weight in enumerate(weights[1:], start=1):
            if weight:
                output.add_(padded.narrow(dim, tap, length), alpha=weight)
        outputs.append(output)
    # The outputs of one input pixel follow one another; `dim` counts from the end.
    return torch.stack(outputs, dim).flatten(dim - 1, dim)


def _mirrored(index: Tensor, length: int, like: Tensor) -> Tensor:
    """Positions on an endless axis as positions on one whose border is mirrored, edge included."""
    wrapped = index % (2 * length)
    return torch.where(wrapped < length, wrapped, 2 * length - 1 - wrapped).to(like.device)


def imresize(
    x: Tensor,
    scale: float,
    kernel: Kernel = "bicubic",
    levels: int | None = None,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Resize as MATLAB's `imresize(x, scale, kernel)` does.

    Args:
        x: (..., H, W), floating point.
        scale: Size of the output over the size of the input; the output has
            ceil(H * scale) x ceil(W * scale) pixels.
        kernel: `nearest`, `bicubic` (a = -0.5) or `lanczos` (three lobes).
        levels: Where given, the picture is clamped to [0, 1] and rounded to multiples of
            1/levels after each of the two passes, as MATLAB does with integer pictures
            (255 for `uint8`); the benchmarks' low-resolution files were made so.
        size: Height and width of the output where they are not the rounded-up product; the
            scale still sets the sampling grid.

    Returns:
        (..., H', W') of the same type, not clamped unless `levels` is given.

    Source: MATLAB `imresize` (contributions, rows first, mirrored border).
    """
    height, width = size or (
        math.ceil(round(x.shape[-2] * scale, 6)),
        math.ceil(round(x.shape[-1] * scale, 6)),
    )
    if scale >= 1 and scale == int(scale) and levels is None and size is None:
        return _enlarge_axis(_enlarge_axis(x, -2, int(scale), kernel), -1, int(scale), kernel)
    if levels is not None:
        # In whole levels, where the products of a dyadic scale are exact and so are ties.
        x = torch.round(x * levels)
    for dim, target in ((-2, height), (-1, width)):
        x = _resize_axis(x, dim, target, scale, kernel)
        if levels is not None:
            x = torch.floor(x.clamp(0, levels) + 0.5)
    return x if levels is None else x / levels


def imresize_to(x: Tensor, size: tuple[int, int], kernel: Kernel = "bicubic") -> Tensor:
    """Resize as MATLAB's `imresize(x, [height width], kernel)` does: each axis by its own factor.

    Args:
        x: (..., H, W), floating point.
        size: Height and width of the output, each at least 1.
        kernel: As of `imresize`.

    Returns:
        (..., height, width) of the same type, not clamped; `x` itself where it has that size.

    Source: MATLAB `imresize` (the axis with the smaller factor first).
    """
    factors = {dim: size[dim] / x.shape[dim] for dim in (-2, -1)}
    for dim, factor in sorted(factors.items(), key=lambda item: item[1]):
        if factor != 1.0:
            x = _resize_axis(x, dim, size[dim], factor, kernel)
    return x
