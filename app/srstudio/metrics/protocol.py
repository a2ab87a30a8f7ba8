"""Which channel, which crop: the conventions a metric is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import Pixels, peak
from srstudio.core.regions import Region

Channel = Literal["Y", "RGB"]
FloatPlanes = NDArray[np.float64]

_LUMA = np.array([[65.481, 128.553, 24.966]])
_BLACK = 16.0


@dataclass(frozen=True, slots=True)
class Protocol:
    """A convention for PSNR and SSIM.

    Attributes:
        channel: `Y`: BT.601 studio-range luma of the 8-bit picture; `RGB`: all three channels
            (SSIM: mean of the channels').
        crop: Border pixels left out on every side.
    """

    channel: Channel = "Y"
    crop: int = 0

    @classmethod
    def paper(cls, scale: int) -> Protocol:
        """What papers on super-resolution report: Y, with `scale` pixels cropped."""
        return cls("Y", scale)

    @classmethod
    def clips(cls) -> Protocol:
        """What papers on the super-resolution of videos report: Y, nothing cropped."""
        return cls("Y", 0)

    @classmethod
    def rgb(cls, scale: int = 0) -> Protocol:
        """All three channels, with `scale` pixels cropped (none unless asked for)."""
        return cls("RGB", scale)

    @property
    def sentence(self) -> str:
        """The convention, as written beside every number."""
        return f"{self.channel}, crop {self.crop} px, SSIM 11x11 Gaussian"

    def inner(self, width: int, height: int) -> Region:
        """The part of a `width x height` picture inside the cropped border; may be empty."""
        whole = Region.whole(width, height)
        return Region(
            self.crop, self.crop, width - 2 * self.crop, height - 2 * self.crop
        ).intersect(whole)


def luma(pixels: Pixels) -> FloatPlanes:
    """Studio-range luma Y of ITU-R BT.601, as papers on super-resolution measure it.

    `Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255` for R, G, B on the 0..255 scale: black is
    16, white 235. Y is not rounded; MATLAB's `rgb2ycbcr` rounds it for `uint8` pictures, which
    lowers PSNR by up to about 0.03 dB.

    Args:
        pixels: `height x width x 3`, RGB, of one of the types of the data contract.

    Returns:
        `height x width`, on the 0..255 scale.
    """
    if pixels.size == 0:
        return np.zeros(pixels.shape[:2])
    weights = np.append(_LUMA / peak(pixels), [[_BLACK]], axis=1)
    return cast(FloatPlanes, cv2.transform(pixels.astype(np.float64), weights))


def channels(pixels: Pixels, protocol: Protocol, gray: bool = False) -> FloatPlanes:
    """The planes that `protocol` measures, cropped.

    Args:
        pixels: `height x width x 3`, RGB, of one of the types of the data contract.
        protocol: The channel and the border to leave out.
        gray: The picture has a single channel (R = G = B). As in the published evaluations, the
            `Y` of such a picture is that channel itself, without a change of range.

    Returns:
        `height x width x 1` (`Y`) or `x 3` (`RGB`) on the 0..255 scale, without the border; of
        height or width 0 where the picture is no larger than its border.
    """
    inside = pixels[protocol.inner(pixels.shape[1], pixels.shape[0]).slices]
    if protocol.channel == "Y" and not gray:
        return luma(inside)[..., np.newaxis]
    planes = inside[..., :1] if protocol.channel == "Y" else inside
    return planes.astype(np.float64) * (255.0 / peak(pixels))
