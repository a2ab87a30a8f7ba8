"""SRResNet: the generator of SRGAN without its adversary; Ledig et al., CVPR 2017.

Sixteen residual blocks with batch normalisation between 9x9 convolutions; x4 has 1,549,462
parameters (convolutions with biases, PReLUs with a single slope).
"""

from __future__ import annotations

from torch import Tensor, nn

from srstudio_models.layers.blocks import conv


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(channels, channels),
            nn.BatchNorm2d(channels),
            nn.PReLU(),
            conv(channels, channels),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x + self.body(x)
        return y


class SRResNet(nn.Module):
    """SRResNet for x2 or x4.

    Args:
        scale: 2 or 4: one enlargement by two, or two of them.
        blocks: Residual blocks.
        channels: Of every layer between the ends.
    """

    def __init__(self, scale: int = 4, blocks: int = 16, channels: int = 64) -> None:
        super().__init__()
        self.head = nn.Sequential(conv(3, channels, 9), nn.PReLU())
        self.body = nn.Sequential(
            *(_Block(channels) for _ in range(blocks)),
            conv(channels, channels),
            nn.BatchNorm2d(channels),
        )
        steps = {2: 1, 4: 2}[scale]
        enlarge = [
            layer
            for _ in range(steps)
            for layer in (conv(channels, 4 * channels), nn.PixelShuffle(2), nn.PReLU())
        ]
        self.tail = nn.Sequential(*enlarge, conv(channels, 3, 9))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] to (N, 3, scale * H, scale * W), not clamped."""
        features = self.head(x)
        y: Tensor = self.tail(features + self.body(features))
        return y
