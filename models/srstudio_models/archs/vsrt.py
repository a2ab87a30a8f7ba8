"""VSR-Transformer: Cao, Li, Zhang, Van Gool, "Video Super-Resolution Transformer", 2021.

Frames become features; blocks of two layers work on those of the whole window; each frame is
enlarged by four. The first layer, spatial-temporal convolutional self-attention (STCSA), compares
patches of all frames. The second, the bidirectional optical-flow feed-forward (BOFF), puts the
neighbouring frames' features, moved along the flow, beside each frame. Parameters: 32,564,335 for
five frames (depth 5, REDS), 43,845,615 for seven (depth 7, Vimeo-90K), 60,767,535 at depth 10.

The author's code is not what the paper writes. Here the code is followed, for its weights' sake:

1. Normalisation. Paper: after a layer's sum, LN(x + f(x)). Code: before the layer, x + f(LN(x)).
2. Attention. Paper: adds the layer's input once. Code: the layer itself adds its normalised input
   too, y = x + LN(x) + conv(attention(LN(x))).
3. Leaky ReLU. Paper: slope 0.01. Code: 0.1.
4. Depth. Code: 10 unless told, while the published configurations say 5 for five frames and 7
   for seven, as the paper's parameter counts do. Here: 5 unless told.
5. Position. Paper: a third of the channels each for height, width and time, base 1,000. Code:
   base 10,000, and the frames take the place of the channels: see `positional_encoding`.
6. Size. Paper: any height and width. Code: 64 x 64 features exactly, since the normalisation has
   a weight for every position; larger pictures are cut into such tiles.

Module names are the code's, except that SPyNet's are BasicSR's (the code wraps it once more and
names its convolutions as mmediting does), and that the encoding of positions is no part of a file.
"""

from __future__ import annotations

import torch
from torch import Tensor

from srstudio_models.archs.spynet import SPyNet
from srstudio_models.layers.attention import positional_encoding
from srstudio_models.layers.blocks import conv
from srstudio_models.layers.transformer import Transformer, following, preceding
from srstudio_models.layers.video import Enlarging, leaky, residual_blocks


class VSRT(Enlarging):
    """VSR-Transformer for x4.

    Args:
        frames: In a window, odd and at least 3.
        depth: Blocks of the transformer.
        channels: Of the features.
        side: Height and width of the input; a multiple of `patch`.
        patch: Side of a patch.
        extraction: Residual blocks before the transformer.
        blocks: Residual blocks for each direction of a feed-forward.
        reconstruction: Residual blocks after the transformer.
        flow_channels: Width of SPyNet.
    """

    def __init__(
        self,
        frames: int = 5,
        depth: int = 5,
        channels: int = 64,
        side: int = 64,
        patch: int = 8,
        extraction: int = 5,
        blocks: int = 30,
        reconstruction: int = 30,
        flow_channels: int = 32,
    ) -> None:
        super().__init__(channels)
        self.conv_first = conv(3, channels)
        self.feature_extraction = residual_blocks(extraction, channels)
        self.spynet = SPyNet(flow_channels)
        self.transformer = Transformer(depth, channels, side, patch, blocks)
        self.reconstruction = residual_blocks(reconstruction, channels)
        encoding = positional_encoding(frames, channels, side, side)
        self.register_buffer("position", encoding, persistent=False)
        self.position: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """The middle frame of a window, x4.

        Args:
            x: (N, frames, 3, side, side) RGB in [0, 1].

        Returns:
            (N, 3, 4 side, 4 side), not clamped.
        """
        middle = x.shape[1] // 2
        # All that the middle frame needs at the end are its two neighbours.
        features = self._features(x, slice(middle - 1, middle + 2))
        return self._reconstruct(features[:, 1], x[:, middle])

    def clip(self, x: Tensor) -> Tensor:
        """All frames of a window, x4, as training compares them.

        Args:
            x: (N, frames, 3, side, side) RGB in [0, 1].

        Returns:
            (N, frames, 3, 4 side, 4 side), not clamped.
        """
        y = self._reconstruct(self._features(x, slice(None)).flatten(0, 1), x.flatten(0, 1))
        return torch.unflatten(y, 0, x.shape[:2])

    def _features(self, x: Tensor, kept: slice) -> Tensor:
        first = leaky(self.conv_first(x.flatten(0, 1)))
        extracted = torch.unflatten(self.feature_extraction(first), 0, x.shape[:2])
        y: Tensor = self.transformer(extracted + self.position, x, self._flows(x), kept)
        return y

    def _flows(self, x: Tensor) -> Tensor:
        """(2, N, T, 2, H, W) from every frame to the next and to the previous one."""
        frames = torch.stack((x, x)).flatten(0, 2)
        neighbours = torch.stack((following(x), preceding(x))).flatten(0, 2)
        flows: Tensor = self.spynet(frames, neighbours)
        return torch.unflatten(flows, 0, (2, *x.shape[:2]))

    def _reconstruct(self, features: Tensor, frames: Tensor) -> Tensor:
        """(N, channels, H, W) beside (N, 3, H, W) to (N, 3, 4 H, 4 W)."""
        return self.enlarge(self.reconstruction(features), frames)
