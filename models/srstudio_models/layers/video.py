"""What the video networks of the EDVR and BasicVSR family share; module names are BasicSR's."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.layers.blocks import conv

SCALE = 4
_SLOPE = 0.1
_WIDEST_HR = 64


def leaky(x: Tensor) -> Tensor:
    """Leaky ReLU with the slope of this family, 0.1; overwrites `x`."""
    return F.leaky_relu(x, _SLOPE, inplace=True)


class ResidualBlock(nn.Module):
    """conv, ReLU, conv, plus the input; starts near the identity, as deep trunks need it.

    Args:
        channels: In and out.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = conv(channels, channels)
        self.conv2 = conv(channels, channels)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.kaiming_normal_(parameter)
            parameter.data.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, H, W) to the same."""
        y: Tensor = x + self.conv2(F.relu(self.conv1(x), inplace=True))
        return y


def residual_blocks(count: int, channels: int) -> nn.Sequential:
    """Residual blocks in a row."""
    return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))


class Trunk(nn.Module):
    """A convolution to `channels`, leaky ReLU, and residual blocks.

    Args:
        inputs: Channels in.
        channels: Channels out.
        blocks: Residual blocks.
    """

    def __init__(self, inputs: int, channels: int, blocks: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            conv(inputs, channels),
            nn.LeakyReLU(_SLOPE, inplace=True),
            residual_blocks(blocks, channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, channels, H, W)."""
        y: Tensor = self.main(x)
        return y


class Enlarging(nn.Module):
    """Base of a network that ends in two sub-pixel enlargements of its features.

    They are the network's own layers, not a part of it, because BasicSR's keys name them so.

    Args:
        channels: Of the features; at the full size there are at most 64.
    """

    def __init__(self, channels: int) -> None:
        nn.Module.__init__(self)
        self.end_in_enlargement(channels)

    def end_in_enlargement(self, channels: int) -> None:
        """Make the layers: of a network whose constructor is that of its other base."""
        hr_channels = min(channels, _WIDEST_HR)
        self.upconv1 = conv(channels, 4 * channels)
        self.upconv2 = conv(channels, 4 * hr_channels)
        self.conv_hr = conv(hr_channels, hr_channels)
        self.conv_last = conv(hr_channels, 3)

    def enlarge(self, features: Tensor, frame: Tensor) -> Tensor:
        """What the features add to the bilinearly enlarged frame.

        Args:
            features: (N, channels, H, W).
            frame: (N, 3, H, W) RGB in [0, 1].

        Returns:
            (N, 3, 4 H, 4 W), not clamped.
        """
        x = leaky(F.pixel_shuffle(self.upconv1(features), 2))
        x = leaky(F.pixel_shuffle(self.upconv2(x), 2))
        residual: Tensor = self.conv_last(leaky(self.conv_hr(x)))
        return residual + F.interpolate(
            frame, scale_factor=SCALE, mode="bilinear", align_corners=False
        )


def pad_to_multiple(x: Tensor, multiple: int) -> Tensor:
    """Grow a picture to the right and below until its sides are multiples.

    The border is mirrored without its edge, or repeated where the picture is too small for that.

    Args:
        x: (N, C, H, W).
        multiple: Of both sides.

    Returns:
        (N, C, H', W') with the smallest H' >= H and W' >= W that are multiples.
    """
    height, width = x.shape[-2:]
    below, right = -height % multiple, -width % multiple
    for padding, side in (((0, 0, 0, below), height), ((0, right, 0, 0), width)):
        x = F.pad(x, padding, mode="reflect" if max(padding) < side else "replicate")
    return x
