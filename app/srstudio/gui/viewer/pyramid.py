"""A picture for the screen: itself, and its halves down to a few pixels, by area mean.

Holds arrays only, so it is built off the GUI thread and handed over whole.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import quantise
from srstudio.core.regions import Region
from srstudio.gui.qimage import Bgra, to_bgra

_SMALLEST = 64

Rgb = tuple[int, int, int]


class Pyramid:
    """Levels of a picture; pixel (x, y) of level n is the mean of 2^n x 2^n pixels of level 0.

    Attributes:
        levels: BGRA, premultiplied; level 0 has the size of the picture.
        opaque: Whether alpha is 255 throughout.
    """

    def __init__(self, pixels: NDArray[Any], alpha: NDArray[Any] | None = None) -> None:
        """Build all levels.

        Args:
            pixels: `height x width x 3`, RGB, of any type of the data contract.
            alpha: `height x width`, of any type of the data contract; None where opaque.
        """
        self.opaque = alpha is None
        self._straight = None if alpha is None else quantise(pixels, 8).copy()
        self.levels: list[Bgra] = [to_bgra(pixels, alpha)]
        while max(self.levels[-1].shape[:2]) > _SMALLEST:
            self.levels.append(_halved(self.levels[-1]))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        height, width = self.levels[0].shape[:2]
        return width, height

    def copy(self) -> Pyramid:
        """A pyramid with memory of its own (call it off the GUI thread for large pictures)."""
        twin = Pyramid.__new__(Pyramid)
        twin.opaque = self.opaque
        twin._straight = None if self._straight is None else self._straight.copy()
        twin.levels = [level.copy() for level in self.levels]
        return twin

    def paste(self, region: Region, pixels: NDArray[np.uint8]) -> None:
        """Replace a part of the picture, and just what it touches in the lower levels.

        Args:
            region: In pixels of the picture; must lie inside it.
            pixels: `height x width x 3`, RGB, of the region's size; alpha stays as it is.

        Raises:
            ValueError: if the region leaves the picture or the pixels do not fill it.
        """
        if region.intersect(Region.whole(*self.size)) != region:
            raise ValueError(f"{region} leaves a picture of {self.size}")
        if pixels.shape != (region.height, region.width, 3):
            raise ValueError(f"{pixels.shape} pixels do not fill {region}")
        base, alpha = self.levels[0], None
        if self._straight is not None:
            alpha = base[region.slices][..., 3].copy()
            self._straight[region.slices] = pixels
        base[region.slices] = to_bgra(pixels, alpha)
        self._update_levels(region)

    def values(self, x: int, y: int) -> Rgb:
        """The RGB values of a pixel, as given, 0 to 255."""
        if self._straight is not None:
            red, green, blue = self._straight[y, x]
        else:
            blue, green, red = self.levels[0][y, x, :3]
        return int(red), int(green), int(blue)

    def level_for(self, scale: float) -> int:
        """The level with which a picture drawn at `scale` is reduced by less than two more."""
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        return level

    def _update_levels(self, region: Region) -> None:
        for fine, coarse in zip(self.levels, self.levels[1:], strict=False):
            left, top = region.x // 2, region.y // 2
            right, bottom = (region.right + 1) // 2, (region.bottom + 1) // 2
            region = Region(left, top, right - left, bottom - top)
            coarse[region.slices] = _halved(fine[2 * top : 2 * bottom, 2 * left : 2 * right])


def _halved(pixels: Bgra) -> Bgra:
    """Means of 2x2 pixels; at an odd edge, of the pixels that there are."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        edge = cv2.BORDER_REPLICATE
        pixels = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, edge)
    half = ((width + 1) // 2, (height + 1) // 2)
    result: Bgra = cv2.resize(pixels, half, interpolation=cv2.INTER_AREA)
    return result
