"""Networks that super-resolve a clip: recurrent ones, aligned windows, the VSR-Transformer."""

from __future__ import annotations

from functools import partial
from typing import Any

from srstudio_models.network import Network, arch
from srstudio_models.spec import Descriptor

# Flow and offsets reach anywhere, and features travel on from frame to frame; but what is far
# away hardly matters.
_FAR_ENOUGH = 32


def _describe_recurrent(**_: Any) -> Descriptor:
    return Descriptor(scales=(4,), frames="recurrent", receptive_radius=_FAR_ENOUGH, tiling="close")


def _describe_edvr(frames: int = 5, **_: Any) -> Descriptor:
    return Descriptor(
        scales=(4,),
        frames="sliding",
        window=frames,
        edges="circle",
        receptive_radius=_FAR_ENOUGH,
        tiling="close",
    )


def _describe_vsrt(part: int, frames: int = 5, side: int = 64, **_: Any) -> Descriptor:
    # Attention reaches everywhere in a tile; a `part` of its side is dropped at each border.
    return Descriptor(
        scales=(4,),
        frames="sliding",
        window=frames,
        edges="circle",
        size_multiple=side,
        receptive_radius=side // part,
        tiling="fixed",
        side=side,
    )


# An eighth of BasicVSR's operations: as the enlargement and SPyNet would cost more than ten blocks
# of 32 channels do, the one has 32 channels at the full size too, the other a quarter of its width.
_BASICVSR_SMALL = {"channels": 32, "blocks": 10, "flow_channels": 8}
# Tiles of 40 pixels: clips of 160 are enough to learn from.
_VSRT_SMALL = {
    "depth": 1,
    "channels": 24,
    "side": 40,
    "extraction": 2,
    "blocks": 3,
    "reconstruction": 5,
    "flow_channels": 8,
}

NETWORKS: list[Network] = [
    Network("basicvsr", "BasicVSR", arch("basicvsr", "BasicVSR"), _describe_recurrent),
    Network(
        "basicvsr-small",
        "BasicVSR, small",
        arch("basicvsr", "BasicVSR"),
        _describe_recurrent,
        _BASICVSR_SMALL,
    ),
    Network("iconvsr", "IconVSR", arch("basicvsr", "IconVSR"), _describe_recurrent),
    Network("edvr-m", "EDVR-M", arch("edvr", "EDVR"), _describe_edvr),
    Network(
        "edvr-l",
        "EDVR-L",
        arch("edvr", "EDVR"),
        _describe_edvr,
        {"channels": 128, "blocks": 40},
    ),
    Network(
        "vsrt",
        "VSR-Transformer",
        arch("vsrt", "VSRT"),
        partial(_describe_vsrt, 4),
        {"frames": 5, "depth": 5},
    ),
    Network(
        "vsrt-7",
        "VSR-Transformer, 7 frames",
        arch("vsrt", "VSRT"),
        partial(_describe_vsrt, 4),
        {"frames": 7, "depth": 7},
    ),
    Network(
        "vsrt-small",
        "VSR-Transformer, small",
        arch("vsrt", "VSRT"),
        partial(_describe_vsrt, 8),
        _VSRT_SMALL,
    ),
]
