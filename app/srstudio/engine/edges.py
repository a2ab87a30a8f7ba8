"""Goes on beyond the border of a picture by repeating its edge."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def repeat_edges(x: Tensor, height: int, width: int) -> Tensor:
    """The picture with its last row and column repeated up to a size.

    Repeating (unlike mirroring) needs no more than the last row, so a tile at the border is
    padded exactly as the whole picture is.

    Args:
        x: (..., C, H, W).
        height: At least H.
        width: At least W.

    Returns:
        (..., C, height, width); `x` itself where it has that size.
    """
    down, right = height - x.shape[-2], width - x.shape[-1]
    if not down and not right:
        return x
    pictures = F.pad(x.flatten(0, -4), (0, right, 0, down), mode="replicate")
    return pictures.view(*x.shape[:-2], height, width)
