"""Deformable convolution, version 2: Zhu et al., "Deformable ConvNets v2", CVPR 2019.

Each tap of the kernel reads from a displaced position, bilinearly, and is weighed by a mask.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.layers.flow import at_least_float32, pixel_grid, sample


def deform_conv(x: Tensor, offset: Tensor, mask: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A modulated deformable convolution of stride 1 that keeps height and width.

    Runs in float32 whatever the types of its inputs. It takes the taps of one row of the kernel
    at a time, since all the sampled values at once are k * k times the input.

    Args:
        x: (N, C, H, W).
        offset: (N, 2 G k k, H, W) in pixels: for each of G groups of channels and each tap of the
            kernel, row by row, how far down and how far right of its place it reads.
        mask: (N, G k k, H, W), factors of what is read.
        weight: (C', C, k, k), k odd.
        bias: (C').

    Returns:
        (N, C', H, W) of the type of `x`. Beyond the border everything is 0.

    Source: the definition, in the layout of torchvision's `deform_conv2d`.
    """
    batch, channels, height, width = x.shape
    side = weight.shape[-1]
    groups = batch * mask.shape[1] // side**2
    grouped = at_least_float32(x).reshape(groups, -1, height, width)
    mask = mask.to(grouped.dtype).reshape(groups, 1, side, side * height, width)
    offset = offset.to(grouped.dtype).reshape(groups, side, side, 2, height, width)
    rows, columns = pixel_grid(offset)
    taps = torch.arange(side, device=x.device) - side // 2
    down = offset[:, :, :, 0] + rows + taps.view(side, 1, 1, 1)
    right = offset[:, :, :, 1] + columns + taps.view(side, 1, 1)
    result = bias.to(grouped.dtype).view(1, -1, 1, 1)
    with torch.autocast(x.device.type, enabled=False):
        for row in range(side):
            read = sample(grouped, right[:, row].flatten(1, 2), down[:, row].flatten(1, 2))
            read = (read * mask[:, :, row]).view(batch, channels * side, height, width)
            row_weight = weight[:, :, row].to(read.dtype).reshape(-1, channels * side, 1, 1)
            result = result + F.conv2d(read, row_weight)
    return result.to(x.dtype)


class DeformConv(nn.Module):
    """A deformable convolution whose offsets and masks are convolved from other features.

    It starts as half an ordinary convolution: offsets 0, masks one half.

    Args:
        channels: In and out, and of the features that steer it.
        groups: Parts of the channels that move independently of each other.
        size: Side of the kernel.
    """

    def __init__(self, channels: int, groups: int, size: int = 3) -> None:
        super().__init__()
        reach = 1 / math.sqrt(channels * size**2)
        self.weight = nn.Parameter(
            torch.empty(channels, channels, size, size).uniform_(-reach, reach)
        )
        self.bias = nn.Parameter(torch.zeros(channels))
        self.conv_offset = nn.Conv2d(channels, 3 * groups * size**2, size, padding=size // 2)
        for parameter in self.conv_offset.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor, steer: Tensor) -> Tensor:
        """Convolve `x` where `steer` says, both (N, channels, H, W), to the same."""
        first, second, mask = self.conv_offset(steer).chunk(3, dim=1)
        offset = torch.cat((first, second), dim=1)
        return deform_conv(x, offset, mask.sigmoid(), self.weight, self.bias)
