"""ESPCN: Shi et al., "Real-Time Single Image and Video Super-Resolution", CVPR 2016.

Two convolutions with tanh on the low-resolution luma and a sub-pixel convolution: 21,284, 22,729
and 24,752 parameters for x2, x3 and x4.
"""

from __future__ import annotations

from torch import Tensor, nn

from srstudio_models.layers.blocks import conv


class ESPCN(nn.Module):
    """ESPCN (5-64, 3-32, 3-scale^2).

    Args:
        scale: Integer factor.
    """

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            conv(1, 64, 5),
            nn.Tanh(),
            conv(64, 32),
            nn.Tanh(),
            conv(32, scale * scale),
            nn.PixelShuffle(scale),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, H, W) luma in [0, 1] to (N, 1, scale * H, scale * W), not clamped."""
        y: Tensor = self.layers(x)
        return y
