"""The timeline as a strip: click and drag to seek, drag the handles to choose a region."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QMenu, QToolTip

from srstudio.gui.video import timeline_paint
from srstudio.gui.video.strip_canvas import StripCanvas
from srstudio.gui.video.timeline_paint import HANDLE, TIMES, TRACK
from srstudio.gui.video.times import time_text

_REACH = 3.0  # beside a handle in which it can be grabbed, too
_HANDLES = ("in", "out")
_MANY = 10  # frames of a large step
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -_MANY,
    Qt.Key.Key_PageDown: _MANY,
}


class TimelineStrip(StripCanvas):
    """Shows and chooses the frame and the region of a clip.

    Signals:
        sought: A frame number, the newest where the mouse was at several since the last.
        marks_chosen: The range of a region; None for the whole clip.
        stepped: So many frames on (back where negative).
    """

    sought = Signal(int)
    marks_chosen = Signal(object)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._drag, self._grip = "", 0.0
        self._wanted: int | None = None
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._tell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grab a handle, or bring the play head."""
        if event.button() == Qt.MouseButton.LeftButton and self._timeline is not None:
            self._grab(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, and say what is under the mouse."""
        if self._timeline is None:
            return
        at = event.position()
        is_handle = (self._drag or self._handle_at(at)) in _HANDLES
        self.setCursor(Qt.CursorShape.SizeHorCursor if is_handle else Qt.CursorShape.ArrowCursor)
        self._hover = at.x()
        self.update()
        if self._drag:
            self._follow(at.x())
        QToolTip.showText(event.globalPosition().toPoint() + QPoint(0, 12), self.told_at(at), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = ""

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        super().leaveEvent(event)
        self._hover = None
        QToolTip.hideText()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Frame by frame."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.stepped.emit(-1 if turned > 0 else 1)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to begin or end the region here."""
        ruler = self.ruler
        if ruler is not None:
            by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
            here = ruler.number(event.pos().x()) if by_mouse else self._number
            self.menu_at(here).popup(event.globalPos())

    def menu_at(self, number: int) -> QMenu:
        """The region can begin or end at a frame, or be the whole clip."""
        region, menu = self.region, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices = {
            f"In point at frame {number}": range(number, max(region.stop, number + 1)),
            f"Out point at frame {number}": range(min(region.start, number), number + 1),
            "Whole clip": self._whole,
        }
        for text, marks in choices.items():
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, marks=marks: self._choose(marks))
            action.setEnabled(marks != region)
        return menu

    def told_at(self, at: QPointF) -> str:
        """What there is at a place: the frame, its time, the source whose row it is."""
        ruler = self.ruler
        if ruler is None:
            return ""
        number = ruler.number(at.x())
        time = ruler.timeline.time(number) - ruler.timeline.start
        lines = [f"Frame {number}   {time_text(time)}"]
        for place, (key, kept) in enumerate(self._kept.items()):
            if 0 <= at.y() - timeline_paint.row_top(place) < timeline_paint.ROW + 1:
                there = "computed" if number in kept else "not computed yet"
                lines.append(f"{self._titles.get(key, key)}: {there}, {len(kept):,} frames are")
        return "\n".join(lines)

    @property
    def _whole(self) -> range:
        return range(0 if self._timeline is None else len(self._timeline))

    def _handle_at(self, at: QPointF) -> str:
        """Which handle is at a place; none by an empty text."""
        ruler = self.ruler
        if ruler is None or not TIMES <= at.y() <= TIMES + TRACK:
            return ""
        first, stop = (ruler.x(number) for number in (self.region.start, self.region.stop))
        if first - HANDLE - _REACH <= at.x() <= first + 1:
            return "in"
        return "out" if stop - 1 <= at.x() <= stop + HANDLE + _REACH else ""

    def _grab(self, at: QPointF) -> None:
        """Begin to drag a handle, held where it was grabbed, or else the play head."""
        ruler = self.ruler
        self._drag, self._grip = self._handle_at(at) or "head", 0.0
        if ruler is not None and self._drag in _HANDLES:
            end = self.region.start if self._drag == "in" else self.region.stop
            self._grip = ruler.x(end) - at.x()
        self._follow(at.x())

    def _follow(self, x: float) -> None:
        """Bring what is dragged to the mouse."""
        ruler, region = self.ruler, self.region
        if ruler is None:
            return
        if self._drag == "head":
            self._wanted = ruler.number(x)
            self._later.start()
            return
        edge = ruler.edge(x + self._grip)
        if self._drag == "in":
            self._choose(range(min(edge, region.stop - 1), region.stop))
        else:
            self._choose(range(region.start, max(edge, region.start + 1)))

    def _choose(self, marks: range) -> None:
        """Tell of a region, unless it is the one that is there."""
        if marks != self.region:
            chosen = None if marks == self._whole else marks
            self.set_marks(chosen)
            self.marks_chosen.emit(chosen)

    def _tell(self) -> None:
        """Seek the newest place, now that everything that waited has been done."""
        if self._wanted is not None and self._wanted != self._number:
            self.set_number(self._wanted)
            self.sought.emit(self._wanted)
        self._wanted = None

    # -- keyboard -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrows, ten frames with Page Up and Page Down, to the ends."""
        key = Qt.Key(event.key())
        if self._timeline is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _KEYS:
            self.stepped.emit(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.sought.emit(0 if key == Qt.Key.Key_Home else len(self._timeline) - 1)
        else:
            super().keyPressEvent(event)
