"""VDSR: Kim, Lee, Lee, "Accurate Image Super-Resolution Using Very Deep Networks", CVPR 2016.

Twenty 3x3 convolutions find what the bicubically enlarged luma lacks; one network serves x2, x3
and x4. 664,704 parameters without biases, 665,921 with.
"""

from __future__ import annotations

import math
from itertools import pairwise

from torch import Tensor, nn

from srstudio_models.layers.resize import imresize


class VDSR(nn.Module):
    """VDSR.

    Args:
        depth: Number of convolutions.
        channels: Between them.
        bias: Whether they have biases.
    """

    def __init__(self, depth: int = 20, channels: int = 64, bias: bool = False) -> None:
        super().__init__()
        widths = [1, *[channels] * (depth - 1), 1]
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=bias)
            nn.init.normal_(layer.weight, std=math.sqrt(2.0 / (9 * outputs)))
            layers += [layer, nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor, scale: int) -> Tensor:
        """(N, 1, H, W) luma in [0, 1] to (N, 1, scale * H, scale * W), not clamped."""
        enlarged = imresize(x, scale)
        y: Tensor = enlarged + self.layers(enlarged)
        return y
