"""2D, optical flow, 2D3D: the plan that the slides end with.

Step 1 (2D) has super-resolved each frame; SPyNet aligns the window to its middle frame; 5-parallel
refines what comes out, which then differs little from frame to frame. SPyNet has 1,440,300
parameters, 5-parallel 259,938, together 1,700,238; with SPyNet a quarter as wide, as the
catalogue has it, they are 366,006.

Flow is found on the means of 4x4 pixels, the size of the low-resolution frames, where it costs a
sixteenth: super-resolved frames hold little that those means do not. Without trained weights
SPyNet starts at no motion at all, which is where training can start from.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio_models.archs.recurrent_2d3d import FiveParallel
from srstudio_models.archs.spynet import SPyNet
from srstudio_models.layers.flow import warp
from srstudio_models.layers.window import GRID, to_grid


class Flow2D3D(nn.Module):
    """SPyNet, then 5-parallel.

    Args:
        flow_channels: Width of SPyNet.
        options: Of 5-parallel.
    """

    def __init__(self, flow_channels: int = 32, **options: int) -> None:
        super().__init__()
        self.spynet = SPyNet(flow_channels)
        for level in self.spynet.basic_module:
            for parameter in level.basic_module[-1].parameters():  # type: ignore[index,union-attr]
                nn.init.zeros_(parameter)
        self.refine = FiveParallel(**options)

    def forward(self, frames: Tensor) -> Tensor:
        """(N, 5, 1, H, W) luma in [0, 1], any size, to the middle frame refined, (N, 1, H, W)."""
        y: Tensor = self.refine(self.aligned(frames))
        return y

    def aligned(self, frames: Tensor) -> Tensor:
        """Every frame drawn as the middle one sees it, (N, T, 1, H, W)."""
        # SPyNet takes RGB.
        reduced = to_grid(frames).mean(dim=2, keepdim=True).expand(-1, -1, 3, -1, -1)
        middle = frames.shape[1] // 2
        return torch.stack(
            [
                frame
                if index == middle
                else warp(frame, self._flow(reduced[:, middle], reduced[:, index], frame), "border")
                for index, frame in enumerate(frames.unbind(dim=1))
            ],
            dim=1,
        )

    def _flow(self, reference: Tensor, neighbour: Tensor, like: Tensor) -> Tensor:
        """Flow in pixels of the full size, (N, 2, H, W) as `like` has them."""
        flow = self.spynet(reference, neighbour)
        height, width = like.shape[-2:]
        enlarged = F.interpolate(flow, scale_factor=GRID, mode="bilinear", align_corners=False)
        return GRID * enlarged[..., :height, :width]
