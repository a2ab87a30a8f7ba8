"""The geometric self-ensemble: the mean over the symmetries of the square."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from srstudio.engine.edges import repeat_edges
from srstudio.engine.tiling import round_up

_FLIPS: tuple[tuple[int, ...], ...] = ((), (-1,), (-2,), (-2, -1))


def self_ensemble(
    run: Callable[[Tensor], Tensor], x: Tensor, scale: int, multiple: int, *, together: bool
) -> Tensor:
    """The mean of a network's eight outputs for a picture flipped and transposed.

    Args:
        run: The network: (N, 3, H, W) to (N, 3, scale * H, scale * W), any N.
        x: (1, 3, H, W).
        scale: Factor of the network.
        multiple: Its size multiple. The picture is padded before it is flipped, so that a tile
            has its blocks where the whole picture has them.
        together: Run views of equal shape as one batch; one after the other otherwise.

    Returns:
        (1, 3, scale * H, scale * W); in float32 the very value that all outputs share if they do.

    Source: Lim et al., Enhanced Deep Residual Networks for Single Image Super-Resolution (2017).
    """
    height, width = x.shape[-2:]
    x = repeat_edges(x, round_up(height, multiple), round_up(width, multiple))
    flipped = [x.flip(dims) for dims in _FLIPS]
    views = [*flipped, *(view.mT for view in flipped)]
    batch = 1 if not together else 8 if x.shape[-1] == x.shape[-2] else 4
    groups = [torch.cat(views[start : start + batch]) for start in range(0, 8, batch)]
    outputs = [output for group in groups for output in torch.split(run(group), 1)]
    upright = outputs[:4] + [output.mT for output in outputs[4:]]
    restored = [output.flip(dims) for output, dims in zip(upright, _FLIPS * 2, strict=True)]
    return _mean(restored)[..., : height * scale, : width * scale]


def _mean(values: list[Tensor]) -> Tensor:
    """The mean of a power of two of tensors, in pairs: equal ones give exactly their value."""
    while len(values) > 1:
        values = [(a + b) / 2 for a, b in zip(values[::2], values[1::2], strict=True)]
    return values[0]
