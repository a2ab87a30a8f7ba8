"""Super-resolves whole pictures tile by tile, and deals with memory and precision on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from srstudio.core.errors import ModelError
from srstudio.core.frame import FloatPixels, Frame, Pixels, to_float
from srstudio.core.progress import Progress
from srstudio.core.regions import Region
from srstudio.engine.canvas import Canvas, Depth, takes_squares
from srstudio.engine.runtime import Runtime, TooBig
from srstudio.engine.sizing import SMALLEST_TILE, check_memory, overlap_for, tile_for
from srstudio.engine.steps import BadOutput
from srstudio.engine.tiling import Tile
from srstudio.engine.transparency import fill_hidden, keep_flat
from srstudio_models.spec import ModelSpec, scales_text


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

    def canvas(
        self,
        frame: Frame,
        spec: ModelSpec,
        scale: int,
        tile: int | None = None,
        *,
        frames: Sequence[Frame] = (),
        depth: Depth | None = None,
    ) -> Canvas:
        """An empty canvas for a picture, or for a clip.

        Args:
            frame: The low-resolution picture.
            spec: The model.
            scale: Integer factor.
            tile: Side of a tile in input pixels; chosen for the model and the device if None.
            frames: For a sliding network the window around `frame`; for a recurrent one the clip
                that begins with it. Without them both take the picture as a clip that stands
                still.
            depth: Bits of the result; those of the picture if None. With 32 it is clamped, but
                not quantised.

        Raises:
            ModelError: if the model cannot make that scale, or the result does not fit in memory.
        """
        check_scale(spec, scale)
        count = len(frames) if frames and spec.descriptor.frames == "recurrent" else 1
        check_memory(frame, scale, depth or frame.bit_depth, count)
        # At scale 1 nothing is interpolated: hidden colours stay what they are.
        if scale > 1:
            frame, frames = fill_hidden(frame), [fill_hidden(each) for each in frames]
        if tile is None or spec.descriptor.tiling == "none":
            tile = tile_for(spec, scale, frame.size, self.runtime.device, count)
        overlap = overlap_for(spec.descriptor)
        return Canvas.blank(frame, spec, scale, tile, overlap, frames=frames, depth=depth)

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
        if canvas.pixels.ndim == 4:
            return self._clip_output(canvas, tile)
        seen = [_piece(each.pixels, tile) for each in canvas.frames]
        colour = self._run(canvas, np.stack(seen) if seen else _piece(canvas.source.pixels, tile))
        if canvas.source.gray:
            colour = _gray(colour)
        alpha = None if canvas.alpha is None else self._alpha(canvas, tile, canvas.source)
        return colour, alpha

    def _clip_output(self, canvas: Canvas, tile: Tile) -> tuple[FloatPixels, FloatPixels | None]:
        """The same of every frame of a clip."""
        frames = canvas.frames
        colour = self._run(canvas, np.stack([_piece(each.pixels, tile) for each in frames]))
        for index, frame in enumerate(frames):
            if frame.gray:
                colour[index] = _gray(colour[index])
        if canvas.alpha is None:
            return colour, None
        return colour, np.stack([self._alpha(canvas, tile, each) for each in frames])

    def _alpha(self, canvas: Canvas, tile: Tile, frame: Frame) -> FloatPixels:
        """The transparency of a frame, enlarged as a gray picture is."""
        if frame.alpha is None:
            large = tile.padded.scaled(canvas.scale)
            return np.ones((large.height, large.width), np.float32)
        alpha = _piece(frame.alpha, tile)
        enlarged = _gray(self._run(canvas, np.repeat(alpha[..., None], 3, axis=2)))[..., 0]
        return keep_flat(alpha, enlarged, canvas.scale)

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
        try:
            return run(spec, pixels, canvas.scale, exact=canvas.exact)
        except BadOutput as error:
            if canvas.exact or not self.runtime.uses_half(spec):
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
            ModelError: if they are as small as they get, or the model does not allow it.
        """
        side = max(tile.core.width, tile.core.height)
        reason = _why_not_smaller(canvas.spec)
        if reason or side <= SMALLEST_TILE or not canvas.split():
            raise ModelError(
                f"{self.runtime.device.name} has not enough memory for {canvas.spec.title}{reason}",
                "close other programs, or choose another device or a smaller model",
            )
        canvas.notes.append(
            f"Out of memory at tiles of {side} pixels; went on with {math.ceil(side / 2)}."
        )


def check_scale(spec: ModelSpec, scale: int) -> None:
    """Raise a `ModelError` if the model cannot make that scale."""
    if scale not in spec.scales:
        makes = f"{spec.title} makes {scales_text(spec.scales)}, not x{scale}"
        raise ModelError(makes, "choose another scale")


def _why_not_smaller(spec: ModelSpec) -> str:
    """Why a model cannot work in smaller tiles, as the end of a sentence; empty if it can."""
    if spec.descriptor.tiling == "none":
        return ", which cannot work in tiles"
    if takes_squares(spec):
        side = spec.descriptor.side
        return f", which only works on squares of {side} x {side} pixels"
    return ""


def _piece(pixels: Pixels, tile: Tile) -> FloatPixels:
    return to_float(pixels[tile.padded.slices])


def _gray(colour: FloatPixels) -> FloatPixels:
    """The mean of the channels in all three; exactly the value that they share if they do."""
    first = colour[..., :1]
    mean = first + (colour - first).sum(axis=-1, keepdims=True) / np.float32(3)
    return np.repeat(mean, 3, axis=-1)


def _no_picture(spec: ModelSpec, error: BadOutput) -> ModelError:
    return ModelError(
        f"{spec.title} gave {error} instead of a picture",
        "its weights are unusable; choose another model",
    )
