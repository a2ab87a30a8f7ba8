"""Rendered parts of layers, kept: panning, the slider and flips draw what is there already."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from srstudio.core.regions import Region
from srstudio.gui.qimage import bgra_to_qimage
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.gui.viewer.render import render

TILE = 256
_MOST_TILES = 1024  # of 256 KiB each

LayerKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture or a map of a source: what is drawn in a pane.

    Attributes:
        key: What it is ("picture", "ssim", ...), and of which source.
        pyramid: Its pixels, stretched over the content if they are of another size.
    """

    key: LayerKey
    pyramid: Pyramid

    def scale(self, content: tuple[int, int], zoom: float) -> tuple[float, float]:
        """Device pixels per pixel of the picture, across and down, where it covers the content."""
        width, height = self.pyramid.size
        return zoom * content[0] / width, zoom * content[1] / height


def extent_at(content: tuple[int, int], zoom: float) -> Region:
    """The whole content in device pixels, from its corner."""
    across, down = (max(1, round(side * zoom)) for side in content)
    return Region.whole(across, down)


class Tiles:
    """Tiles of all layers at one zoom; another zoom or sampling empties it.

    Tiles lie on a grid that begins at the content's corner, in device pixels. So that zooming
    stays fluid on a busy machine, a repaint after a change of zoom draws quickly what it has
    no time to draw well; later ones make up for it. What comes into sight by panning or by a
    flip is drawn well at once.

    Attributes:
        unfinished: Something was drawn quickly since `use` was called.
    """

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[LayerKey, int, int], QImage] = OrderedDict()
        self._content = (1, 1)
        self._zoom = 1.0
        self._nearest = True
        self._drafts: set[tuple[LayerKey, int, int]] = set()
        self._deadline = math.inf
        self.unfinished = False

    def use(
        self, content: tuple[int, int], zoom: float, nearest: bool, patience: float = math.inf
    ) -> None:
        """Draw at this zoom from now on, and for `patience` seconds as well as possible."""
        if (content, zoom, nearest) != (self._content, self._zoom, self._nearest):
            self._content, self._zoom, self._nearest = content, zoom, nearest
            self._images.clear()
            self._drafts.clear()
            self.unfinished = True
        self._deadline = time.perf_counter() + patience if self.unfinished else math.inf
        self.unfinished = False

    @property
    def extent(self) -> Region:
        """The whole content in device pixels, from its corner."""
        return extent_at(self._content, self._zoom)

    def covering(self, layer: Layer, area: Region) -> Iterator[tuple[QPoint, QImage]]:
        """The tiles over a part of the content, and where each begins (device pixels)."""
        area = area.intersect(self.extent)
        if area.empty:
            return
        for row in range(area.y // TILE, (area.bottom - 1) // TILE + 1):
            for column in range(area.x // TILE, (area.right - 1) // TILE + 1):
                yield QPoint(column * TILE, row * TILE), self._tile(layer, column, row)

    def forget(self, key: LayerKey) -> None:
        """The layer has other pixels now."""
        for name in [name for name in self._images if name[0] == key]:
            del self._images[name]

    def forget_part(self, layer: Layer, region: Region) -> Region:
        """A part of the layer has other pixels; returns it in device pixels.

        Args:
            layer: The layer.
            region: In pixels of its picture.
        """
        across, down = layer.scale(self._content, self._zoom)
        reach = 2 + 2 ** layer.pyramid.level_for(max(across, down))
        wide = region.grow(reach, Region.whole(*layer.pyramid.size))
        x, y = math.floor(wide.x * across), math.floor(wide.y * down)
        area = Region(x, y, math.ceil(wide.right * across) - x, math.ceil(wide.bottom * down) - y)
        for name in [name for name in self._images if name[0] == layer.key]:
            square = Region(name[1] * TILE, name[2] * TILE, TILE, TILE)
            if not square.intersect(area).empty:
                del self._images[name]
        return area

    def _tile(self, layer: Layer, column: int, row: int) -> QImage:
        name = (layer.key, column, row)
        late = time.perf_counter() > self._deadline
        image = self._images.get(name)
        if image is None or (name in self._drafts and not late):
            square = Region(column * TILE, row * TILE, TILE, TILE).intersect(self.extent)
            scale = layer.scale(self._content, self._zoom)
            pixels = render(layer.pyramid, scale, square, self._nearest, quick=late)
            image = self._images[name] = bgra_to_qimage(pixels, layer.pyramid.opaque)
            (self._drafts.add if late else self._drafts.discard)(name)
            if len(self._images) > _MOST_TILES:
                self._images.popitem(last=False)
        self.unfinished |= name in self._drafts
        self._images.move_to_end(name)
        return image
