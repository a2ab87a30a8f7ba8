"""What the comparison view shows, and the painting of it; nothing of mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from srstudio.compare.comparison import Comparison, Overlay
from srstudio.compare.magnifier import Magnifier
from srstudio.compare.panes import Arrangement
from srstudio.compare.slice_line import SliceLine
from srstudio.compare.sources import Source
from srstudio.compare.viewport import Point, Viewport
from srstudio.core.regions import Region
from srstudio.gui.viewer import hints
from srstudio.gui.viewer.gallery import PICTURE, Gallery
from srstudio.gui.viewer.pyramid import Pyramid, Rgb
from srstudio.gui.viewer.scene import Scene, backdrop
from srstudio.gui.viewer.tiles import Tiles
from srstudio.metrics.maps import ColourBar


class Canvas(QWidget):
    """Pictures of the same content at one zoom and place.

    What is shown is told by `comparison` and `viewport`, which are immutable; assign new ones
    with `set_comparison` and `set_viewport`.

    Signals:
        viewport_changed: The new `Viewport`.
        comparison_changed: The new `Comparison`.
        cursor_moved: The content pixel (x, y) under the mouse, or None.
        rectangle_changed: The marked `Region` of content pixels, or None.
        slice_changed: The `SliceLine` that is followed through time, or None.
        magnifier_changed: The new `Magnifier`; not told where merely its place is another.
    """

    viewport_changed = Signal(object)
    comparison_changed = Signal(object)
    cursor_moved = Signal(object)
    rectangle_changed = Signal(object)
    slice_changed = Signal(object)
    magnifier_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gallery = Gallery()
        self._tiles = Tiles()
        self._comparison = Comparison()
        self._viewport = Viewport((1, 1), (1.0, 1.0))
        self._rectangle: Region | None = None
        self._cursor: Point | None = None
        self._hot_line: int | None = None
        self._slice: SliceLine | None = None
        self._slice_hot = False
        self._magnifier = Magnifier()
        self._drop_offered = False
        self._focus_seen = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self.setAccessibleName("Comparison of pictures")
        self._describe()

    # -- what is compared -----------------------------------------------------------------

    def set_content(self, width: int, height: int) -> None:
        """The size of the content; another size is fitted into the view."""
        if (width, height) != self._viewport.content:
            self.set_rectangle(None)
            self.set_slice(None)
            self.set_magnifier(replace(self._magnifier, at=None, frozen=False))
            self.set_viewport(replace(self._viewport, content=(width, height)).fitted())

    def set_sources(self, sources: Iterable[Source], reference: str | None = None) -> None:
        """What can be shown, in the order of the number keys, and which is the ground truth."""
        self._gallery.set_sources(tuple(sources))
        keys = tuple(source.key for source in self._gallery.sources)
        truths = [source.key for source in self._gallery.sources if source.kind == "truth"]
        reference = reference or next(iter(truths), None)
        self.set_comparison(self._comparison.with_sources(keys, reference))
        self.update()

    @property
    def sources(self) -> tuple[Source, ...]:
        """What can be shown, in the order of the number keys."""
        return self._gallery.sources

    def set_picture(self, key: str, pyramid: Pyramid) -> None:
        """The picture of a source (build the pyramid off the GUI thread)."""
        self._put(PICTURE, key, pyramid)

    def paste(self, key: str, region: Region, pixels: NDArray[np.uint8]) -> None:
        """Replace a part of a source's picture; nothing happens if it has none any more.

        Args:
            key: The source.
            region: In pixels of its picture.
            pixels: `height x width x 3`, RGB, of the region's size.
        """
        layer = self._gallery.picture(key)
        if layer is None:
            return
        layer.pyramid.paste(region, pixels)
        if self._magnifier.on:
            self.update()
        changed = self._tiles.forget_part(layer, region)
        ratio, (x, y) = self.devicePixelRatioF(), self._viewport.origin
        for pane in self.arrangement.panes:
            if pane.key == key:
                area = changed.moved(pane.frame.x + x, pane.frame.y + y).intersect(pane.clip)
                box = QRectF(area.x, area.y, area.width, area.height)
                logical = QRectF(box.topLeft() / ratio, box.size() / ratio)
                self.update(logical.toAlignedRect())

    def clear_picture(self, key: str) -> None:
        """Take the picture of a source away."""
        self._put(PICTURE, key, None)

    def set_map(self, key: str, kind: Overlay, pyramid: Pyramid | None) -> None:
        """A coloured map of a source, drawn over it when that overlay is on."""
        self._put(kind, key, pyramid)

    def set_colour_bar(self, kind: Overlay, bar: ColourBar) -> None:
        """The legend of the maps of a kind."""
        self._gallery.bars[kind] = bar
        self.update()

    def set_labels(self, key: str, text: str) -> None:
        """What panes with this source say (title and numbers); empty brings the title back."""
        self._gallery.set_label(key, text)
        self.update()

    def values_at(self, x: int, y: int) -> list[tuple[str, Rgb]]:
        """RGB of every source at a content pixel."""
        return list(self._gallery.values_at(x, y, self._viewport.content))

    # -- state ----------------------------------------------------------------------------

    @property
    def comparison(self) -> Comparison:
        """What is shown."""
        return self._comparison

    def set_comparison(self, comparison: Comparison) -> None:
        """Show something else."""
        if comparison != self._comparison:
            self._comparison = comparison
            self.set_viewport(self._viewport)
            self._describe()
            self.update()
            self.comparison_changed.emit(comparison)

    @property
    def viewport(self) -> Viewport:
        """Which part of the content each pane shows, and how large."""
        return self._viewport

    def set_viewport(self, viewport: Viewport) -> None:
        """Show another part; the size of the panes is always the view's own."""
        viewport = viewport.resized(self.arrangement.view, self.devicePixelRatioF())
        if viewport != self._viewport:
            self._viewport = viewport
            self._describe()
            self.update()
            self.viewport_changed.emit(viewport)
            if self._cursor is not None:
                self.cursor_moved.emit(self._content_pixel())

    @property
    def rectangle(self) -> Region | None:
        """The dragged rectangle, in content pixels."""
        return self._rectangle

    def set_rectangle(self, rectangle: Region | None) -> None:
        """Mark a part of the content; an empty one marks none."""
        rectangle = None if rectangle is None or rectangle.empty else rectangle
        if rectangle != self._rectangle:
            self._rectangle = rectangle
            self.update()
            self.rectangle_changed.emit(rectangle)

    @property
    def slice_line(self) -> SliceLine | None:
        """The row or column that is followed through time, where one is."""
        return self._slice

    def set_slice(self, line: SliceLine | None) -> None:
        """Follow a row or column through time, or none."""
        if line != self._slice:
            self._slice = line
            self.update()
            self.slice_changed.emit(line)

    @property
    def magnifier(self) -> Magnifier:
        """The lenses over the panes."""
        return self._magnifier

    def set_magnifier(self, magnifier: Magnifier) -> None:
        """Other lenses, or none."""
        before, self._magnifier = self._magnifier, magnifier
        if magnifier != before and (magnifier.on or before.on):
            self.update()
        if magnifier != replace(before, at=magnifier.at):
            self.magnifier_changed.emit(magnifier)

    @property
    def arrangement(self) -> Arrangement:
        """Where panes and dividing lines lie now."""
        ratio = self.devicePixelRatioF()
        size = (max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        x, y = self._viewport.origin
        across, down = (
            max(1, round(side * self._viewport.zoom)) for side in self._viewport.content
        )
        picture = Region(x, y, across, down).intersect(Region.whole(*size))
        return Arrangement(self._comparison, size, ratio, picture)

    # -- the mouse, as far as it is seen --------------------------------------------------

    def track_cursor(self, at: Point | None) -> None:
        """The mouse is at a point of the view; None: it has left."""
        if at != self._cursor:
            self._cursor = at
            local = self._cursor_in_pane()
            if local is not None:
                point = self._viewport.to_content(local)
                self.set_magnifier(self._magnifier.pointed_at(point))
            if self._comparison.layout == "side_by_side":
                self.update()
            self.cursor_moved.emit(self._content_pixel())

    def heat_line(self, line: int | None) -> None:
        """The mouse is at a dividing line; None: at none."""
        if line != self._hot_line:
            self._hot_line = line
            self.update()

    def heat_slice(self, hot: bool) -> None:
        """The mouse is at the line that is followed through time, or is not."""
        if hot != self._slice_hot:
            self._slice_hot = hot
            self.update()

    def _content_pixel(self) -> tuple[int, int] | None:
        local = self._cursor_in_pane()
        return None if local is None else self._viewport.pixel_at(local)

    def _cursor_in_pane(self) -> Point | None:
        arrangement, at = self.arrangement, self._cursor
        pane = None if at is None else arrangement.pane_at(at)
        return None if at is None or pane is None else arrangement.local(at, pane)

    # -- painting -------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for a picture."""
        return QSize(960, 640)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What was fitted stays fitted, else the middle stays."""
        self.set_viewport(self._viewport)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures, or how to get some."""
        painter = QPainter(self)
        room, palette = QRectF(self.rect()), self.palette()
        if self._comparison.sources:
            self._scene().paint(painter, event.rect(), palette)
        else:
            painter.fillRect(self.rect(), backdrop(palette))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._drop_offered:
            hints.drop_hint(painter, room, palette)
        elif not self._comparison.sources:
            hints.empty_state(painter, room, palette)
        if self._focus_seen:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(room.adjusted(1.0, 1.0, -1.0, -1.0))
        painter.end()
        if self._tiles.unfinished:
            self.update()

    def _scene(self) -> Scene:
        return Scene(
            self.arrangement,
            self._viewport,
            self._gallery,
            self._tiles,
            self._rectangle,
            self._cursor,
            self._hot_line,
            self._slice,
            self._slice_hot,
            self._magnifier,
        )

    # -- inner ----------------------------------------------------------------------------

    def _put(self, kind: str, key: str, pyramid: Pyramid | None) -> None:
        self._gallery.put(kind, key, pyramid)
        self._tiles.forget((kind, key))
        self.update()

    def _describe(self) -> None:
        """Tell people who do not see the view what it shows."""
        if not self._comparison.sources:
            self.setAccessibleDescription("Empty. Drop a picture or a video here.")
            return
        titles = ", ".join(self._gallery.source(key).title for key in self._comparison.visible)
        zoom = f"{100 * self._viewport.zoom:.0f} %"
        self.setAccessibleDescription(f"{titles}. Zoom {zoom}.")
