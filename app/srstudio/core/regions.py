"""Rectangles in pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A rectangle of whole pixels: `x`, `y` is its top-left corner; may be empty."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def whole(cls, width: int, height: int) -> Region:
        """The region that covers a picture of the given size."""
        return cls(0, 0, width, height)

    @property
    def right(self) -> int:
        """The first column beyond the region."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond the region."""
        return self.y + self.height

    @property
    def empty(self) -> bool:
        """Whether the region holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices, to index an array `height x width x ...`."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def intersect(self, other: Region) -> Region:
        """The common part of two regions; empty (width or height 0) where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Region(x, y, max(0, right - x), max(0, bottom - y))

    def grow(self, margin: int, within: Region) -> Region:
        """The region with `margin` pixels more on every side, cut to `within`."""
        grown = Region(
            self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin
        )
        return grown.intersect(within)

    def scaled(self, scale: int) -> Region:
        """The same region in a picture `scale` times as large."""
        return Region(self.x * scale, self.y * scale, self.width * scale, self.height * scale)

    def moved(self, dx: int, dy: int) -> Region:
        """The region moved by whole pixels."""
        return Region(self.x + dx, self.y + dy, self.width, self.height)
