"""Networks for single pictures: resampling, the early ones, and the EDSR family."""

from __future__ import annotations

from typing import Any

from srstudio_models.network import USUAL_SCALES, Network, arch
from srstudio_models.spec import Descriptor


def _describe_fsrcnn(scale: int, m: int = 4, **_: Any) -> Descriptor:
    # 5x5 and m times 3x3, then the 9x9 transposed convolution: it reaches 4 output pixels to
    # each side of the scale x scale block that an input pixel stands for.
    radius = 2 + m + (4 + scale - 1) // scale
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=radius)


def _beyond_bicubic(radius: int) -> int:
    """LR pixels that `radius` HR pixels on the bicubically enlarged picture reach, at x2."""
    return radius // 2 + 2


def _describe_srcnn(middle: int = 5) -> Descriptor:
    radius = _beyond_bicubic(4 + middle // 2 + 2)
    return Descriptor(scales=USUAL_SCALES, takes_scale=True, colour="luma", receptive_radius=radius)


def _describe_espcn(scale: int) -> Descriptor:
    return Descriptor(scales=(scale,), colour="luma", receptive_radius=2 + 1 + 1)


def _describe_vdsr(depth: int = 20, **_: Any) -> Descriptor:
    radius = _beyond_bicubic(depth)
    return Descriptor(scales=USUAL_SCALES, takes_scale=True, colour="luma", receptive_radius=radius)


def _describe_srresnet(scale: int = 4, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 4 + 2 * blocks + 1 + _enlargement_reach(scale, 4)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _describe_edsr(scale: int, blocks: int = 16, **_: Any) -> Descriptor:
    radius = 1 + 2 * blocks + 1 + _enlargement_reach(scale, 1)
    return Descriptor(scales=(scale,), receptive_radius=radius)


def _describe_mdsr(blocks: int = 16, **_: Any) -> Descriptor:
    radius = 1 + 8 + 2 * blocks + 1 + max(_enlargement_reach(s, 1) for s in USUAL_SCALES)
    return Descriptor(scales=USUAL_SCALES, takes_scale=True, receptive_radius=radius)


def _enlargement_reach(scale: int, tail: int) -> int:
    """Input pixels that 3x3 sub-pixel convolutions and a last one of radius `tail` reach.

    x4 is two steps of x2: the second sees a pixel more, on the grid between.
    """
    if scale == 4:
        return 1 + (1 + (tail + 1) // 2 + 1) // 2
    return 1 + (tail + scale - 1) // scale


ANY_SCALE = tuple(range(1, 65))
_KERNEL_RADIUS = {"nearest": 0, "bicubic": 2, "lanczos": 3}


def _describe_resample(kernel: str) -> Descriptor:
    radius = _KERNEL_RADIUS[kernel]
    return Descriptor(scales=ANY_SCALE, takes_scale=True, receptive_radius=radius, half_safe=False)


_EDSR = {"blocks": 32, "channels": 256, "factor": 0.1}

NETWORKS = [
    Network("raw", "Raw", arch("raw", "Resample"), _describe_resample, trainable=False),
    Network(
        "fsrcnn",
        "FSRCNN",
        arch("fsrcnn", "FSRCNN"),
        _describe_fsrcnn,
        defaults={"d": 56, "s": 12, "m": 4},
    ),
    Network(
        "fsrcnn-s",
        "FSRCNN-s",
        arch("fsrcnn", "FSRCNN"),
        _describe_fsrcnn,
        defaults={"d": 32, "s": 5, "m": 1},
    ),
    Network("srcnn", "SRCNN 9-5-5", arch("srcnn", "SRCNN"), _describe_srcnn, {"middle": 5}),
    Network("srcnn-915", "SRCNN 9-1-5", arch("srcnn", "SRCNN"), _describe_srcnn, {"middle": 1}),
    Network("espcn", "ESPCN", arch("espcn", "ESPCN"), _describe_espcn),
    Network("vdsr", "VDSR", arch("vdsr", "VDSR"), _describe_vdsr),
    Network("srresnet", "SRResNet", arch("srresnet", "SRResNet"), _describe_srresnet),
    Network("edsr-baseline", "EDSR baseline", arch("edsr", "EDSR"), _describe_edsr),
    Network("edsr", "EDSR", arch("edsr", "EDSR"), _describe_edsr, _EDSR),
    Network("mdsr-baseline", "MDSR baseline", arch("edsr", "MDSR"), _describe_mdsr),
    Network("mdsr", "MDSR", arch("edsr", "MDSR"), _describe_mdsr, {"blocks": 80}),
]
