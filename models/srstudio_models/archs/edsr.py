"""EDSR and MDSR: Lim et al., "Enhanced Deep Residual Networks", CVPR Workshops 2017 (NTIRE).

EDSR is SRResNet without batch normalisation: the baseline has 16 blocks of 64 channels (1,369,859,
1,554,499 and 1,517,571 parameters for x2, x3 and x4), the full network 32 of 256 with residuals
scaled by 0.1 (40,729,603, 43,680,003 and 43,089,923). MDSR shares one body of 16 or 80 blocks
between the scales, each with a path of its own before and after (3,227,203 or 7,953,987).

Values are in [0, 1] here and in [0, 255] in the authors' code. ReLU networks scale with their
input, so the two differ by a factor of 255 in the biases alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srstudio_models.layers.blocks import ResBlock, Upsampler, conv

# Mean of the DIV2K training pictures, R, G, B in [0, 1].
DIV2K_MEAN = (0.4488, 0.4371, 0.4040)


class _Centred(nn.Module):
    """Holds the mean that is subtracted from the input and added to the output."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(DIV2K_MEAN).view(1, 3, 1, 1), persistent=False)
        self.mean: Tensor


def _body(blocks: int, channels: int, factor: float) -> nn.Sequential:
    return nn.Sequential(
        *(ResBlock(channels, factor=factor) for _ in range(blocks)), conv(channels, channels)
    )


class EDSR(_Centred):
    """EDSR for one scale.

    Args:
        scale: 2, 3 or 4.
        blocks: Residual blocks.
        channels: Of every layer between the ends.
        factor: Of the residuals; the full network needs 0.1.
    """

    def __init__(
        self, scale: int, blocks: int = 16, channels: int = 64, factor: float = 1.0
    ) -> None:
        super().__init__()
        self.head = conv(3, channels)
        self.body = _body(blocks, channels, factor)
        self.tail = nn.Sequential(Upsampler(channels, scale), conv(channels, 3))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] to (N, 3, scale * H, scale * W), not clamped."""
        features = self.head(x - self.mean)
        y: Tensor = self.tail(features + self.body(features)) + self.mean
        return y


class MDSR(_Centred):
    """MDSR: x2, x3 and x4 from one network; only the path of the scale runs.

    Args:
        blocks: Residual blocks of the shared body.
        channels: Of every layer between the ends.
    """

    def __init__(self, blocks: int = 16, channels: int = 64) -> None:
        super().__init__()
        self.head = conv(3, channels)
        self.before = nn.ModuleDict(
            {str(s): nn.Sequential(ResBlock(channels, 5), ResBlock(channels, 5)) for s in (2, 3, 4)}
        )
        self.body = _body(blocks, channels, factor=1.0)
        self.after = nn.ModuleDict({str(s): Upsampler(channels, s) for s in (2, 3, 4)})
        self.tail = conv(channels, 3)

    def forward(self, x: Tensor, scale: int) -> Tensor:
        """(N, 3, H, W) RGB in [0, 1] to (N, 3, scale * H, scale * W), not clamped."""
        features = self.before[str(scale)](self.head(x - self.mean))
        enlarged = self.after[str(scale)](features + self.body(features))
        y: Tensor = self.tail(enlarged) + self.mean
        return y
