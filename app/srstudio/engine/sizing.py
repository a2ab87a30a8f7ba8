"""How large tiles and segments may be: quick to stop, and within the memory there is."""

from __future__ import annotations

import math
from fractions import Fraction

from srstudio.core.errors import ModelError
from srstudio.core.frame import Frame
from srstudio.engine.device import Device, free_main_memory, free_memory
from srstudio.engine.tiling import round_up
from srstudio.engine.transparency import FLAT_RADIUS
from srstudio_models.spec import Descriptor, ModelSpec

SMALLEST_TILE = 16
_LARGEST_TILE = {"cpu": 256, "mps": 512, "cuda": 1024}
# Multiply-adds a tile may cost so that it takes a fraction of a second.
_TILE_WORK = {"cpu": 10e9, "mps": 100e9, "cuda": 1000e9}
# Activations a pixel of the input needs in a large network (64 channels, x4), generously.
_BYTES_A_PIXEL = 16_384
# What a further frame adds for each: 64 features, and the result a few times over.
_BYTES_OF_FEATURES = 256
_BYTES_OF_RESULT = 48


def overlap_for(descriptor: Descriptor) -> int:
    """Pixels around a tile so that it equals the same part of the whole picture."""
    return round_up(max(descriptor.receptive_radius, FLAT_RADIUS), descriptor.size_multiple)


def tile_for(
    spec: ModelSpec, scale: int, size: tuple[int, int], device: Device, frames: int = 1
) -> int:
    """The side of the tiles in which a model goes over a picture of a size, or a clip of it."""
    whole = max(size)
    if spec.descriptor.tiling == "none":
        return whole
    free = free_memory(device)
    if spec.descriptor.tiling == "close":
        pixels = _pixels_that_fit(spec, scale, free, frames)
        side = whole if size[0] * size[1] <= pixels else _rounded(math.sqrt(pixels))
    else:
        side = tile_side(spec, scale, device, free, frames)
    squares = (stage.spec.descriptor.side for stage in spec.stages)
    return max(side, 4 * overlap_for(spec.descriptor), *squares)


def tile_side(spec: ModelSpec, scale: int, device: Device, free: int, frames: int = 1) -> int:
    """A side that is quick enough to be stopped at any time and fits in half the free memory."""
    by_work = _TILE_WORK[device.kind] / max(spec.work * frames, 1)
    by_memory = _pixels_that_fit(spec, scale, free, frames)
    return _rounded(min(_LARGEST_TILE[device.kind], math.sqrt(min(by_work, by_memory))))


def segment_length(pixels: int, scale: int, memory: int) -> int:
    """How many frames of so many pixels a clip may have within so many bytes."""
    return memory // (pixels * _bytes_a_frame(scale))


def check_memory(frame: Frame, scale: int, depth: int, frames: int = 1) -> None:
    """Say at once what would otherwise fail late.

    Raises:
        ModelError: if the result is larger than free memory.
    """
    channels = 3 if frame.alpha is None else 4
    values = frame.width * frame.height * scale * scale * channels * frames
    needed, available = values * (depth // 8), free_main_memory()
    if needed > available:
        raise ModelError(
            f"the result would be {frame.width * scale} x {frame.height * scale} pixels and need "
            f"{needed / 2**30:.1f} GiB, of which {available / 2**30:.1f} GiB are free",
            "choose a smaller scale or a part of the picture",
        )


def _rounded(side: float) -> int:
    return max(int(side) // 16 * 16, SMALLEST_TILE)


def _pixels_that_fit(spec: ModelSpec, scale: int, free: int, frames: int) -> float:
    most, grown = float(_BYTES_A_PIXEL), Fraction(1)
    for stage in spec.stages:
        most = max(most, _BYTES_A_PIXEL * float(grown * grown))
        grown *= stage.scale
    seen = max(frames, spec.descriptor.window)
    return free / 2 / ((most + seen * _bytes_a_frame(scale)) * (8 if spec.ensemble else 1))


def _bytes_a_frame(scale: int) -> int:
    return _BYTES_OF_FEATURES + _BYTES_OF_RESULT * scale * scale
