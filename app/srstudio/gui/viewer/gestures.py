"""What the mouse does: pan, move a dividing line, draw a rectangle, zoom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

from srstudio.compare.viewport import Point
from srstudio.core.regions import Region
from srstudio.gui.viewer.marks import HANDLE_RADIUS

if TYPE_CHECKING:
    from srstudio.gui.viewer.comparison_view import ComparisonView

LINE_REACH = 9.0  # logical pixels around a dividing line in which it can be grabbed
SLICE_REACH = 6.0  # logical pixels around the line that is followed through time
_SHORTEST_BAND = 3.0
_NOTCHES_PER_OCTAVE = 3.0
_ANGLE_OF_A_NOTCH = 120.0
_TOUCHPAD_PIXELS_PER_OCTAVE = 240.0
_BAND_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Drag(Protocol):
    """Something that goes on while a button is down."""

    cursor: Qt.CursorShape

    def move(self, to: Point) -> None:
        """The mouse is at another point of the view."""


class PanDrag:
    """The content follows the mouse; at a limit it waits until the mouse comes back."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: ComparisonView, start: Point) -> None:
        self._view, self._start, self._viewport = view, start, view.viewport

    def move(self, to: Point) -> None:
        """Move the content by the way since the button went down."""
        if self._view.viewport.zoom != self._viewport.zoom:  # the wheel was turned meanwhile
            self._start, self._viewport = to, self._view.viewport
        dx, dy = to[0] - self._start[0], to[1] - self._start[1]
        self._view.set_viewport(self._viewport.panned(dx, dy))


class LineDrag:
    """A dividing line follows the mouse, held where it was grabbed."""

    def __init__(self, view: ComparisonView, start: Point, line: int) -> None:
        self._view, self.line = view, line
        arrangement = view.arrangement
        grip = arrangement.lines[line] / arrangement.ratio - arrangement.along(start)
        self._grip = (grip, 0.0) if view.comparison.vertical else (0.0, grip)
        self.cursor = line_cursor(view)

    def move(self, to: Point) -> None:
        """Bring the line to the mouse."""
        position = self._view.arrangement.split_at((to[0] + self._grip[0], to[1] + self._grip[1]))
        self._view.set_comparison(self._view.comparison.with_split(position, self.line))


class SliceDrag:
    """The row or column that is followed through time follows the mouse."""

    def __init__(self, view: ComparisonView, start: Point) -> None:
        self._view = view
        self._pane = view.arrangement.pane_at(start)
        self.cursor = _slice_cursor(view)

    def move(self, to: Point) -> None:
        """Bring the line to the mouse."""
        line = self._view.slice_line
        if line is not None and self._pane is not None:
            at = self._view.viewport.to_content(self._view.arrangement.local(to, self._pane))
            self._view.set_slice(line.brought_to(at))


class BandDrag:
    """A rectangle of content pixels from where the button went down to the mouse."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: ComparisonView, start: Point) -> None:
        self._view, self._start = view, start
        self._pane = view.arrangement.pane_at(start)
        view.set_rectangle(None)

    def move(self, to: Point) -> None:
        """Span the rectangle; a twitch of the mouse spans none."""
        if self._pane is None or math.dist(self._start, to) < _SHORTEST_BAND:
            return
        arrangement, viewport = self._view.arrangement, self._view.viewport
        corners = [arrangement.local(point, self._pane) for point in (self._start, to)]
        (x0, y0), (x1, y1) = (viewport.to_content(corner) for corner in corners)
        left, top = math.floor(min(x0, x1)), math.floor(min(y0, y1))
        right, bottom = math.ceil(max(x0, x1)), math.ceil(max(y0, y1))
        band = Region(left, top, right - left, bottom - top)
        self._view.set_rectangle(band.intersect(Region.whole(*viewport.content)))


class Gestures:
    """Turns mouse events into changes of the view."""

    def __init__(self, view: ComparisonView) -> None:
        self._view = view
        self._drag: Drag | None = None

    def press(self, event: QMouseEvent) -> None:
        """Begin what the button, the keys held and the place ask for."""
        at = as_point(event.position())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = PanDrag(self._view, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._left_drag(event, at)
        else:
            event.ignore()
        self.show_cursor(at)

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag, or let the line follow, or show what could be grabbed."""
        at = as_point(event.position())
        if self._drag is not None:
            self._drag.move(at)
        elif self._view.comparison.follow:
            self._bring_line(at)
        self._view.track_cursor(at)
        self.show_cursor(at)

    def release(self, event: QMouseEvent) -> None:
        """The end of the drag."""
        self._drag = None
        self.show_cursor(as_point(event.position()))

    def double_click(self, event: QMouseEvent) -> None:
        """On a dividing line turn it, elsewhere go between fit and 100 %."""
        at = as_point(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
        elif self._grabbed_line(at) is not None:
            self._view.rotate_slider()
        elif self._is_at_slice(at) and self._view.slice_line is not None:
            self._view.set_slice(self._view.slice_line.turned())
        elif self._view.viewport.is_fitted:
            self._view.zoom_to(1.0, at)
        else:
            self._view.fit()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor: a third of an octave a notch, smoothly on a touchpad.

        With Ctrl, lenses that are on become stronger or weaker.
        """
        if self._view.magnifier.on and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notch = event.angleDelta().y()
            self._view.set_magnifier(self._view.magnifier.stepped((notch > 0) - (notch < 0)))
            event.accept()
            return
        fine = event.pixelDelta().y()
        octaves = fine / _TOUCHPAD_PIXELS_PER_OCTAVE if fine else self._notches(event)
        if octaves:
            self._view.zoom_by(2.0**octaves, as_point(event.position()))
        event.accept()

    def pinch(self, event: QNativeGestureEvent) -> bool:
        """Zoom with two fingers, where the system reports it; whether it was that."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._view.zoom_by(max(0.1, 1.0 + event.value()), as_point(event.position()))
        return True

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._view.heat_line(None)
        self._view.heat_slice(False)
        self._view.track_cursor(None)

    def show_cursor(self, at: Point) -> None:
        """The shape that tells what a press would do, and the line that it would grab."""
        if self._drag is None:
            line = self._grabbed_line(at)
            at_slice = line is None and self._is_at_slice(at)
            idle = _slice_cursor(self._view) if at_slice else self._idle_cursor()
            shape = idle if line is None else line_cursor(self._view)
        else:
            line = self._drag.line if isinstance(self._drag, LineDrag) else None
            at_slice = isinstance(self._drag, SliceDrag)
            shape = self._drag.cursor
        self._view.heat_line(line)
        self._view.heat_slice(at_slice)
        if self._view.cursor().shape() != shape:
            self._view.setCursor(shape)

    def _left_drag(self, event: QMouseEvent, at: Point) -> Drag:
        line = self._grabbed_line(at)
        if self._view.space_held:
            self._view.use_space()
            return PanDrag(self._view, at)
        if event.modifiers() & _BAND_KEYS:
            return BandDrag(self._view, at)
        if line is not None:
            return LineDrag(self._view, at, line)
        return SliceDrag(self._view, at) if self._is_at_slice(at) else PanDrag(self._view, at)

    def _grabbed_line(self, at: Point) -> int | None:
        if self._view.comparison.follow or self._view.space_held:
            return None
        arrangement = self._view.arrangement
        near = arrangement.line_near(at, LINE_REACH)
        return near if near is not None else arrangement.handle_near(at, HANDLE_RADIUS)

    def _is_at_slice(self, at: Point) -> bool:
        """Whether the line that is followed through time can be grabbed at a point."""
        line, pane = self._view.slice_line, self._view.arrangement.pane_at(at)
        if line is None or pane is None or self._view.space_held:
            return False
        x, y = self._view.viewport.to_content(self._view.arrangement.local(at, pane))
        off = (x if line.upright else y) - (line.at + 0.5)
        return abs(off) * self._view.viewport.zoom <= SLICE_REACH * self._view.arrangement.ratio

    def _bring_line(self, at: Point) -> None:
        line = self._view.arrangement.line_near(at, math.inf)
        if line is not None:
            position = self._view.arrangement.split_at(at)
            self._view.set_comparison(self._view.comparison.with_split(position, line))

    def _idle_cursor(self) -> Qt.CursorShape:
        whole = self._view.viewport.visible() == Region.whole(*self._view.viewport.content)
        if self._view.space_held or not whole:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.ArrowCursor

    @staticmethod
    def _notches(event: QWheelEvent) -> float:
        return event.angleDelta().y() / _ANGLE_OF_A_NOTCH / _NOTCHES_PER_OCTAVE


def line_cursor(view: ComparisonView) -> Qt.CursorShape:
    """The shape over a dividing line."""
    upright = view.comparison.vertical
    return Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.SplitVCursor


def _slice_cursor(view: ComparisonView) -> Qt.CursorShape:
    """The shape over the line that is followed through time."""
    upright = view.slice_line is not None and view.slice_line.upright
    return Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.SplitVCursor


def as_point(point: QPointF) -> Point:
    """Qt's point as the domain's."""
    return point.x(), point.y()
