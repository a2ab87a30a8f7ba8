"""Runs one network on RGB: colour, frames, padding, precision, memory layout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from srstudio.engine.edges import repeat_edges
from srstudio.engine.squares import in_squares
from srstudio.engine.tiling import round_up
from srstudio_models.layers.color import rgb_to_ycbcr, ycbcr_to_rgb
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import LoadedModel
from srstudio_models.spec import Descriptor

_FLAT = 4 / 255
# Up to so many values PyTorch convolves a single input on a CPU by another algorithm, whose
# rounding differs by some 1e-6: a small tile would not equal its part of a large picture. Two
# inputs at once always go the usual way.
_SMALL_INPUT = 20_480


class BadOutput(Exception):  # noqa: N818 - a question to the caller, not an error yet
    """The network gave NaN, infinity, or one single value for a picture that varies."""


@dataclass(frozen=True, slots=True)
class Step:
    """One network of a model, ready to run.

    Attributes:
        model: The network, in `dtype`.
        descriptor: How it may be fed.
        scale: Its factor; a fraction resamples.
        dtype: The type it computes in.
    """

    model: LoadedModel
    descriptor: Descriptor
    scale: int | Fraction
    dtype: torch.dtype

    def __call__(self, x: Tensor) -> Tensor:
        """RGB in, RGB out.

        Luma networks get BT.601 Y; the chroma is enlarged by MATLAB's bicubic beside it. Networks
        that see several frames get a picture as a clip that stands still.

        Args:
            x: (N, 3, H, W), or (N, T, 3, H, W) for a network that sees several frames; float32
                in [0, 1].

        Returns:
            (N, 3, scale * H, scale * W), or (N, T, 3, ...) from a recurrent network that was
            given a clip; float32, not clamped.

        Raises:
            BadOutput: if it is not finite, or flat where the input is not.
        """
        # TF32 would make a float32 network on CUDA differ from itself on a CPU by 1e-3.
        tf32 = self.dtype != torch.float32
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=tf32):
            y = self._coloured(self._as_clip(x))
        return y[:, 0] if y.ndim > x.ndim else y

    def _as_clip(self, x: Tensor) -> Tensor:
        if self.descriptor.frames == "single" or x.ndim == 5:
            return x
        return x[:, None].expand(-1, self.descriptor.window, -1, -1, -1)

    def _coloured(self, x: Tensor) -> Tensor:
        """The colour that the network wants in, RGB out."""
        if self.descriptor.colour == "rgb":
            return self._checked(x)
        ycbcr = rgb_to_ycbcr(x)
        luma = self._checked(ycbcr[..., :1, :, :])
        chroma = imresize(self._answered(ycbcr)[..., 1:, :, :], float(self.scale), "bicubic")
        return ycbcr_to_rgb(torch.cat((luma, chroma), dim=-3))

    def _answered(self, x: Tensor) -> Tensor:
        """The part of the input that the output is of: the middle frame of a window."""
        return x[:, x.shape[1] // 2] if self.descriptor.frames == "sliding" else x

    def _checked(self, x: Tensor) -> Tensor:
        y = self._fitted(x.to(self.dtype)).float()
        low, high = torch.aminmax(y)
        if not torch.isfinite(high - low):
            raise BadOutput("NaN or infinity")
        if low == high:
            darkest, brightest = torch.aminmax(self._answered(x))
            if brightest - darkest > _FLAT:
                raise BadOutput("a single flat colour")
        return y

    def _fitted(self, x: Tensor) -> Tensor:
        """Run at a size that the network takes; what was added is cut off after."""
        descriptor = self.descriptor
        if descriptor.tiling == "fixed":
            margin = descriptor.receptive_radius
            return in_squares(self._forward, x, descriptor.side, margin)
        height, width = x.shape[-2:]
        multiple = descriptor.size_multiple
        y = self._forward(repeat_edges(x, round_up(height, multiple), round_up(width, multiple)))
        return y[..., : math.ceil(height * self.scale), : math.ceil(width * self.scale)]

    def _forward(self, x: Tensor) -> Tensor:
        """The network itself; the pictures lie in memory with the channels last."""
        count = len(x)
        if count == 1 and self._rounds_otherwise(x):
            x = torch.cat((x, x))
        pictures = x.flatten(0, -4).contiguous(memory_format=torch.channels_last)
        factor = self.scale if isinstance(self.scale, int) else float(self.scale)
        return self.model(pictures.view(x.shape), factor)[:count]

    def _rounds_otherwise(self, x: Tensor) -> bool:
        """Whether a single tile would not equal, to the last bit, its part of a large picture."""
        small = x.device.type == "cpu" and math.prod(x.shape[-3:]) <= _SMALL_INPUT
        return small and self.descriptor.tiling == "exact"


def run_steps(steps: Sequence[Step], x: Tensor) -> Tensor:
    """Networks one after the other, on values clamped to [0, 1] between; shapes as of `Step`."""
    for step in steps[:-1]:
        x = step(x).clamp(0.0, 1.0)
    return steps[-1](x)
