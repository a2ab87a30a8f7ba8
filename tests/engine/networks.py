"""Tiny networks of every kind, and engines that run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio.core.frame import FloatPixels, Frame
from srstudio.engine.canvas import Canvas
from srstudio.engine.device import Device
from srstudio.engine.runtime import Precision, Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio_models.chains import two_step
from srstudio_models.loader import LoadedModel, load
from srstudio_models.spec import Descriptor, Edges, ModelSpec

CPU = Device("cpu", "CPU - test", "cpu", 1 << 30)
Hook = Callable[[Tensor], None]


class Shelf:
    """Models by the name of their network; those of the catalogue besides."""

    def __init__(self) -> None:
        self.modules: dict[str, nn.Module] = {}
        self.loads: list[str] = []

    def add(self, name: str, module: nn.Module, scale: int, **descriptor: Any) -> ModelSpec:
        self.modules[name] = module.eval()
        described = Descriptor(scales=(scale,), **descriptor)
        return ModelSpec(name, name, f"{name.title()} x{scale}", described, parameters=100)

    def load(self, spec: ModelSpec, device: str) -> LoadedModel:
        self.loads.append(spec.id)
        if spec.network not in self.modules:
            return load(spec, device)
        return LoadedModel(spec, self.modules[spec.network])

    def upscaler(self, precision: Precision = "exact") -> Upscaler:
        return Upscaler(Runtime(CPU, precision, self.load))


class Conv(nn.Module):
    """A 3x3 convolution and sub-pixels: reaches one pixel; told of every input."""

    def __init__(self, scale: int, channels: int = 3, hook: Hook = lambda _: None) -> None:
        super().__init__()
        self.scale, self.hook = scale, hook
        self.conv = nn.Conv2d(channels, channels * scale * scale, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        self.hook(x)
        return F.pixel_shuffle(self.conv(x), self.scale)


class Sliding(nn.Module):
    """The same of all frames of a window together."""

    def __init__(
        self, scale: int, window: int, channels: int = 3, hook: Hook = lambda _: None
    ) -> None:
        super().__init__()
        self.scale, self.hook = scale, hook
        self.conv = nn.Conv2d(window * channels, channels * scale * scale, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        self.hook(x)
        return F.pixel_shuffle(self.conv(x.flatten(1, 2)), self.scale)


class Recurrent(nn.Module):
    """Each frame with those up to `memory` before and after it: pixel by pixel, enlarged."""

    def __init__(self, scale: int, memory: int, hook: Hook = lambda _: None) -> None:
        super().__init__()
        self.scale, self.memory, self.hook = scale, memory, hook

    def forward(self, x: Tensor) -> Tensor:
        self.hook(x)
        total = x.clone()
        for step in range(1, self.memory + 1):
            total[:, step:] += x[:, :-step] * 0.4**step
            total[:, :-step] += x[:, step:] * 0.3**step
        y = total * 0.4
        return y.repeat_interleave(self.scale, -1).repeat_interleave(self.scale, -2)


def sliding(shelf: Shelf, window: int = 5, edges: Edges = "mirror", **more: Any) -> ModelSpec:
    network = Sliding(2, window)
    return shelf.add(
        "window",
        network,
        2,
        frames="sliding",
        window=window,
        edges=edges,
        receptive_radius=1,
        **more,
    )


def refine(shelf: Shelf, hook: Hook = lambda _: None) -> ModelSpec:
    """A two-step pipeline; `hook` sees what step 1 is given."""
    step_1 = shelf.add("first", Conv(2, hook=hook), 2, receptive_radius=1)
    step_2 = shelf.add("second", Sliding(1, 3), 1, frames="sliding", window=3, receptive_radius=1)
    return two_step(step_1, step_2)


def recurrent(shelf: Shelf, memory: int, scale: int = 2, **more: Any) -> ModelSpec:
    return shelf.add("clip", Recurrent(scale, memory), scale, frames="recurrent", **more)


def picture(width: int, height: int, seed: int = 0, dtype: str = "uint8") -> Frame:
    rng = np.random.default_rng(seed)
    if dtype == "float32":
        return Frame(rng.random((height, width, 3), np.float32))
    top = np.iinfo(dtype).max
    return Frame(rng.integers(0, top + 1, (height, width, 3)).astype(dtype))


def with_alpha(frame: Frame, seed: int = 1) -> Frame:
    rng = np.random.default_rng(seed)
    top = 1.0 if frame.pixels.dtype == np.float32 else np.iinfo(frame.pixels.dtype).max
    alpha = (rng.integers(0, 5, frame.pixels.shape[:2]) / 4 * top).astype(frame.pixels.dtype)
    return frame.with_pixels(frame.pixels, alpha)


def floats(
    upscaler: Upscaler, frame: Frame, spec: ModelSpec, scale: int, tile: int | None
) -> FloatPixels:
    """The result before quantisation, put together from tiles: colour, and alpha if any."""
    return canvas_floats(upscaler, upscaler.canvas(frame, spec, scale, tile))


def canvas_floats(upscaler: Upscaler, canvas: Canvas) -> FloatPixels:
    """The same for a canvas of any kind."""
    channels = 3 if canvas.alpha is None else 4
    result = np.full((*canvas.pixels.shape[:-1], channels), np.nan, np.float32)
    for each in canvas.pending:
        colour, alpha = upscaler.tile_output(canvas, each)
        parts = [colour] if alpha is None else [colour, alpha[..., None]]
        region, inner = each.output(canvas.scale)
        values = np.concatenate(parts, axis=-1)[(..., *inner.slices, slice(None))]
        result[(..., *region.slices, slice(None))] = values
    return result


def tensor(pixels: FloatPixels) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(pixels, -1, -3)))[None]


def array(x: Tensor) -> FloatPixels:
    result: FloatPixels = np.moveaxis(x[0].detach().numpy(), -3, -1)
    return result
