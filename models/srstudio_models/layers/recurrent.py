"""Recurrence over a window of frames, in two and in three dimensions."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from srstudio_models.layers.window import he_conv


class Conv3d(nn.Module):
    """A 3x3x3 convolution over frames, rows and columns, without padding in time.

    Computed as a 2D convolution of the channels of three frames at once, and its weight is laid
    out for that: (outputs, 3 * inputs, 3, 3), time before channels. PyTorch's own takes several
    times as long on a CPU for channels that are no multiple of 16.

    Args:
        inputs: Channels in.
        outputs: Channels out.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.three_frames = he_conv(3 * inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, inputs, H, W) with T >= 3 to (N, T - 2, outputs, H, W)."""
        threes = torch.cat((x[:, :-2], x[:, 1:-1], x[:, 2:]), dim=2)
        y: Tensor = self.three_frames(threes.flatten(0, 1))
        return y.view(*threes.shape[:2], *y.shape[1:])


class Recurrent2d(nn.Module):
    """A state that goes from frame to frame: h[t] = PReLU(x[t] + convolution of h[t - 1]).

    Args:
        channels: Of the frames and of the state.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.carry = he_conv(channels, channels)
        # Else what the frames add up to would grow along the window.
        self.carry.weight.data.mul_(0.5)
        self.activation = nn.PReLU(channels)

    def forward(self, frames: Iterable[Tensor]) -> Tensor:
        """T frames (N, channels, H, W) to the state after each, (N, T, channels, H, W)."""
        states: list[Tensor] = []
        for frame in frames:
            total = frame + self.carry(states[-1]) if states else frame
            states.append(self.activation(total))
        return torch.stack(states, dim=1)


class Recurrent3d(nn.Module):
    """One 3D convolution that sees its own output again until one frame is left.

    Its state is the volume of frames. Each pass draws it together around the middle: of five
    frames three are left, then one.

    Args:
        channels: Of the state.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = Conv3d(channels, channels)
        self.activation = nn.PReLU(channels)

    def forward(self, state: Tensor) -> Tensor:
        """(N, T, channels, H, W) with an odd T to (N, channels, H, W)."""
        while state.shape[1] > 1:
            y = self.conv(state)
            state = self.activation(y.flatten(0, 1)).view_as(y)
        return state[:, 0]
