"""Feeds a network that takes squares of one side only."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from srstudio.engine import tiling
from srstudio.engine.edges import repeat_edges


def in_squares(run: Callable[[Tensor], Tensor], x: Tensor, side: int, margin: int) -> Tensor:
    """Run a network on squares that overlap, and put its output together.

    Args:
        run: The network: (..., C, side, side) to (..., C', scale * side, scale * side).
        x: (..., C, H, W); a picture smaller than a square has its edge repeated.
        side: Of the squares.
        margin: Pixels of a square that are dropped, except at the border of the picture.

    Returns:
        (..., C', scale * H, scale * W).
    """
    height, width = x.shape[-2:]
    x = repeat_edges(x, max(height, side), max(width, side))
    tiles = tiling.squares((x.shape[-1], x.shape[-2]), side, margin)
    outputs = [run(x[(..., *tile.padded.slices)]) for tile in tiles]
    scale = outputs[0].shape[-1] // side
    shape = (*outputs[0].shape[:-2], x.shape[-2] * scale, x.shape[-1] * scale)
    result = outputs[0].new_empty(shape)
    for tile, output in zip(tiles, outputs, strict=True):
        whole, inner = tile.output(scale)
        result[(..., *whole.slices)] = output[(..., *inner.slices)]
    return result[..., : height * scale, : width * scale]
