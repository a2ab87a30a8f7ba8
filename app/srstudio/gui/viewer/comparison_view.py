"""The comparison view as people use it: verbs, mouse, keyboard, drops."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from srstudio.compare.viewport import Point
from srstudio.gui.viewer import drops
from srstudio.gui.viewer.blink import Blink
from srstudio.gui.viewer.canvas import Canvas
from srstudio.gui.viewer.gestures import Gestures
from srstudio.gui.viewer.keys import ZOOM_STEP, Keys, Transport
from srstudio.gui.viewer.pane_menu import pane_menu

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class ComparisonView(Canvas):
    """Sources by a slider, side by side, or one at a time in place.

    The methods below `fit` are the verbs that the window's actions call. The view itself
    handles the mouse (a right click offers other sources for a pane), the number keys (tap or
    hold), Space, arrows, + and -, Escape.

    Attributes:
        transport: Plays what is shown, if it is a clip; Space and arrows go to it.

    Signals (besides those of `Canvas`):
        blink_changed: Whether the sources change by themselves.
        files_dropped: Paths that were dropped or pasted.
        picture_dropped: A `Frame` that was dropped or pasted as a picture.
    """

    blink_changed = Signal(bool)
    files_dropped = Signal(object)
    picture_dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gestures = Gestures(self)
        self._keys = Keys(self)
        self._blink = Blink(self)
        self.transport: Transport | None = None
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- verbs for the window's actions ---------------------------------------------------

    def fit(self) -> None:
        """The whole content, as large as the view allows."""
        self.set_viewport(self._viewport.fitted())

    def zoom_to(self, zoom: float, at: Point | None = None) -> None:
        """1.0 is 100 %; keeps what is under the point `at` of the view, or in the middle."""
        self.set_viewport(self._viewport.at_zoom(zoom, self._in_pane(at)))

    def zoom_by(self, factor: float, at: Point | None = None) -> None:
        """A step that stops at fit, 100 %, 200 % ..."""
        self.set_viewport(self._viewport.zoomed(factor, self._in_pane(at)))

    def zoom_in(self) -> None:
        """A step closer, in the middle."""
        self.zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        """A step back, from the middle."""
        self.zoom_by(1 / ZOOM_STEP)

    def show_source(self, number: int) -> None:
        """Source `number` (from 1) in place, or back to the panes if it is there already."""
        if 1 <= number <= len(self._comparison.sources):
            self.set_blinking(False)
            self.set_comparison(self._comparison.flipped(self._comparison.sources[number - 1]))

    def show_in_place(self, key: str | None) -> None:
        """A source over the whole view; None for the panes."""
        if key is None or key in self._comparison.sources:
            self.set_comparison(replace(self._comparison, shown=key))

    def next_source(self, step: Literal[1, -1] = 1) -> None:
        """The next or the previous source in place."""
        self.set_blinking(False)
        self.set_comparison(self._comparison.next_source(step))

    def swap(self) -> None:
        """The panes the other way round."""
        self.set_comparison(self._comparison.swapped())

    def cycle_overlay(self) -> None:
        """Off, absolute difference, signed difference, SSIM map."""
        self.set_comparison(self._comparison.next_overlay())

    def toggle_layout(self) -> None:
        """Slider or side by side."""
        self.set_comparison(self._comparison.toggled_layout())

    def rotate_slider(self) -> None:
        """Upright or level dividing lines."""
        self.set_comparison(self._comparison.rotated())

    def toggle_nearest(self) -> None:
        """Squares or smooth above 100 %."""
        self.set_comparison(replace(self._comparison, nearest=not self._comparison.nearest))

    def toggle_follow(self) -> None:
        """Whether the dividing line follows the mouse."""
        self.set_comparison(replace(self._comparison, follow=not self._comparison.follow))

    def toggle_labels(self) -> None:
        """Whether panes say what they show."""
        self.set_comparison(replace(self._comparison, labels=not self._comparison.labels))

    def set_magnifying(self, on: bool) -> None:
        """Lenses at the mouse, or none."""
        self.set_magnifier(self._magnifier.switched(on))

    def set_holding(self, on: bool) -> None:
        """Lenses that stay where they are, or follow the mouse again."""
        place = self._magnifier.at or self._viewport.centre
        self.set_magnifier(self._magnifier.held(place if on else None))

    @property
    def blinking(self) -> bool:
        """Whether the sources of the panes change by themselves."""
        return self._blink.running

    def set_blinking(self, on: bool) -> None:
        """Let the sources of the panes alternate in place, or stop it."""
        before = self.blinking
        (self._blink.start if on else self._blink.stop)()
        if self.blinking != before:
            self.blink_changed.emit(self.blinking)

    def toggle_blink(self) -> None:
        """Start or stop the alternation."""
        self.set_blinking(not self.blinking)

    def can_escape(self) -> bool:
        """Whether Escape has something to leave."""
        magnifying = self._magnifier.on
        return bool(self.blinking or magnifying or self._rectangle or self._comparison.shown)

    def escape(self) -> None:
        """Leave one thing: the alternation, the lenses, the rectangle, the source in place."""
        if self.blinking:
            self.set_blinking(False)
        elif self._magnifier.on:
            self.set_magnifying(False)
        elif self._rectangle is not None:
            self.set_rectangle(None)
        else:
            self.show_in_place(None)

    def paste_from_clipboard(self) -> None:
        """Offer the clipboard's files or picture, as if they were dropped."""
        self._take(QGuiApplication.clipboard().mimeData())

    def _in_pane(self, at: Point | None) -> Point | None:
        """A point of the view as one of the viewport; None where no pane is."""
        pane = None if at is None else self.arrangement.pane_at(at)
        return None if at is None or pane is None else self.arrangement.local(at, pane)

    # -- mouse ----------------------------------------------------------------------------

    @property
    def space_held(self) -> bool:
        """Whether Space turns every drag into panning."""
        return self._keys.space

    def use_space(self) -> None:
        """Space is held for something, and will not have been tapped."""
        self._keys.use_space()

    def refresh_cursor(self) -> None:
        """The shape of the mouse for what a press would do now."""
        at = self.mapFromGlobal(QCursor.pos())
        self._gestures.show_cursor((float(at.x()), float(at.y())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, or follow the mouse."""
        self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn the slider, or go between fit and 100 %."""
        self._gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        self._gestures.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer other sources for the pane under the mouse."""
        menu = pane_menu(self, (float(event.x()), float(event.y())))
        if menu is not None:
            menu.popup(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        self._gestures.leave()

    # -- keyboard -------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the view's own keys from the window's shortcuts; take pinches."""
        if isinstance(event, QNativeGestureEvent) and self._gestures.pinch(event):
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.set_viewport(self.viewport)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(self._keys.wants(event))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The view's own keys."""
        if self._keys.wants(event):
            self._keys.press(event)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A key that was held comes up."""
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard goes, if it was used to get here."""
        self._focus_seen = event.reason() in _BY_KEYBOARD
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is held any more."""
        self._focus_seen = False
        self._keys.let_go()
        self.update()
        super().focusOutEvent(event)

    # -- drops ----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say that what is held over the view can be dropped."""
        if drops.usable(event.mimeData()):
            event.acceptProposedAction()
            self._offer_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It was taken elsewhere."""
        self._offer_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass on what was dropped."""
        self._offer_drop(False)
        event.acceptProposedAction()
        self._take(event.mimeData())

    def _offer_drop(self, on: bool) -> None:
        self._drop_offered = on
        self.update()

    def _take(self, data: QMimeData) -> None:
        """Pass files on, or else the picture that the data hold."""
        files, picture = drops.local_files(data), None
        if files:
            self.files_dropped.emit(files)
        else:
            picture = drops.picture(data)
        if picture is not None:
            self.picture_dropped.emit(picture)
