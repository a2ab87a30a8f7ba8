"""What the keyboard does in the view itself: hold a number, hold Space, pan, zoom, Escape.

Of a clip, Left and Right go through time, and a tap on Space plays.

Keys that are commands (Tab, X, D, N, B, T, H, Ctrl+0 ...) belong to the window's actions.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from srstudio.gui.viewer.comparison_view import ComparisonView

HOLD_SECONDS = 0.3
_STEP, _LEAP = 48.0, 240.0
ZOOM_STEP = 2 ** (1 / 3)

_Key = Qt.Key
_ARROWS = {
    _Key.Key_Left: (1, 0),
    _Key.Key_Right: (-1, 0),
    _Key.Key_Up: (0, 1),
    _Key.Key_Down: (0, -1),
}
_TIMES = {_Key.Key_Left: -1, _Key.Key_Right: 1}
_ZOOMS = {
    _Key.Key_Plus: ZOOM_STEP,
    _Key.Key_Equal: ZOOM_STEP,
    _Key.Key_Minus: 1 / ZOOM_STEP,
    _Key.Key_Underscore: 1 / ZOOM_STEP,
}
_WITH_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Transport(Protocol):
    """Something that plays."""

    def toggle(self) -> None:
        """Play, or stand still."""

    def skip(self, seconds: int) -> None:
        """Go some seconds on or back."""


class Keys:
    """Turns key events into changes of the view."""

    def __init__(self, view: ComparisonView) -> None:
        self._view = view
        self._held: dict[int, tuple[str | None, float]] = {}
        self.space = False
        self._pressed = 0.0

    def wants(self, event: QKeyEvent) -> bool:
        """Whether the key is the view's, before any action of the window."""
        if event.modifiers() & _WITH_COMMANDS:
            return False
        key = event.key()
        mine = key in _ARROWS or key in _ZOOMS or key == _Key.Key_Space or bool(_number(key))
        return mine or (key == _Key.Key_Escape and self._view.can_escape())

    def press(self, event: QKeyEvent) -> None:
        """Do what the key says; the caller has asked `wants`."""
        key = event.key()
        if key in _TIMES and self._view.transport is not None:
            seconds = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._view.transport.skip(_TIMES[_Key(key)] * seconds)
        elif key in _ARROWS:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = _LEAP if far else _STEP
            dx, dy = _ARROWS[_Key(key)]
            self._view.set_viewport(self._view.viewport.panned(dx * step, dy * step))
        elif key in _ZOOMS:
            self._view.zoom_by(_ZOOMS[_Key(key)])
        elif event.isAutoRepeat():
            return
        elif key == _Key.Key_Space:
            self._set_space(True)
        elif key == _Key.Key_Escape:
            self._view.escape()
        else:
            self._held[key] = (self._view.comparison.shown, time.monotonic())
            self._view.show_source(_number(key))

    def release(self, event: QKeyEvent) -> bool:
        """A number held longer than a tap goes back to what was there; whether it was ours."""
        key = event.key()
        if event.isAutoRepeat() or not (key == _Key.Key_Space or key in self._held):
            return False
        if key == _Key.Key_Space:
            self._release_space()
        else:
            before, since = self._held.pop(key)
            if time.monotonic() - since > HOLD_SECONDS:
                self._view.show_in_place(before)
        return True

    def let_go(self) -> None:
        """The focus is elsewhere: nothing is held any more."""
        if self._held:
            before, _ = next(iter(self._held.values()))
            self._held.clear()
            self._view.show_in_place(before)
        self._set_space(False)

    def use_space(self) -> None:
        """The mouse moves something while Space is down: that was no tap."""
        self._pressed = -HOLD_SECONDS

    def _release_space(self) -> None:
        tapped = self.space and time.monotonic() - self._pressed <= HOLD_SECONDS
        self._set_space(False)
        if tapped and self._view.transport is not None:
            self._view.transport.toggle()

    def _set_space(self, held: bool) -> None:
        if held != self.space:
            self.space = held
            self._pressed = time.monotonic()
            self._view.refresh_cursor()


def _number(key: int) -> int:
    """1 to 9, or 0 for any other key."""
    return key - _Key.Key_0 if _Key.Key_1 <= key <= _Key.Key_9 else 0
