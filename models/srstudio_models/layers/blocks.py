"""Residual blocks and enlargement as the EDSR family uses them."""

from __future__ import annotations

from torch import Tensor, nn


def conv(inputs: int, outputs: int, size: int = 3) -> nn.Conv2d:
    """A convolution that keeps height and width, zero-padded, with bias."""
    return nn.Conv2d(inputs, outputs, size, padding=size // 2)


class ResBlock(nn.Module):
    """conv, ReLU, conv, times a factor, plus the input; no activation after the sum.

    Args:
        channels: In and out.
        size: Side of the kernels.
        factor: Of the residual; 0.1 keeps wide networks stable (EDSR).
    """

    def __init__(self, channels: int, size: int = 3, factor: float = 1.0) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(channels, channels, size), nn.ReLU(inplace=True), conv(channels, channels, size)
        )
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, H, W) to the same."""
        y: Tensor = x + self.factor * self.body(x)
        return y


class Upsampler(nn.Sequential):
    """Sub-pixel convolutions (Shi et al., CVPR 2016): x2 and x3 in one step, x4 in two.

    Args:
        channels: In and out.
        scale: 2, 3 or 4.
    """

    def __init__(self, channels: int, scale: int) -> None:
        steps = {2: (2,), 3: (3,), 4: (2, 2)}[scale]
        layers: list[nn.Module] = []
        for step in steps:
            layers += [conv(channels, channels * step * step), nn.PixelShuffle(step)]
        super().__init__(*layers)
