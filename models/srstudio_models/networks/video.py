"""Networks that super-resolve a clip: recurrent ones, aligned windows, the VSR-Transformer."""

from __future__ import annotations

from functools import partial
from typing import Any

from srstudio_models.network import Network, arch
from srstudio_models.spec import Descriptor


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


_VSRT_SMALL = {
    "depth": 1,
    "channels": 24,
    "extraction": 2,
    "blocks": 3,
    "reconstruction": 5,
    "flow_channels": 8,
}

NETWORKS: list[Network] = [
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
