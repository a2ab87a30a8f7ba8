"""Networks that refine what another (step 1) has super-resolved: those of the 2D3D slides."""

from __future__ import annotations

from typing import Any

from srstudio_models.network import Network, arch
from srstudio_models.spec import Descriptor, Tiling

# Side of the blocks of pixels that the networks fold into channels.
_GRID = 4
# Flow reaches anywhere, but what moves further between frames hardly matters.
_FARTHEST_MOTION = 64


def _describe(layers: int, motion: int = 0, tiling: Tiling = "exact") -> Descriptor:
    """Of a network of that many 3x3 convolutions in a row, on the grid."""
    return Descriptor(
        scales=(1,),
        colour="luma",
        frames="sliding",
        window=5,
        size_multiple=_GRID,
        # The last pixel of a block sees that many blocks before its own, and the rest of its own.
        receptive_radius=_GRID * layers + _GRID - 1 + motion,
        tiling=tiling,
    )


def _describe_previous() -> Descriptor:
    return _describe(layers=3 + 4)


def _layers(blocks: int) -> int:
    """Stack, state through five frames, two passes in 3D, entry, residual blocks, last layer."""
    return 2 + 4 + 2 + 1 + 2 * blocks + 1


def _describe_delta(blocks: int = 2, **_: Any) -> Descriptor:
    return _describe(_layers(blocks))


def _describe_five_parallel(blocks: int = 4, **_: Any) -> Descriptor:
    return _describe(_layers(blocks))


def _describe_flow(blocks: int = 4, **_: Any) -> Descriptor:
    return _describe(_layers(blocks), _FARTHEST_MOTION, "close")


NETWORKS: list[Network] = [
    Network("previous", "Previous", arch("previous", "Previous"), _describe_previous),
    Network("delta", "Delta", arch("recurrent_2d3d", "Delta"), _describe_delta),
    Network(
        "5-parallel", "5-parallel", arch("recurrent_2d3d", "FiveParallel"), _describe_five_parallel
    ),
    Network("flow-2d3d", "2D + optical flow + 2D3D", arch("flow_2d3d", "Flow2D3D"), _describe_flow),
]
