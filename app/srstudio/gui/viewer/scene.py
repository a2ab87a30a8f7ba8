"""Paints the view: pictures and maps in device pixels, then what is written over them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPalette

from srstudio.compare.magnifier import Magnifier
from srstudio.compare.panes import Arrangement, Pane
from srstudio.compare.slice_line import SliceLine
from srstudio.compare.viewport import Point, Viewport
from srstudio.core.regions import Region
from srstudio.gui.viewer import chips, marks
from srstudio.gui.viewer.gallery import Gallery
from srstudio.gui.viewer.lenses import Lenses
from srstudio.gui.viewer.tiles import Layer, Tiles

GRID_FROM = 8.0
PATIENCE_SECONDS = 0.008
_SQUARE = 8  # logical pixels of the checkerboard under transparent pictures


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that one repaint needs.

    Attributes:
        arrangement: Panes and lines.
        viewport: The part of the content that each pane's frame shows.
        gallery: Pictures, maps, labels.
        tiles: Where rendered parts are kept.
        rectangle: The dragged rectangle, in content pixels.
        cursor: Where the mouse is, in view coordinates.
        hot_line: The dividing line that the mouse is at.
        slice_line: The row or column that is followed through time.
        slice_hot: Whether the mouse is at it.
        magnifier: The lenses over it all.
    """

    arrangement: Arrangement
    viewport: Viewport
    gallery: Gallery
    tiles: Tiles
    rectangle: Region | None = None
    cursor: Point | None = None
    hot_line: int | None = None
    slice_line: SliceLine | None = None
    slice_hot: bool = False
    magnifier: Magnifier = field(default_factory=Magnifier)

    def paint(self, painter: QPainter, exposed: QRect, palette: QPalette) -> None:
        """Paint what lies in `exposed` (logical pixels)."""
        painter.fillRect(exposed, backdrop(palette))
        comparison, viewport = self.arrangement.comparison, self.viewport
        self.tiles.use(viewport.content, viewport.zoom, comparison.nearest, PATIENCE_SECONDS)
        area = self._device(exposed)
        with _device_pixels(painter, self.arrangement.ratio):
            for pane in self.arrangement.panes:
                part = pane.clip.intersect(area)
                if not part.empty:
                    self._pane(painter, pane, part)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._marks(painter)
        if comparison.labels:
            self._labels(painter)
            self._colour_bar(painter)
        text = chips.zoom_text(viewport.zoom, viewport.is_fitted)
        if self.magnifier.on:
            lenses = self.lenses(round(QFontMetricsF(painter.font()).height()) + 4)
            text += chips.lens_text(lenses.zoom, self.magnifier.frozen)
            self._looked_at(painter, lenses)
            lenses.paint(painter, palette)
        chips.zoom_chip(painter, self._whole, text)

    def lenses(self, caption: int) -> Lenses:
        """Those of the magnifier, with names of that height below them (logical pixels)."""
        arrangement, viewport = self.arrangement, self.viewport
        anchor = self.cursor
        if anchor is None or self.magnifier.frozen:
            x, y = viewport.to_view(self.magnifier.at or viewport.centre)
            corner = self._logical(arrangement.panes[0].frame).topLeft()
            room = self._whole
            anchor = (
                min(max(x + corner.x(), 0.0), room.right()),
                min(max(y + corner.y(), 0.0), room.bottom()),
            )
        return Lenses(
            self.magnifier,
            self.gallery,
            arrangement.comparison,
            viewport,
            self._whole,
            anchor,
            arrangement.ratio,
            caption,
        )

    def box(self, region: Region, pane: Pane) -> QRectF:
        """Where a part of the content is seen in a pane, in logical pixels."""
        left, top = self.viewport.to_view((region.x, region.y))
        right, bottom = self.viewport.to_view((region.right, region.bottom))
        corner = self._logical(pane.frame).topLeft()
        return QRectF(left, top, right - left, bottom - top).translated(corner)

    def line_of(self, line: SliceLine, pane: Pane) -> QLineF:
        """Where a row or column is seen in a pane, in logical pixels."""
        width, height = line.content
        if line.upright:
            middle = self.box(Region(line.at, 0, 1, height), pane)
            x = middle.center().x()
            return QLineF(x, middle.top(), x, middle.bottom())
        middle = self.box(Region(0, line.at, width, 1), pane)
        y = middle.center().y()
        return QLineF(middle.left(), y, middle.right(), y)

    # -- pictures, in device pixels -------------------------------------------------------

    def _pane(self, painter: QPainter, pane: Pane, part: Region) -> None:
        painter.setClipRect(marks.rect(part))
        x, y = self.viewport.origin
        origin = (pane.frame.x + x, pane.frame.y + y)
        picture = self.gallery.picture(pane.key)
        if picture is not None:
            if not picture.pyramid.opaque:
                self._checkerboard(painter, part, origin)
            self._layer(painter, picture, part, origin)
        over = self.gallery.map_over(pane.key, self.arrangement.comparison)
        if over is not None:
            painter.setOpacity(self.arrangement.comparison.overlay_opacity)
            self._layer(painter, over, part, origin)
            painter.setOpacity(1.0)
        if self.viewport.zoom >= GRID_FROM and self.arrangement.comparison.nearest:
            seen = self._content_at(origin).intersect(part)
            marks.pixel_grid(painter, seen, origin, self.viewport.zoom)

    def _layer(
        self, painter: QPainter, layer: Layer, part: Region, origin: tuple[int, int]
    ) -> None:
        for at, image in self.tiles.covering(layer, part.moved(-origin[0], -origin[1])):
            painter.drawImage(at + QPoint(*origin), image)

    def _checkerboard(self, painter: QPainter, part: Region, origin: tuple[int, int]) -> None:
        side = round(_SQUARE * self.arrangement.ratio)
        painter.setBrushOrigin(*origin)
        seen = self._content_at(origin).intersect(part)
        painter.fillRect(marks.rect(seen), QBrush(marks.squares(side)))

    def _content_at(self, origin: tuple[int, int]) -> Region:
        return self.tiles.extent.moved(*origin)

    # -- what is written and drawn over them, in logical pixels ---------------------------

    def _marks(self, painter: QPainter) -> None:
        arrangement = self.arrangement
        for pane in arrangement.panes:
            painter.setClipRect(self._logical(pane.clip))
            if self.rectangle is not None:
                box = self.box(self.rectangle, pane)
                marks.rectangle(painter, box)
                chips.size_chip(painter, box, self.rectangle)
            if self.slice_line is not None:
                line = self.line_of(self.slice_line, pane)
                marks.slice_line(painter, line, self.slice_hot)
        painter.setClipping(False)
        self._mirrored_cursor(painter)
        first, last = arrangement.line_ends
        for number, position in enumerate(arrangement.lines):
            at = position / arrangement.ratio
            line = QLineF(at, first, at, last)
            if not arrangement.comparison.vertical:
                line = QLineF(first, at, last, at)
            handle = not arrangement.comparison.follow
            marks.divider(painter, line, handle=handle, hot=number == self.hot_line)

    def _looked_at(self, painter: QPainter, lenses: Lenses) -> None:
        """A frame in each pane around what the lenses show."""
        top_left, bottom_right = (QPointF(*self.viewport.to_view(at)) for at in lenses.corners)
        for pane in self.arrangement.panes:
            corner = self._logical(pane.frame).topLeft()
            painter.setClipRect(self._logical(pane.clip))
            marks.frame(painter, QRectF(top_left + corner, bottom_right + corner))
        painter.setClipping(False)

    def _mirrored_cursor(self, painter: QPainter) -> None:
        arrangement = self.arrangement
        pane = None if self.cursor is None else arrangement.pane_at(self.cursor)
        if self.cursor is None or pane is None:
            return
        local = QPointF(*arrangement.local(self.cursor, pane))
        for other in arrangement.panes:
            if other.frame != pane.frame:
                marks.cross(painter, self._logical(other.frame).topLeft() + local)

    def _labels(self, painter: QPainter) -> None:
        panes, comparison = self.arrangement.panes, self.arrangement.comparison
        for place, pane in enumerate(panes):
            source = self.gallery.source(pane.key)
            number = self.gallery.number(pane.key)
            label = chips.Label(self.gallery.label(pane.key), source.kind, number)
            ends = bool(self.arrangement.lines) and comparison.vertical
            right = ends and place == len(panes) - 1
            chips.label_chip(painter, self._logical(pane.clip), label, right=right)

    def _colour_bar(self, painter: QPainter) -> None:
        comparison, gallery = self.arrangement.comparison, self.gallery
        bar = gallery.bars.get(comparison.overlay)
        if bar is not None and any(gallery.map_over(key, comparison) for key in comparison.visible):
            chips.colour_bar(painter, self._whole, bar)

    # -- units ----------------------------------------------------------------------------

    @property
    def _whole(self) -> QRectF:
        return self._logical(Region.whole(*self.arrangement.size))

    def _logical(self, region: Region) -> QRectF:
        ratio = self.arrangement.ratio
        return QRectF(
            region.x / ratio, region.y / ratio, region.width / ratio, region.height / ratio
        )

    def _device(self, exposed: QRect) -> Region:
        ratio = self.arrangement.ratio
        left, top = int(exposed.left() * ratio), int(exposed.top() * ratio)
        right = int((exposed.left() + exposed.width()) * ratio + 1)
        bottom = int((exposed.top() + exposed.height()) * ratio + 1)
        return Region(left, top, right - left, bottom - top)


def backdrop(palette: QPalette) -> QColor:
    """A neutral gray around the pictures, dark or light as the window is."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return QColor(26, 26, 26) if dark else QColor(218, 218, 218)


@contextmanager
def _device_pixels(painter: QPainter, ratio: float) -> Iterator[None]:
    painter.save()
    painter.scale(1.0 / ratio, 1.0 / ratio)
    yield
    painter.restore()
