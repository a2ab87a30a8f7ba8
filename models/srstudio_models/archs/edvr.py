"""EDVR: Wang et al., "Video Restoration with Enhanced Deformable Convolutional Networks", 2019.

Features of five or seven frames are aligned to those of the middle one by deformable convolutions
on a pyramid (PCD), and fused by temporal and spatial attention (TSA). EDVR-M has 64 channels and
10 blocks (3,300,131 parameters for five frames), EDVR-L 128 and 40 (20,633,827; 20,699,363 for
seven). Module names are those of BasicSR, so that its weights need no translation.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.layers.blocks import conv
from srstudio_models.layers.deform import DeformConv
from srstudio_models.layers.video import (
    SCALE,
    Enlarging,
    leaky,
    pad_to_multiple,
    residual_blocks,
)

# The pyramid halves the picture twice.
MULTIPLE = 4
_LEVELS = ("l3", "l2", "l1")
_EXTRACTION_BLOCKS = 5


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _halved(x: Tensor) -> Tensor:
    """Half the size and twice the channels: the largest and the mean of each neighbourhood."""
    return torch.cat((F.max_pool2d(x, 3, 2, 1), F.avg_pool2d(x, 3, 2, 1)), dim=1)


class PCDAlignment(nn.Module):
    """Pyramid, cascading and deformable alignment: from coarse to fine, then once more.

    Args:
        channels: Of the features.
        groups: Of the deformable convolutions.
    """

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        both = 2 * channels
        self.offset_conv1 = nn.ModuleDict({level: conv(both, channels) for level in _LEVELS})
        self.offset_conv2 = nn.ModuleDict(
            {level: conv(channels if level == "l3" else both, channels) for level in _LEVELS}
        )
        self.offset_conv3 = nn.ModuleDict(
            {level: conv(channels, channels) for level in _LEVELS[1:]}
        )
        self.dcn_pack = nn.ModuleDict({level: DeformConv(channels, groups) for level in _LEVELS})
        self.feat_conv = nn.ModuleDict({level: conv(both, channels) for level in _LEVELS[1:]})
        self.cas_offset_conv1 = conv(both, channels)
        self.cas_offset_conv2 = conv(channels, channels)
        self.cas_dcnpack = DeformConv(channels, groups)

    def forward(self, neighbour: list[Tensor], middle: list[Tensor]) -> Tensor:
        """Align one frame to another.

        Args:
            neighbour: Its features, (N, channels, H, W) each, the coarsest of the levels first.
            middle: Those of the frame it is aligned to.

        Returns:
            (N, channels, H, W) of the finest level.
        """
        offset: Tensor | None = None
        features: Tensor | None = None
        for level, moving, fixed in zip(_LEVELS, neighbour, middle, strict=True):
            offset = self._offset(level, torch.cat((moving, fixed), dim=1), offset)
            aligned = self.dcn_pack[level](moving, offset)
            if features is not None:
                coarser = _doubled(leaky(features))
                aligned = self.feat_conv[level](torch.cat((aligned, coarser), dim=1))
            features = aligned
        assert features is not None
        offset = leaky(self.cas_offset_conv1(torch.cat((features, middle[-1]), dim=1)))
        offset = leaky(self.cas_offset_conv2(offset))
        return leaky(self.cas_dcnpack(features, offset))

    def _offset(self, level: str, pair: Tensor, coarser: Tensor | None) -> Tensor:
        offset = leaky(self.offset_conv1[level](pair))
        if coarser is None:
            return leaky(self.offset_conv2[level](offset))
        # Twice as many pixels to go on a grid twice as fine.
        offset = torch.cat((offset, 2 * _doubled(coarser)), dim=1)
        return leaky(self.offset_conv3[level](leaky(self.offset_conv2[level](offset))))


class TSAFusion(nn.Module):
    """Temporal and spatial attention: what resembles the middle frame counts more.

    Args:
        channels: Of the features.
        frames: Seen at once.
    """

    def __init__(self, channels: int, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.temporal_attn1 = conv(channels, channels)
        self.temporal_attn2 = conv(channels, channels)
        self.feat_fusion = conv(frames * channels, channels, 1)
        self.spatial_attn1 = conv(frames * channels, channels, 1)
        self.spatial_attn2 = conv(2 * channels, channels, 1)
        self.spatial_attn3 = conv(channels, channels)
        self.spatial_attn4 = conv(channels, channels, 1)
        self.spatial_attn5 = conv(channels, channels)
        self.spatial_attn_l1 = conv(channels, channels, 1)
        self.spatial_attn_l2 = conv(2 * channels, channels)
        self.spatial_attn_l3 = conv(channels, channels)
        self.spatial_attn_add1 = conv(channels, channels, 1)
        self.spatial_attn_add2 = conv(channels, channels, 1)

    def forward(self, aligned: Tensor) -> Tensor:
        """(N, frames * channels, H, W) of all frames, in order, to (N, channels, H, W)."""
        weighed = self._weigh_frames(aligned)
        attention = self._spatial(leaky(self.spatial_attn1(weighed)))
        shift = self.spatial_attn_add2(leaky(self.spatial_attn_add1(attention)))
        fused = leaky(self.feat_fusion(weighed))
        # Twice the sigmoid: about 1 at the start.
        result: Tensor = fused * attention.sigmoid() * 2 + shift
        return result

    def _weigh_frames(self, aligned: Tensor) -> Tensor:
        frames = aligned.chunk(self.frames, dim=1)
        middle = self.temporal_attn1(frames[self.frames // 2])
        weighed = [
            frame * (self.temporal_attn2(frame) * middle).sum(dim=1, keepdim=True).sigmoid()
            for frame in frames
        ]
        return torch.cat(weighed, dim=1)

    def _spatial(self, attention: Tensor) -> Tensor:
        attention = leaky(self.spatial_attn2(_halved(attention)))
        coarse = _halved(leaky(self.spatial_attn_l1(attention)))
        coarse = leaky(self.spatial_attn_l3(leaky(self.spatial_attn_l2(coarse))))
        attention = leaky(self.spatial_attn3(attention)) + _doubled(coarse)
        attention = _doubled(leaky(self.spatial_attn4(attention)))
        result: Tensor = self.spatial_attn5(attention)
        return result


class WindowFeatures(nn.Module):
    """Features of the middle frame of a window, with what the other frames know of it.

    Args:
        channels: Of the features; a multiple of `groups`.
        frames: Seen at once, odd.
        groups: Of the deformable convolutions.
        attention: Whether frames are fused by attention or, as in the first part of the training,
            by a 1x1 convolution.
    """

    def __init__(self, channels: int, frames: int, groups: int = 8, attention: bool = True) -> None:
        nn.Module.__init__(self)  # the other base of a subclass is not this class's to make
        self.conv_first = conv(3, channels)
        self.feature_extraction = residual_blocks(_EXTRACTION_BLOCKS, channels)
        self.conv_l2_1 = nn.Conv2d(channels, channels, 3, stride=2, padding=1)
        self.conv_l2_2 = conv(channels, channels)
        self.conv_l3_1 = nn.Conv2d(channels, channels, 3, stride=2, padding=1)
        self.conv_l3_2 = conv(channels, channels)
        self.pcd_align = PCDAlignment(channels, groups)
        self.fusion = (
            TSAFusion(channels, frames) if attention else conv(frames * channels, channels, 1)
        )

    def fuse(self, frames: Tensor) -> Tensor:
        """Align and fuse the frames of a window.

        Args:
            frames: (N, frames, 3, H, W) RGB in [0, 1], H and W multiples of 4.

        Returns:
            (N, channels, H, W).
        """
        pyramids = [self._pyramid(frame) for frame in frames.unbind(dim=1)]
        middle = pyramids[len(pyramids) // 2]
        aligned = [self.pcd_align(pyramid, middle) for pyramid in pyramids]
        fused: Tensor = self.fusion(torch.cat(aligned, dim=1))
        return fused

    def _pyramid(self, frame: Tensor) -> list[Tensor]:
        """Features of a frame at a quarter, a half and the whole of its size."""
        l1 = self.feature_extraction(leaky(self.conv_first(frame)))
        l2 = leaky(self.conv_l2_2(leaky(self.conv_l2_1(l1))))
        l3 = leaky(self.conv_l3_2(leaky(self.conv_l3_1(l2))))
        return [l3, l2, l1]


class EDVR(WindowFeatures, Enlarging):
    """EDVR at x4.

    Args:
        channels: Of the features; a multiple of `groups`.
        blocks: Residual blocks after the fusion.
        frames: Seen at once, odd.
        groups: Of the deformable convolutions.
        attention: Whether frames are fused by attention.
    """

    def __init__(
        self,
        channels: int = 64,
        blocks: int = 10,
        frames: int = 5,
        groups: int = 8,
        attention: bool = True,
    ) -> None:
        WindowFeatures.__init__(self, channels, frames, groups, attention)
        self.reconstruction = residual_blocks(blocks, channels)
        self.end_in_enlargement(channels)

    def forward(self, frames: Tensor) -> Tensor:
        """(N, frames, 3, H, W) RGB in [0, 1] to (N, 3, 4 H, 4 W), the middle one, not clamped."""
        batch, count, _, height, width = frames.shape
        padded = pad_to_multiple(frames.flatten(0, 1), MULTIPLE)
        padded = padded.view(batch, count, *padded.shape[1:])
        features = self.reconstruction(self.fuse(padded))
        enlarged = self.enlarge(features, padded[:, count // 2])
        return enlarged[..., : SCALE * height, : SCALE * width]
