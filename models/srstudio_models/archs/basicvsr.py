"""BasicVSR and IconVSR: Chan et al., "BasicVSR", CVPR 2021.

Features travel through the clip backward and forward, aligned to each frame by optical flow.
BasicVSR with 64 channels and 30 blocks has 6,291,311 parameters, 1,440,300 of them SPyNet's.
IconVSR (8,694,991) adds features of a window around every fifth frame, and its forward features
see the backward ones. Module names are those of BasicSR, so that its weights need no translation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from srstudio_models.archs.edvr import MULTIPLE, WindowFeatures
from srstudio_models.archs.spynet import SPyNet
from srstudio_models.layers.blocks import conv
from srstudio_models.layers.flow import warp
from srstudio_models.layers.video import SCALE, Enlarging, Trunk, leaky, pad_to_multiple


class _Propagating(Enlarging):
    """Carries features from frame to frame."""

    def __init__(self, channels: int, flow_channels: int) -> None:
        super().__init__(channels)
        self.spynet = SPyNet(flow_channels)
        self.channels = channels

    def propagate(
        self,
        frames: Sequence[Tensor],
        order: Sequence[int],
        step: Callable[[int, Tensor], Tensor],
    ) -> Iterator[Tensor]:
        """Visit frames; the features of the one before are warped to the next.

        Flow is computed where it is needed: that of a whole clip would take more memory than
        everything else.

        Args:
            frames: (N, 3, H, W) each.
            order: Indices of the frames as they are visited.
            step: Gives the features of a frame from its index and the warped features, which are
                0 at the first.

        Yields:
            (N, channels, H, W) of each frame visited.
        """
        batch, _, height, width = frames[0].shape
        state = frames[0].new_zeros(batch, self.channels, height, width)
        last: int | None = None
        for index in order:
            if last is not None:
                state = warp(state, self.spynet(frames[index], frames[last]))
            state = step(index, state)
            yield state
            last = index


class BasicVSR(_Propagating):
    """BasicVSR at x4.

    Args:
        channels: Of the features.
        blocks: Residual blocks of each direction.
        flow_channels: Width of SPyNet.
    """

    def __init__(self, channels: int = 64, blocks: int = 30, flow_channels: int = 32) -> None:
        super().__init__(channels, flow_channels)
        self.backward_trunk = Trunk(channels + 3, channels, blocks)
        self.forward_trunk = Trunk(channels + 3, channels, blocks)
        self.fusion = conv(2 * channels, channels, 1)

    def forward(self, clip: Tensor) -> Tensor:
        """(N, T, 3, H, W) RGB in [0, 1], any T, to (N, T, 3, 4 H, 4 W), not clamped."""
        frames = clip.unbind(dim=1)
        forth = range(len(frames))

        def visit(trunk: nn.Module, order: Sequence[int]) -> Iterator[Tensor]:
            return self.propagate(
                frames, order, lambda index, state: trunk(torch.cat((frames[index], state), dim=1))
            )

        later = list(visit(self.backward_trunk, forth[::-1]))
        outputs = []
        for frame, earlier in zip(frames, visit(self.forward_trunk, forth), strict=True):
            # Popped, and so freed once used; the last one found was the first frame's.
            features = leaky(self.fusion(torch.cat((later.pop(), earlier), dim=1)))
            outputs.append(self.enlarge(features, frame))
        return torch.stack(outputs, dim=1)


class IconVSR(_Propagating):
    """IconVSR at x4.

    Args:
        channels: Of the features; a multiple of `groups`.
        blocks: Residual blocks of each direction.
        frames: Around a keyframe that its features are made from, odd.
        stride: From keyframe to keyframe; the last frame is one too.
        groups: Of the deformable convolutions.
        flow_channels: Width of SPyNet.
    """

    def __init__(
        self,
        channels: int = 64,
        blocks: int = 30,
        frames: int = 5,
        stride: int = 5,
        groups: int = 8,
        flow_channels: int = 32,
    ) -> None:
        super().__init__(channels, flow_channels)
        self.edvr = WindowFeatures(channels, frames, groups)
        self.backward_fusion = conv(2 * channels, channels)
        self.backward_trunk = Trunk(channels + 3, channels, blocks)
        self.forward_fusion = conv(2 * channels, channels)
        self.forward_trunk = Trunk(2 * channels + 3, channels, blocks)
        self.window = frames
        self.stride = stride

    def forward(self, clip: Tensor) -> Tensor:
        """(N, T, 3, H, W) RGB in [0, 1], any T, to (N, T, 3, 4 H, 4 W), not clamped."""
        height, width = clip.shape[-2:]
        frames = [pad_to_multiple(frame, MULTIPLE) for frame in clip.unbind(dim=1)]
        keys = self._key_features(frames)
        forth = range(len(frames))

        def refreshed(fusion: nn.Module, index: int, state: Tensor) -> Tensor:
            return fusion(torch.cat((state, keys[index]), dim=1)) if index in keys else state

        def backward(index: int, state: Tensor) -> Tensor:
            state = refreshed(self.backward_fusion, index, state)
            features: Tensor = self.backward_trunk(torch.cat((frames[index], state), dim=1))
            return features

        def forward(index: int, state: Tensor) -> Tensor:
            state = refreshed(self.forward_fusion, index, state)
            inputs = frames[index], later.pop(), state
            features: Tensor = self.forward_trunk(torch.cat(inputs, dim=1))
            return features

        later = list(self.propagate(frames, forth[::-1], backward))
        features = self.propagate(frames, forth, forward)
        enlarged = torch.stack([*map(self.enlarge, features, frames)], dim=1)
        return enlarged[..., : SCALE * height, : SCALE * width]

    def _key_features(self, frames: Sequence[Tensor]) -> dict[int, Tensor]:
        last = len(frames) - 1
        keys = sorted({*range(0, last, self.stride), last})
        return {
            key: self.edvr.fuse(torch.stack([frames[i] for i in self._around(key, last)], dim=1))
            for key in keys
        }

    def _around(self, key: int, last: int) -> list[int]:
        """Frames of the window of a keyframe.

        Beyond an end it goes on with frames that the window at that end lacks (4 3 0 1 2 at the
        first of five); in a clip without them, with the nearest there is.
        """
        radius = self.window // 2
        indices = []
        for i in range(key - radius, key + radius + 1):
            turned = radius - i if i < 0 else 2 * last - radius - i if i > last else i
            indices.append(min(max(turned, 0), last))
        return indices
