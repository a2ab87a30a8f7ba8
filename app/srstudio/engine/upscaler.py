"""Super-resolves whole pictures tile by tile, and deals with memory and precision on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from srstudio.core.errors import ModelError
from srstudio.core.frame import FloatPixels, Frame, to_float
from srstudio.core.progress import Progress
from srstudio.core.regions import Region
from srstudio.engine.canvas import Canvas
from srstudio.engine.device import Device, free_main_memory, free_memory
from srstudio.engine.runtime import BadOutput, Runtime, TooBig
from srstudio.engine.tiling import Tile, round_up
from srstudio.engine.transparency import FLAT_RADIUS, fill_hidden, keep_flat
from srstudio_models.spec import Descriptor, ModelSpec, scales_text

_SMALLEST_TILE = 16
_LARGEST_TILE = {"cpu": 256, "mps": 512, "cuda": 1024}
# Multiply-adds a tile may cost so that it takes a fraction of a second.
_TILE_WORK = {"cpu": 10e9, "mps": 100e9, "cuda": 1000e9}
# Activations a pixel of the input needs in a large network (64 channels, x4), generously.
_BYTES_A_PIXEL = 16_384


@dataclass(frozen=True, slots=True)
class Upscaled:
    """A finished picture.

    Attributes:
        frame: Quantised to the depth of the input.
        seconds: Time the model took.
        notes: Sentences worth showing.
    """

    frame: Frame
    seconds: float
    notes: tuple[str, ...]


class Upscaler:
    """Fills canvases on one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def canvas(self, frame: Frame, spec: ModelSpec, scale: int, tile: int | None = None) -> Canvas:
        """An empty canvas for a picture.

        Args:
            frame: The low-resolution picture.
            spec: The model.
            scale: Integer factor.
            tile: Side of a tile in input pixels; chosen for the model and the device if None.

        Raises:
            ModelError: if the model cannot make that scale, or the result does not fit in memory.
        """
        if scale not in spec.scales:
            makes = f"{spec.title} makes {scales_text(spec.scales)}, not x{scale}"
            raise ModelError(makes, "choose another scale")
        _check_memory(frame, scale)
        # At scale 1 nothing is interpolated: hidden colours stay what they are.
        source = fill_hidden(frame) if scale > 1 else frame
        overlap = overlap_for(spec.descriptor)
        if spec.descriptor.tiling == "none":
            tile = max(frame.size)
        return Canvas.blank(source, spec, scale, tile or self._tile(spec, overlap), overlap)

    def fill(
        self,
        canvas: Canvas,
        *,
        visible: Region | None = None,
        only_visible: bool = False,
        progress: Progress | None = None,
        on_tile: Callable[[Region], None] | None = None,
    ) -> None:
        """Compute what is missing, and leave the canvas valid however it ends.

        Args:
            canvas: From `canvas`, or left unfinished by an earlier `fill`.
            visible: A region of the source that comes first.
            only_visible: Stop when the tiles that touch `visible` are there.
            progress: Reported to and asked after every tile.
            on_tile: Told which region of the result is there, after every tile.

        Raises:
            Cancelled: if that was asked for; at the latest after one tile.
            ModelError: if no tile is small enough, or the network's output is no picture.
            ModelFileError: if the weights cannot be read.
        """
        progress = progress or Progress()
        first = visible or Region.whole(*canvas.source.size)
        done, total = 0, canvas.pending_pixels(first if only_visible else None)
        canvas.prioritise(first)
        while canvas.pending:
            tile = canvas.pending[-1]
            if only_visible and tile.core.intersect(first).empty:
                break
            progress.check()
            region = self._attempt(canvas, tile)
            if region is None:
                canvas.prioritise(first)
                continue
            if on_tile is not None:
                on_tile(region)
            done += tile.core.width * tile.core.height
            progress.report(done / total)

    def upscale(
        self,
        frame: Frame,
        spec: ModelSpec,
        scale: int,
        progress: Progress | None = None,
        tile: int | None = None,
    ) -> Upscaled:
        """A whole picture at once; errors as of `canvas` and `fill`."""
        canvas = self.canvas(frame, spec, scale, tile)
        self.fill(canvas, progress=progress)
        return Upscaled(canvas.frame, canvas.seconds, tuple(canvas.notes))

    def tile_output(self, canvas: Canvas, tile: Tile) -> tuple[FloatPixels, FloatPixels | None]:
        """Colour and alpha of a padded tile, as the network gives them (float32, not clamped)."""
        rows, columns = tile.padded.slices
        pixels = to_float(canvas.source.pixels[rows, columns])
        colour = self._run(canvas, pixels)
        if canvas.source.gray:
            colour = _gray(colour)
        if canvas.source.alpha is None:
            return colour, None
        alpha = to_float(canvas.source.alpha[rows, columns])
        enlarged = _gray(self._run(canvas, np.repeat(alpha[..., None], 3, axis=2)))[..., 0]
        return colour, keep_flat(alpha, enlarged, canvas.scale)

    def _attempt(self, canvas: Canvas, tile: Tile) -> Region | None:
        """Do one tile; None if it was too big, and all that are left are smaller now."""
        began = time.perf_counter()
        try:
            colour, alpha = self.tile_output(canvas, tile)
        except TooBig:
            self._shrink(canvas, tile)
            return None
        finally:
            canvas.seconds += time.perf_counter() - began
        return canvas.paste(colour, alpha)

    def _run(self, canvas: Canvas, pixels: FloatPixels) -> FloatPixels:
        """The network's output; in float32 from the first tile on that half precision spoils."""
        spec, run = canvas.spec, self.runtime.run
        half = self.runtime.dtype(spec) != self.runtime.dtype(spec, exact=True)
        try:
            return run(spec, pixels, canvas.scale, exact=canvas.exact)
        except BadOutput as error:
            if canvas.exact or not half:
                raise _no_picture(spec, error) from None
            canvas.exact = True
            canvas.notes.append(f"Half precision gave {error}; recomputed in float32.")
        try:
            return run(spec, pixels, canvas.scale, exact=True)
        except BadOutput as error:
            raise _no_picture(spec, error) from None

    def _shrink(self, canvas: Canvas, tile: Tile) -> None:
        """Halve the tiles that are left.

        Raises:
            ModelError: if they are as small as they get, or the model sees only whole pictures.
        """
        side = max(tile.core.width, tile.core.height)
        tileable = canvas.spec.descriptor.tiling in ("exact", "close")
        if not tileable or side <= _SMALLEST_TILE or not canvas.split():
            raise ModelError(
                f"{self.runtime.device.name} has not enough memory for {canvas.spec.title}"
                + ("" if tileable else ", which cannot work in tiles"),
                "close other programs, or choose another device or a smaller model",
            )
        canvas.notes.append(
            f"Out of memory at tiles of {side} pixels; went on with {math.ceil(side / 2)}."
        )

    def _tile(self, spec: ModelSpec, overlap: int) -> int:
        side = tile_side(spec, self.runtime.device, free_memory(self.runtime.device))
        return max(side, 4 * overlap)


def overlap_for(descriptor: Descriptor) -> int:
    """Pixels around a tile so that it equals the same part of the whole picture."""
    return round_up(max(descriptor.receptive_radius, FLAT_RADIUS), descriptor.size_multiple)


def tile_side(spec: ModelSpec, device: Device, free: int) -> int:
    """A side that is quick enough to be stopped at any time and fits in half the free memory."""
    by_work = _TILE_WORK[device.kind] / max(spec.parameters, 1)
    by_memory = free / 2 / _BYTES_A_PIXEL
    side = min(_LARGEST_TILE[device.kind], int(math.sqrt(min(by_work, by_memory))))
    return max(side // 16 * 16, _SMALLEST_TILE)


def _check_memory(frame: Frame, scale: int) -> None:
    """Say at once what would otherwise fail late."""
    channels = 3 if frame.alpha is None else 4
    needed = frame.width * frame.height * scale * scale * channels * (frame.bit_depth // 8)
    available = free_main_memory()
    if needed > available:
        raise ModelError(
            f"the result would be {frame.width * scale} x {frame.height * scale} pixels and need "
            f"{needed / 2**30:.1f} GiB, of which {available / 2**30:.1f} GiB are free",
            "choose a smaller scale or a part of the picture",
        )


def _gray(colour: FloatPixels) -> FloatPixels:
    """The mean of the channels in all three; exactly the value that they share if they do."""
    first = colour[..., :1]
    mean = first + (colour - first).sum(axis=2, keepdims=True) / np.float32(3)
    return np.repeat(mean, 3, axis=2)


def _no_picture(spec: ModelSpec, error: BadOutput) -> ModelError:
    return ModelError(
        f"{spec.title} gave {error} instead of a picture",
        "its weights are unusable; choose another model",
    )
