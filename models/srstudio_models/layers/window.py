"""A window of frames at high resolution, seen on the coarse grid it was enlarged from.

A frame that was super-resolved by four holds little more than its low-resolution pixels did, so
it is folded without loss (`pixel_unshuffle`) into 16 channels at a quarter of its sides. A
convolution there costs a sixteenth, reaches four times as far, and each of the channels is one
phase of the enlargement, which has errors of its own.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.layers.blocks import conv

GRID = 4
PHASES = GRID * GRID
GRAY = 0.5
# Brings the differences between frames to the size of what a frame itself varies by. Networks
# that are to find motion in them begin to several times later without it.
_CONTRAST = 6.0


def to_grid(frames: Tensor) -> Tensor:
    """Fold frames of any size; their edge is repeated up to multiples of 4.

    Args:
        frames: (N, T, 1, H, W).

    Returns:
        (N, T, 16, ceil(H / 4), ceil(W / 4)).
    """
    height, width = frames.shape[-2:]
    padding = (0, -width % GRID, 0, -height % GRID)
    padded = F.pad(frames.flatten(0, 1), padding, mode="replicate")
    folded = F.pixel_unshuffle(padded, GRID)
    return folded.view(*frames.shape[:2], *folded.shape[1:])


def from_grid(x: Tensor, like: Tensor) -> Tensor:
    """Unfold one frame: (N, 16, H, W) to (N, 1, H', W') of the size that `like` has."""
    height, width = like.shape[-2:]
    return F.pixel_shuffle(x, GRID)[..., :height, :width]


def middle_of(frames: Tensor) -> Tensor:
    """(N, T, C, H, W) with an odd T to its middle frame, (N, C, H, W)."""
    return frames[:, frames.shape[1] // 2]


def against_middle(frames: Tensor) -> Tensor:
    """The middle frame around gray, and the differences of the others to it, six times enlarged.

    Args:
        frames: (N, T, C, H, W) in [0, 1], T odd.

    Returns:
        The same shape; the middle frame in [-0.5, 0.5].
    """
    middle = frames.shape[1] // 2
    reference = frames[:, middle : middle + 1]
    before, after = frames[:, :middle] - reference, frames[:, middle + 1 :] - reference
    return torch.cat((_CONTRAST * before, reference - GRAY, _CONTRAST * after), dim=1)


def he_conv(inputs: int, outputs: int) -> nn.Conv2d:
    """A 3x3 convolution that starts as He et al. (2015) propose, so that deep stacks learn."""
    layer = conv(inputs, outputs)
    nn.init.kaiming_normal_(layer.weight, a=0.25)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def correction_layer(channels: int, *, bias: bool = True) -> nn.Conv2d:
    """The 3x3 convolution to the correction of a frame; it starts at zero, correcting nothing."""
    layer = nn.Conv2d(channels, PHASES, 3, padding=1, bias=bias)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer
