"""Times the engine against a bare PyTorch loop over the same network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial

import numpy as np
import torch
from torch import Tensor

from srstudio.core.bench import BenchRow, Ways, compare_ways
from srstudio.core.frame import Frame
from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime, stages_of
from srstudio.engine.squares import in_squares
from srstudio.engine.upscaler import Upscaler
from srstudio_models.loader import load
from srstudio_models.spec import Descriptor, ModelSpec, Stage

REFERENCE = "bare torch"
SIZES = ((256, 256), (960, 540))


def inference_benchmark(
    specs: Iterable[ModelSpec],
    device: Device,
    sizes: Sequence[tuple[int, int]] = SIZES,
    repeats: int = 5,
) -> list[BenchRow]:
    """How fast whole pictures go through each model, in the smallest scale above 1 it makes.

    The reference is the network alone on a float tensor that is already on the device (of a
    chain each network on its own; what sees several frames gets as many). The
    engine's ways begin and end with an 8-bit picture, colour conversion included: `engine whole`
    in one tile, `engine tiled` as it chooses to, `engine fast` in half precision besides.

    Args:
        specs: The models.
        device: Where to run.
        sizes: Width and height of the low-resolution pictures.
        repeats: Rounds, of which the median counts.
    """
    exact, fast = Upscaler(Runtime(device)), Upscaler(Runtime(device, "fast"))
    rows: list[BenchRow] = []
    for spec in specs:
        scale = timed_scale(spec)
        for width, height in sizes:
            ways = _ways(spec, scale, _picture(width, height), exact, fast)
            rows += compare_ways(f"{spec.id} {width}x{height}", ways, REFERENCE, repeats)
    return rows


def timed_scale(spec: ModelSpec) -> int:
    """The smallest scale above 1 of a model; 1 if that is all it makes."""
    return min(scale for scale in spec.scales if scale > 1 or len(spec.scales) == 1)


def _ways(spec: ModelSpec, scale: int, frame: Frame, exact: Upscaler, fast: Upscaler) -> Ways:
    whole = max(frame.size)
    return {
        REFERENCE: bare_loop(spec, scale, frame, exact.runtime.device),
        "engine whole": lambda: exact.upscale(frame, spec, scale, tile=whole),
        "engine tiled": lambda: exact.upscale(frame, spec, scale),
        "engine fast": lambda: fast.upscale(frame, spec, scale),
    }


def bare_loop(spec: ModelSpec, scale: int, frame: Frame, device: Device) -> Callable[[], object]:
    """The loop that people write: networks, tensors, and nothing around them."""
    calls, grown = [], Fraction(1)
    for stage in stages_of(spec, scale):
        size = math.ceil(frame.height * grown), math.ceil(frame.width * grown)
        x = torch.rand(8 if spec.ensemble else 1, *_input_of(stage.spec.descriptor, size))
        calls.append(_call(stage, x.to(device.id), device))
        grown *= stage.scale

    def run() -> object:
        with torch.inference_mode():
            return [call().cpu() for call in calls]

    return run


def _call(stage: Stage, x: Tensor, device: Device) -> Callable[[], Tensor]:
    model, descriptor = load(stage.spec, device.id), stage.spec.descriptor
    factor = stage.scale if isinstance(stage.scale, int) else float(stage.scale)
    run = partial(model, scale=factor)
    if descriptor.tiling == "fixed":
        return partial(in_squares, run, x, descriptor.side, descriptor.receptive_radius)
    return partial(run, x)


def _input_of(descriptor: Descriptor, size: tuple[int, int]) -> tuple[int, ...]:
    """Shape without the batch, of as many frames as the network sees at once."""
    picture = (1 if descriptor.colour == "luma" else 3, *size)
    return picture if descriptor.frames == "single" else (descriptor.window, *picture)


def _picture(width: int, height: int) -> Frame:
    rng = np.random.default_rng(1)
    return Frame(rng.integers(0, 256, (height, width, 3)).astype(np.uint8))
