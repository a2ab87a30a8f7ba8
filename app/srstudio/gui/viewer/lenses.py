"""Paints the lenses of the magnifier: every source that has a picture, around one place."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPalette

from srstudio.compare.comparison import Comparison, first_ones
from srstudio.compare.magnifier import MOST_LENSES, Magnifier, lens_boxes
from srstudio.compare.viewport import Point, Viewport
from srstudio.core.regions import Region
from srstudio.gui.qimage import bgra_to_qimage
from srstudio.gui.viewer import chips, marks
from srstudio.gui.viewer.gallery import Gallery
from srstudio.gui.viewer.render import render
from srstudio.gui.viewer.tiles import Layer, extent_at

_FRAME = 7.0
_CENTRE = Qt.AlignmentFlag.AlignCenter
PIXEL_FROM = 6.0  # the zoom from which the pixel in the middle is framed


@dataclass(frozen=True, slots=True)
class Lenses:
    """Everything that painting them needs.

    Attributes:
        magnifier: Where and how strong; it is on.
        gallery: Pictures and maps.
        comparison: Which map lies over them, and how pixels are drawn.
        viewport: What the panes show.
        room: Of the whole view, in logical pixels.
        anchor: The place in the view, in logical pixels.
        ratio: Device pixels per logical pixel.
        caption: Height of the name below each, in logical pixels.
    """

    magnifier: Magnifier
    gallery: Gallery
    comparison: Comparison
    viewport: Viewport
    room: QRectF
    anchor: Point
    ratio: float
    caption: int

    @property
    def zoom(self) -> float:
        """Device pixels per content pixel."""
        return self.magnifier.zoom(self.viewport.zoom)

    @property
    def at(self) -> Point:
        """The content point in their middle."""
        return self.magnifier.at or self.viewport.centre

    @property
    def keys(self) -> tuple[str, ...]:
        """The sources in them; the ground truth always is."""
        keys = (source.key for source in self.gallery.sources)
        there = [key for key in keys if self.gallery.picture(key) is not None]
        return first_ones(there, MOST_LENSES, self.comparison.reference)

    @property
    def boxes(self) -> tuple[Region, ...]:
        """Where they lie, in logical pixels."""
        room = (int(self.room.width()), int(self.room.height()))
        return lens_boxes(len(self.keys), room, self.anchor, self.caption)

    @property
    def area(self) -> Region:
        """What each shows, in device pixels of the content at `zoom`."""
        side = round(self.boxes[0].width * self.ratio) if self.keys else 0
        x, y = (round(part * self.zoom - side / 2) for part in self.at)
        return Region(x, y, side, side)

    @property
    def corners(self) -> tuple[Point, Point]:
        """Top left and bottom right of what they show, in content pixels."""
        area, zoom = self.area, self.zoom
        return (area.x / zoom, area.y / zoom), (area.right / zoom, area.bottom / zoom)

    def paint(self, painter: QPainter, palette: QPalette) -> None:
        """Paint them on one plate, each with the name of its source below."""
        metrics, caption, boxes = QFontMetricsF(painter.font()), self.caption, self.boxes
        if not boxes:
            return
        plate = QRectF(marks.rect(boxes[0]))
        for box in boxes:
            plate = plate.united(QRectF(marks.rect(box)).adjusted(0.0, 0.0, 0.0, caption))
        chips.plate(painter, plate.adjusted(-_FRAME, -_FRAME, _FRAME, 2.0))
        area = self.area
        for key, box in zip(self.keys, boxes, strict=True):
            painter.fillRect(marks.rect(box), palette.color(QPalette.ColorRole.Dark))
            self._lens(painter, key, box, area)
            under = QRectF(box.x, box.bottom, box.width, caption)
            title = f"{self.gallery.number(key)}  {self.gallery.source(key).title}"
            elide = Qt.TextElideMode.ElideRight
            painter.setPen(chips.INK)
            painter.drawText(under, _CENTRE, metrics.elidedText(title, elide, box.width))

    def _lens(self, painter: QPainter, key: str, box: Region, area: Region) -> None:
        inside = area.intersect(extent_at(self.viewport.content, self.zoom))
        picture = self.gallery.picture(key)
        painter.save()
        painter.scale(1.0 / self.ratio, 1.0 / self.ratio)
        corner = (round(box.x * self.ratio), round(box.y * self.ratio))
        place = inside.moved(corner[0] - area.x, corner[1] - area.y)
        if picture is not None and not inside.empty:
            if not picture.pyramid.opaque:
                painter.fillRect(marks.rect(place), QBrush(marks.squares(round(8 * self.ratio))))
            self._draw(painter, picture, inside, place)
            over = self.gallery.map_over(key, self.comparison)
            if over is not None:
                painter.setOpacity(self.comparison.overlay_opacity)
                self._draw(painter, over, inside, place)
        painter.restore()
        if self.zoom / self.ratio >= PIXEL_FROM:
            self._pixel(painter, box, area)

    def _draw(self, painter: QPainter, layer: Layer, inside: Region, place: Region) -> None:
        scale = layer.scale(self.viewport.content, self.zoom)
        pixels = render(layer.pyramid, scale, inside, self.comparison.nearest)
        painter.drawImage(place.x, place.y, bgra_to_qimage(pixels, layer.pyramid.opaque))

    def _pixel(self, painter: QPainter, box: Region, area: Region) -> None:
        """A frame around the content pixel in the middle."""
        side = self.zoom / self.ratio
        x, y = (int(part) * self.zoom for part in self.at)
        corner = QPointF(box.x + (x - area.x) / self.ratio, box.y + (y - area.y) / self.ratio)
        marks.frame(painter, QRectF(corner.x(), corner.y(), side, side))
