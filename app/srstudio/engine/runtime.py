"""Runs a network on pixels: colour, padding, precision, memory layout."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from srstudio.core.frame import FloatPixels
from srstudio.engine import device as devices
from srstudio.engine.device import Device
from srstudio.engine.tiling import round_up
from srstudio_models.layers.color import rgb_to_ycbcr, ycbcr_to_rgb
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import LoadedModel, load
from srstudio_models.spec import ModelSpec

Precision = Literal["exact", "fast"]

_KEPT_MODELS = 4
_FLAT = 4 / 255
# Up to so many values PyTorch convolves a single input on a CPU by another algorithm, whose
# rounding differs by some 1e-6: a small tile would not equal its part of a large picture. Two
# inputs at once always go the usual way.
_SMALL_INPUT = 20_480
_OUT_OF_MEMORY = re.compile(
    "out of memory|can't allocate memory|not enough memory|ALLOC_FAILED", re.IGNORECASE
)


class TooBig(Exception):  # noqa: N818 - a question to the caller, not an error yet
    """The device has not enough memory for so many pixels."""


class BadOutput(Exception):  # noqa: N818 - a question to the caller, not an error yet
    """The network gave NaN, infinity, or one single value for a picture that varies."""


class Runtime:
    """One device, with the models that were used last.

    Args:
        device: Where networks run.
        precision: `exact` is float32; `fast` is float16 on CUDA and bfloat16 on CPUs that have
            it, for models that allow it.
        loader: Gives a model for a spec and a device id.
    """

    def __init__(
        self,
        device: Device,
        precision: Precision = "exact",
        loader: Callable[[ModelSpec, str], LoadedModel] = load,
    ) -> None:
        devices.tune_allocator()
        self.device = device
        self.precision = precision
        self._loader = loader
        self._models: OrderedDict[tuple[str, str | None, torch.dtype], LoadedModel] = OrderedDict()

    def dtype(self, spec: ModelSpec, *, exact: bool = False) -> torch.dtype:
        """The type a model computes in here."""
        if exact or self.precision != "fast" or not spec.descriptor.half_safe:
            return torch.float32
        if self.device.kind == "cuda":
            return torch.float16
        return torch.bfloat16 if devices.native_bf16(self.device) else torch.float32

    def loaded(self, spec: ModelSpec) -> bool:
        """Whether `run` can begin without reading the model first."""
        return _key(spec, self.dtype(spec)) in self._models

    def run(
        self, spec: ModelSpec, pixels: FloatPixels, scale: int, *, exact: bool = False
    ) -> FloatPixels:
        """Super-resolve pixels.

        Luma networks get BT.601 Y; the chroma is enlarged by MATLAB's bicubic beside it.

        Args:
            spec: The model.
            pixels: `height x width x 3` RGB in [0, 1].
            scale: One of the model's scales.
            exact: Compute in float32 whatever the precision of the runtime.

        Returns:
            `scale * height x scale * width x 3` RGB, not clamped.

        Raises:
            TooBig: if the device ran out of memory; what was cached on it is freed.
            BadOutput: if the result is not a picture.
            ModelFileError: if the weights cannot be read.
        """
        dtype = self.dtype(spec, exact=exact)
        try:
            return self._infer(self._model(spec, dtype), pixels, scale, dtype)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            reason = str(error)
        # Not in the handler: there the traceback would still keep the tensors alive.
        devices.return_memory(self.device)
        raise TooBig(reason)

    def forget(self) -> None:
        """Drop the loaded models and give their memory back."""
        self._models.clear()
        devices.return_memory(self.device)

    def _infer(
        self, model: LoadedModel, pixels: FloatPixels, scale: int, dtype: torch.dtype
    ) -> FloatPixels:
        # TF32 would make a float32 network on CUDA differ from itself on a CPU by 1e-3.
        tf32 = dtype != torch.float32
        with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=tf32):
            x = torch.tensor(np.ascontiguousarray(pixels), device=self.device.id)
            y = _coloured(model, x.permute(2, 0, 1)[None], scale, dtype)
            result: FloatPixels = y[0].permute(1, 2, 0).cpu().numpy()
            return result

    def _model(self, spec: ModelSpec, dtype: torch.dtype) -> LoadedModel:
        key = _key(spec, dtype)
        if key not in self._models:
            model = self._loader(spec, self.device.id)
            model.module.to(dtype=dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._models[key] = model
            while len(self._models) > _KEPT_MODELS:
                self._models.popitem(last=False)
        self._models.move_to_end(key)
        return self._models[key]


def _key(spec: ModelSpec, dtype: torch.dtype) -> tuple[str, str | None, torch.dtype]:
    return spec.id, spec.sha256 or spec.file, dtype


def _is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    known = (torch.OutOfMemoryError, MemoryError)
    return isinstance(error, known) or _OUT_OF_MEMORY.search(str(error)) is not None


def _coloured(model: LoadedModel, x: Tensor, scale: int, dtype: torch.dtype) -> Tensor:
    """The colour that the model wants in, RGB out; `x` is (1, 3, H, W) float32."""
    if model.spec.descriptor.colour == "rgb":
        return _checked(model, x, scale, dtype)
    ycbcr = rgb_to_ycbcr(x)
    luma = _checked(model, ycbcr[:, :1], scale, dtype)
    chroma = imresize(ycbcr[:, 1:], scale, "bicubic")
    return ycbcr_to_rgb(torch.cat((luma, chroma), dim=1))


def _checked(model: LoadedModel, x: Tensor, scale: int, dtype: torch.dtype) -> Tensor:
    """The network's output in float32.

    Raises:
        BadOutput: if it is not finite, or flat where the input is not.
    """
    y = _padded(model, x.to(dtype), scale).float()
    low, high = torch.aminmax(y)
    if not torch.isfinite(high - low):
        raise BadOutput("NaN or infinity")
    if low == high:
        darkest, brightest = torch.aminmax(x)
        if brightest - darkest > _FLAT:
            raise BadOutput("a single flat colour")
    return y


def _padded(model: LoadedModel, x: Tensor, scale: int) -> Tensor:
    """Run at the next size that the network takes; the edge is repeated, and cut off after.

    Repeating (unlike mirroring) needs no more than the last row, so a tile at the border is
    padded exactly as the whole picture is.
    """
    height, width = x.shape[-2:]
    multiple = model.spec.descriptor.size_multiple
    right, bottom = round_up(width, multiple) - width, round_up(height, multiple) - height
    if right or bottom:
        x = F.pad(x, (0, right, 0, bottom), mode="replicate")
    if x.device.type == "cpu" and x.numel() <= _SMALL_INPUT:
        x = x.repeat(2, 1, 1, 1)
    y = model(x.contiguous(memory_format=torch.channels_last), scale)
    return y[:1, :, : height * scale, : width * scale]
