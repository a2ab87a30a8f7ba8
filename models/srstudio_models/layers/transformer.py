"""The blocks of the VSR-Transformer: attention, then feed-forward along the optical flow.

Cao, Li, Zhang, Van Gool, "Video Super-Resolution Transformer", 2021. Module names are those of the
author's code; `archs.vsrt` says where that differs from the paper.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srstudio_models.layers.attention import attention, from_tokens, to_tokens
from srstudio_models.layers.blocks import conv
from srstudio_models.layers.flow import warp
from srstudio_models.layers.video import Trunk, leaky


def following(x: Tensor) -> Tensor:
    """The frame after each of (N, T, ...); the last has itself."""
    return torch.cat((x[:, 1:], x[:, -1:]), dim=1)


def preceding(x: Tensor) -> Tensor:
    """The frame before each of (N, T, ...); the first has itself."""
    return torch.cat((x[:, :1], x[:, :-1]), dim=1)


class SelfAttention(nn.Module):
    """STCSA: every patch of every frame becomes a mixture of all of them, plus itself.

    Args:
        channels: In and out.
        patch: Side of a patch.
    """

    def __init__(self, channels: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.to_q = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.to_k = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.to_v = conv(channels, channels)
        self.conv = conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, channels, H, W) to the same."""
        tokens = (
            to_tokens(_each(layer, x), self.patch) for layer in (self.to_q, self.to_k, self.to_v)
        )
        mixed = from_tokens(attention(*tokens), x.shape, self.patch)
        return x + _each(self.conv, mixed)


class FeedForward(nn.Module):
    """BOFF: each frame and its neighbours' features, aligned to it by optical flow.

    Args:
        channels: In and out.
        blocks: Residual blocks for each direction.
    """

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.backward_resblocks = Trunk(3 + channels, channels, blocks)
        self.forward_resblocks = Trunk(3 + channels, channels, blocks)
        self.fusion = conv(2 * channels, channels, 1)

    def forward(self, x: Tensor, frames: Tensor, flows: Tensor) -> Tensor:
        """What to add to the features.

        Args:
            x: (N, T, channels, H, W).
            frames: (N, T, 3, H, W) RGB in [0, 1].
            flows: (2, N, T, 2, H, W) in pixels, to the next and to the previous frame.

        Returns:
            (N, T, channels, H, W).
        """
        images, (to_next, to_previous) = frames.flatten(0, 1), flows.flatten(1, 2)
        later = warp(following(x).flatten(0, 1), to_next)
        earlier = warp(preceding(x).flatten(0, 1), to_previous)
        backward = self.backward_resblocks(torch.cat((images, later), dim=1))
        forward = self.forward_resblocks(torch.cat((images, earlier), dim=1))
        fused = leaky(self.fusion(torch.cat((backward, forward), dim=1)))
        return torch.unflatten(fused, 0, x.shape[:2])


class PreNorm(nn.Module):
    """Normalises each frame over channels, height and width before a layer."""

    def __init__(self, channels: int, side: int, fn: nn.Module) -> None:
        super().__init__()
        self.norm = nn.LayerNorm([channels, side, side])
        self.fn = fn

    def forward(self, x: Tensor, *beside: Tensor) -> Tensor:
        """(N, T, channels, side, side) and what the layer wants beside it."""
        y: Tensor = self.fn(self.norm(x), *beside)
        return y


class Residual(nn.Module):
    """Adds its input to what a layer gives."""

    def __init__(self, fn: nn.Module) -> None:
        super().__init__()
        self.fn = fn

    def forward(self, x: Tensor, *beside: Tensor) -> Tensor:
        """(N, T, channels, H, W) and what the layer wants beside it."""
        y: Tensor = x + self.fn(x, *beside)
        return y


class Block(nn.ModuleList):
    """Attention, then feed-forward, each of them pre-normalised and residual.

    Args:
        channels: In and out.
        side: Height and width of the features.
        patch: Side of a patch, a divisor of `side`.
        blocks: Residual blocks for each direction of the feed-forward.
    """

    def __init__(self, channels: int, side: int, patch: int, blocks: int) -> None:
        layers = (SelfAttention(channels, patch), FeedForward(channels, blocks))
        super().__init__(Residual(PreNorm(channels, side, layer)) for layer in layers)

    def forward(self, x: Tensor, frames: Tensor, flows: Tensor, kept: slice) -> Tensor:
        """Attention to all frames, feed-forward of some.

        Args:
            x: (N, T, channels, side, side).
            frames: As for `FeedForward`.
            flows: As for `FeedForward`.
            kept: Frames that the feed-forward is given.

        Returns:
            (N, frames kept, channels, side, side).
        """
        mix, feed_forward = self
        y: Tensor = feed_forward(mix(x)[:, kept], frames[:, kept], flows[:, :, kept])
        return y


class Transformer(nn.Module):
    """Blocks in a row.

    Args:
        depth: Number of blocks; the rest as for `Block`.
    """

    def __init__(self, depth: int, channels: int, side: int, patch: int, blocks: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Block(channels, side, patch, blocks) for _ in range(depth))

    def forward(self, x: Tensor, frames: Tensor, flows: Tensor, kept: slice) -> Tensor:
        """As `Block`; only the last block keeps less than all frames."""
        for block in self.layers[:-1]:
            x = block(x, frames, flows, slice(None))
        y: Tensor = self.layers[-1](x, frames, flows, kept)
        return y


def _each(layer: nn.Module, x: Tensor) -> Tensor:
    """A layer for pictures, on every frame of (N, T, C, H, W)."""
    y: Tensor = layer(x.flatten(0, 1))
    return torch.unflatten(y, 0, x.shape[:2])
