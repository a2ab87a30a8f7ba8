"""A result that fills tile by tile, in any order, and can be left and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from srstudio.core.frame import FloatPixels, Frame, Pixels, quantise
from srstudio.core.regions import Region
from srstudio.engine import tiling
from srstudio.engine.tiling import Tile
from srstudio_models.spec import ModelSpec

Depth = Literal[8, 16, 32]
_TYPES = {8: np.uint8, 16: np.uint16, 32: np.float32}


@dataclass(slots=True, eq=False)
class Canvas:
    """One model's picture of one frame, or of every frame of a clip.

    Attributes:
        source: The low-resolution frame as the model is given it; the first of a clip.
        frames: What a model that sees several frames is given: the window around `source`, or
            the clip; empty for a picture.
        spec: The model.
        scale: Integer factor.
        tile: Longest side of a tile.
        overlap: Input pixels around a tile that the model sees too.
        pixels: `scale * height x scale * width x 3`, for a clip `frames x ...`: quantised to 8 or
            16 bits, or float32 clamped to [0, 1].
        alpha: The same for alpha, None where the source is opaque.
        pending: Tiles that are not there yet; the last comes next.
        exact: Whether this picture had to be computed in float32.
        seconds: Time the model has taken so far.
        notes: Sentences worth showing.
    """

    source: Frame
    frames: Sequence[Frame]
    spec: ModelSpec
    scale: int
    tile: int
    overlap: int
    pixels: Pixels
    alpha: Pixels | None
    pending: list[Tile]
    exact: bool = False
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def blank(
        cls,
        source: Frame,
        spec: ModelSpec,
        scale: int,
        tile: int,
        overlap: int,
        *,
        frames: Sequence[Frame] = (),
        depth: Depth | None = None,
    ) -> Canvas:
        """A canvas with everything pending; bits of the result as of the source if not given."""
        dtype = _TYPES[depth or source.bit_depth]
        whole_clip = bool(frames) and spec.descriptor.frames == "recurrent"
        clip = (len(frames),) if whole_clip else ()
        opaque = all(each.alpha is None for each in (frames if whole_clip else [source]))
        shape = (*clip, source.height * scale, source.width * scale)
        return cls(
            source=source,
            frames=frames,
            spec=spec,
            scale=scale,
            tile=tile,
            overlap=overlap,
            pixels=np.zeros((*shape, 3), dtype),
            alpha=None if opaque else np.zeros(shape, dtype),
            pending=_plan(source.size, spec, tile, overlap),
        )

    @property
    def complete(self) -> bool:
        """Whether every tile is there."""
        return not self.pending

    @property
    def nbytes(self) -> int:
        """Memory of the result."""
        return self.pixels.nbytes + (0 if self.alpha is None else self.alpha.nbytes)

    @property
    def frame(self) -> Frame:
        """The result so far, with the profile and EXIF of the source; shares its memory."""
        return self.source.with_pixels(self.pixels, self.alpha)

    @property
    def clip(self) -> list[Frame]:
        """The results of the frames of a clip, each with what its source carries."""
        return [
            frame.with_pixels(self.pixels[i], None if self.alpha is None else self.alpha[i])
            for i, frame in enumerate(self.frames)
        ]

    def pending_pixels(self, visible: Region | None = None) -> int:
        """Input pixels still to do, in all or in the tiles that touch a region."""
        return sum(
            tile.core.width * tile.core.height
            for tile in self.pending
            if visible is None or not tile.core.intersect(visible).empty
        )

    def prioritise(self, visible: Region) -> None:
        """Put the tiles that touch a region of the source next."""
        self.pending = tiling.order(self.pending, visible)[::-1]

    def split(self) -> bool:
        """Cut every pending tile into smaller ones; whether that was possible."""
        multiple = self.spec.descriptor.size_multiple
        parts = [
            part
            for tile in self.pending
            for part in tiling.split(tile, self.overlap, multiple=multiple)
        ]
        cut = len(parts) > len(self.pending)
        self.pending = parts
        self.tile = max(max(part.core.width, part.core.height) for part in parts)
        return cut

    def paste(self, colour: FloatPixels, alpha: FloatPixels | None) -> Region:
        """Take the core out of the next padded tile's output, store it, and mark it done.

        Args:
            colour: The output for the last pending tile's padded region, in the shape of
                `pixels`, not clamped.
            alpha: The same for alpha.

        Returns:
            The region of the result that is there now.
        """
        region, inner = self.pending.pop().output(self.scale)
        rows, columns = inner.slices
        store(colour[..., rows, columns, :], self.pixels[(..., *region.slices, slice(None))])
        if self.alpha is not None and alpha is not None:
            store(alpha[..., rows, columns], self.alpha[(..., *region.slices)])
        return region


def store(values: FloatPixels, into: Pixels) -> None:
    """Write values, quantised to the type of an array, or clamped where that is float32."""
    if into.ndim == 4:  # a clip, frame by frame: there are copies on the way
        for frame, place in zip(values, into, strict=True):
            store(frame, place)
    elif into.dtype == np.float32:
        np.clip(values, 0.0, 1.0, out=into)
    else:
        into[...] = quantise(values, 8 if into.dtype == np.uint8 else 16)


def _plan(size: tuple[int, int], spec: ModelSpec, tile: int, overlap: int) -> list[Tile]:
    descriptor = spec.descriptor
    if takes_squares(spec):
        return tiling.squares(size, descriptor.side, descriptor.receptive_radius)
    return tiling.plan(size, tile, overlap, multiple=descriptor.size_multiple)


def takes_squares(spec: ModelSpec) -> bool:
    """Whether tiles are the squares that a network takes; a chain cuts what it passes on itself."""
    return spec.descriptor.tiling == "fixed" and not spec.stages
