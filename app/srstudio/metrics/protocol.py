"""Which channel, which crop: the conventions a metric is measured by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["Y", "RGB"]


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

    @property
    def sentence(self) -> str:
        """The convention, as written beside every number."""
        return f"{self.channel}, crop {self.crop} px, SSIM 11x11 Gaussian"
