"""SPyNet: Ranjan, Black, "Optical Flow Estimation using a Spatial Pyramid Network", CVPR 2017.

As video super-resolution uses it: six levels, each of five 7x7 convolutions that refine the flow
of the level before (1,440,300 parameters). Module names are those of BasicSR, so that its weights
need no translation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.layers.flow import at_least_float32, warp

_LEVELS = 6
_COARSEST = 2 ** (_LEVELS - 1)
# Mean and standard deviation of ImageNet, R, G, B in [0, 1].
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class BasicModule(nn.Module):
    """One level: (reference, warped neighbour, flow) to what the flow lacks."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((8, channels, 2 * channels, channels, channels // 2, 2)):
            layers += [nn.Conv2d(inputs, outputs, 7, padding=3), nn.ReLU(inplace=False)]
        self.basic_module = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """(N, 8, H, W) to (N, 2, H, W)."""
        y: Tensor = self.basic_module(x)
        return y


class SPyNet(nn.Module):
    """Optical flow between two pictures of any size.

    Args:
        channels: Of the first convolution of a level, even; the others go by it.
    """

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.basic_module = nn.ModuleList(BasicModule(channels) for _ in range(_LEVELS))
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)
        self.mean: Tensor
        self.std: Tensor

    def forward(self, reference: Tensor, neighbour: Tensor) -> Tensor:
        """The flow by which `neighbour`, warped, becomes `reference`.

        Args:
            reference: (N, 3, H, W) RGB in [0, 1].
            neighbour: The same.

        Returns:
            (N, 2, H, W) in pixels and in float32 (a bfloat16 cannot tell 20 from 20.1); channel 0
            points right, channel 1 down.
        """
        *_, finest = self.levels(reference, neighbour)
        return resized(finest, reference.shape[-2:])

    def levels(self, reference: Tensor, neighbour: Tensor) -> Iterator[Tensor]:
        """The flow as each level refines that of the level before, the coarsest first.

        Args:
            reference: As `forward` takes it.
            neighbour: The same.

        Yields:
            (N, 2, h, w) in pixels of the level, each twice as large as the one before.
        """
        size = [-(-side // _COARSEST) * _COARSEST for side in reference.shape[-2:]]
        return self._refine(self._pyramid(reference, size), self._pyramid(neighbour, size))

    def _pyramid(self, x: Tensor, size: list[int]) -> list[Tensor]:
        """Six levels of a picture whose sides are multiples of 32, the coarsest first."""
        resized = F.interpolate(x, size, mode="bilinear", align_corners=False)
        levels = [(resized - self.mean) / self.std]
        for _ in range(_LEVELS - 1):
            levels.append(F.avg_pool2d(levels[-1], 2, count_include_pad=False))
        return levels[::-1]

    def _refine(self, reference: list[Tensor], neighbour: list[Tensor]) -> Iterator[Tensor]:
        batch, _, height, width = reference[0].shape
        flow = at_least_float32(reference[0].new_zeros(batch, 2, height, width))
        for level, module in enumerate(self.basic_module):
            if level:
                flow = 2.0 * F.interpolate(
                    flow, scale_factor=2, mode="bilinear", align_corners=True
                )
            moved = warp(neighbour[level], flow, "border")
            pair = reference[level], moved, flow.to(moved.dtype)
            flow = flow + module(torch.cat(pair, dim=1))
            yield flow


def resized(flow: Tensor, size: Sequence[int]) -> Tensor:
    """A flow at another size, in pixels of that size.

    Args:
        flow: (N, 2, H, W) in pixels.
        size: Height and width wanted.
    """
    ratio = flow.new_tensor([size[1] / flow.shape[-1], size[0] / flow.shape[-2]])
    flow = F.interpolate(flow, tuple(size), mode="bilinear", align_corners=False)
    return flow * ratio.view(1, 2, 1, 1)
