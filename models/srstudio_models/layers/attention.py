"""Attention between patches of several frames, and where each of them is."""

from __future__ import annotations

from math import ceil

import torch
import torch.nn.functional as F
from torch import Tensor


def attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """softmax(query keyᵀ / √D) value, in float32 whatever the inputs and autocast say.

    Source: Vaswani et al., "Attention Is All You Need", 2017.

    Args:
        query: (N, tokens, D).
        key: The same.
        value: The same.

    Returns:
        (N, tokens, D) of the type of `value`.
    """
    with torch.autocast(query.device.type, enabled=False):
        mixed = F.scaled_dot_product_attention(query.float(), key.float(), value.float())
    return mixed.to(value.dtype)


def to_tokens(x: Tensor, patch: int) -> Tensor:
    """The patches of all frames, which do not overlap, as one sequence.

    Args:
        x: (N, T, C, H, W); H and W are multiples of `patch`.
        patch: Side of a patch.

    Returns:
        (N, T * H/patch * W/patch, C * patch * patch).
    """
    grid = torch.unflatten(torch.unflatten(x, 4, (-1, patch)), 3, (-1, patch))
    return grid.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(1, 3)


def from_tokens(tokens: Tensor, shape: torch.Size, patch: int) -> Tensor:
    """The frames whose `to_tokens` these are.

    Args:
        tokens: (N, T * H/patch * W/patch, C * patch * patch).
        shape: (N, T, C, H, W).
        patch: Side of a patch.
    """
    batch, frames, channels, height, width = shape
    sides = (frames, height // patch, width // patch, channels, patch, patch)
    return tokens.view(batch, *sides).permute(0, 1, 4, 2, 5, 3, 6).reshape(shape)


def positional_encoding(frames: int, channels: int, height: int, width: int) -> Tensor:
    """The fixed encoding of VSR-Transformer's code, where each frame encodes one axis.

    The published library that the code uses encodes three axes in the last dimension; the code
    gives it the frames as that dimension and (channels, height, width) as the axes. Of every axis
    it takes 2 * ceil(frames / 6) waves, first the sines, then the cosines, of frequencies that
    fall from 1 by powers of 10,000; what exceeds `frames` is left out. Five frames hence get
    sin(c), cos(c), sin(y), cos(y), sin(x).

    Returns:
        (frames, channels, height, width) in [-1, 1].
    """
    waves = 2 * ceil(frames / 6)
    frequencies = 10_000.0 ** -(torch.arange(0, waves, 2) / waves)
    sizes = (channels, height, width)
    axes = []
    for axis, size in enumerate(sizes):
        angles = frequencies[:, None] * torch.arange(size)
        values = torch.cat((angles.sin(), angles.cos()))
        alone = [size if other == axis else 1 for other in range(3)]
        axes.append(values.view(waves, *alone).expand(waves, *sizes))
    return torch.cat(axes)[:frames]
