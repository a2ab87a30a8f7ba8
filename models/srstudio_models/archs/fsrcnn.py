"""FSRCNN: Dong, Loy, Tang, "Accelerating the Super-Resolution CNN", ECCV 2016.

Works on the low-resolution luma: a 5x5 feature extraction, a 1x1 shrinking to few channels, `m`
3x3 mappings, a 1x1 expansion, and one 9x9 transposed convolution that enlarges. With
(d, s, m) = (56, 12, 4) the convolutions hold 12,464 weights; biases and the slopes of the
per-channel PReLUs make 12,809 parameters. FSRCNN-s is (32, 5, 1).

Unlike in the paper, a fresh network is linear interpolation already: its first channel carries
the luma through to the transposed convolution. Training spends no iteration on finding that.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _conv(inputs: int, outputs: int, size: int) -> nn.Sequential:
    """A convolution and its PReLU, initialised as He et al. (2015) propose."""
    conv = nn.Conv2d(inputs, outputs, size, padding=size // 2)
    nn.init.normal_(conv.weight, std=math.sqrt(2.0 / (outputs * size * size)))
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return nn.Sequential(conv, nn.PReLU(outputs))


@torch.no_grad()
def _carry_first_channel(conv: nn.Conv2d) -> None:
    """Let the first output channel be the first input channel, unchanged where positive."""
    centre = conv.kernel_size[0] // 2
    conv.weight[0].zero_()
    conv.weight[0, 0, centre, centre] = 1.0


def _linear_interpolation(scale: int, size: int = 9, padding: int = 4) -> Tensor:
    """The kernel (size x size) of a transposed convolution that interpolates linearly."""
    distance = (torch.arange(size) - padding + 0.5) / scale - 0.5
    kernel = (1.0 - distance.abs()).clamp(min=0.0)
    phase = (torch.arange(size) - padding) % scale
    sums = torch.zeros(scale).index_add(0, phase, kernel)
    kernel = kernel / sums[phase]
    return kernel[:, None] * kernel[None, :]


class Enlargement(nn.ConvTranspose2d):
    """A 9x9 transposed convolution to one channel, computed as a sub-pixel convolution.

    Each of the scale x scale phases of the output is an ordinary convolution of the input with
    every scale-th weight of the kernel. The result is the same to rounding; on a CPU it comes
    three times as fast.

    Args:
        channels: Channels of the input.
        scale: Integer factor.
    """

    def __init__(self, channels: int, scale: int) -> None:
        super().__init__(channels, 1, 9, stride=scale, padding=4, output_padding=scale - 1)
        self.scale = scale
        # Input pixels on each side that reach into the block of an input pixel.
        self.radius = (scale + 3) // scale
        offset = torch.arange(self.radius, -self.radius - 1, -1)
        tap = scale * offset[None, :] + torch.arange(scale)[:, None] + 4
        # Where a phase has fewer weights than another, the zero padded behind the kernel is taken.
        taps = torch.where((tap >= 0) & (tap < 9), tap, 9)
        self.register_buffer("taps", taps, persistent=False)
        self.taps: Tensor

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """(N, channels, H, W) to (N, 1, scale * H, scale * W)."""
        padded = F.pad(self.weight[:, 0], (0, 1, 0, 1))
        rows, columns = self.taps[:, None, :, None], self.taps[None, :, None, :]
        kernel = padded[:, rows, columns].flatten(1, 2).transpose(0, 1)
        bias = None if self.bias is None else self.bias.expand(self.scale * self.scale)
        return F.pixel_shuffle(F.conv2d(x, kernel, bias, padding=self.radius), self.scale)


class FSRCNN(nn.Module):
    """FSRCNN(d, s, m) for one scale.

    Args:
        scale: Integer factor.
        d: Channels of the features.
        s: Channels of the mapping.
        m: Number of mapping layers.
    """

    def __init__(self, scale: int, d: int = 56, s: int = 12, m: int = 4) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _conv(1, d, 5),
            _conv(d, s, 1),
            *(_conv(s, s, 3) for _ in range(m)),
            _conv(s, d, 1),
        )
        self.enlarge = Enlargement(d, scale)
        nn.init.normal_(self.enlarge.weight, std=0.001)
        nn.init.zeros_(self.enlarge.bias)  # type: ignore[arg-type]
        self._start_as_interpolation(scale)

    def _start_as_interpolation(self, scale: int) -> None:
        for layer in self.features.modules():
            if isinstance(layer, nn.Conv2d):
                _carry_first_channel(layer)
        self.enlarge.weight.data[0, 0] = _linear_interpolation(scale)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, H, W) luma in [0, 1] to (N, 1, scale * H, scale * W), not clamped."""
        y: Tensor = self.enlarge(self.features(x))
        return y
