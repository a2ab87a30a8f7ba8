"""A result that fills tile by tile, in any order, and can be left and taken up again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from srstudio.core.frame import FloatPixels, Frame, Pixels, quantise
from srstudio.core.regions import Region
from srstudio.engine import tiling
from srstudio.engine.tiling import Tile
from srstudio_models.spec import ModelSpec


@dataclass(slots=True, eq=False)
class Canvas:
    """One model's picture of one frame.

    Attributes:
        source: The low-resolution frame as the model is given it.
        spec: The model.
        scale: Integer factor.
        overlap: Input pixels around a tile that the model sees too.
        pixels: `scale * height x scale * width x 3`, quantised to the depth of the source.
        alpha: The same for alpha, None where the source is opaque.
        pending: Tiles that are not there yet; the last comes next.
        exact: Whether this picture had to be computed in float32.
        seconds: Time the model has taken so far.
        notes: Sentences worth showing.
    """

    source: Frame
    spec: ModelSpec
    scale: int
    overlap: int
    pixels: Pixels
    alpha: Pixels | None
    pending: list[Tile]
    exact: bool = False
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def blank(cls, source: Frame, spec: ModelSpec, scale: int, tile: int, overlap: int) -> Canvas:
        """A canvas with everything pending."""
        dtype = np.uint8 if source.bit_depth == 8 else np.uint16
        shape = (source.height * scale, source.width * scale)
        return cls(
            source=source,
            spec=spec,
            scale=scale,
            overlap=overlap,
            pixels=np.zeros((*shape, 3), dtype),
            alpha=None if source.alpha is None else np.zeros(shape, dtype),
            pending=tiling.plan(source.size, tile, overlap, multiple=spec.descriptor.size_multiple),
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
        return cut

    def paste(self, colour: FloatPixels, alpha: FloatPixels | None) -> Region:
        """Take the core out of the next padded tile's output, quantise it, and mark it done.

        Args:
            colour: The output for the last pending tile's padded region,
                `height x width x 3`, not clamped.
            alpha: The same for alpha.

        Returns:
            The region of the result that is there now.
        """
        tile = self.pending.pop()
        region = tile.core.scaled(self.scale)
        inner = region.moved(-tile.padded.x * self.scale, -tile.padded.y * self.scale).slices
        depth = self.source.bit_depth
        self.pixels[region.slices] = quantise(colour[inner], depth)
        if self.alpha is not None and alpha is not None:
            self.alpha[region.slices] = quantise(alpha[inner], depth)
        return region
