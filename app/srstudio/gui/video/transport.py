"""Playing, stepping, where the clip is and how fast it goes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from srstudio.gui.icons import icon
from srstudio.gui.theme import Colours
from srstudio.gui.video.time_field import TimeField
from srstudio.gui.video.times import HALF_OF_THE_LAST_DIGIT, read_time, time_text
from srstudio.media.video.timeline import Timeline

RATES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_BUTTONS = {
    "to_start": "To the first frame",
    "step_back": "One frame back",
    "play": "Play",
    "step_forward": "One frame on",
    "to_end": "To the last frame",
    "loop": "Begin again at the end of the region",
}


class Transport(QWidget):
    """Buttons and fields over the timeline.

    Signals:
        sought: A frame number.
        play_toggled: Play, or stand still.
        stepped: So many frames on (back where negative).
        rate_asked: So many times as fast.
        loop_toggled: Whether the region begins again at its end.
    """

    sought = Signal(int)
    play_toggled = Signal()
    stepped = Signal(int)
    rate_asked = Signal(float)
    loop_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._timeline: Timeline | None = None
        self._colours: Colours = {}
        self._playing = False
        self.buttons = {name: _button(tip) for name, tip in _BUTTONS.items()}
        self.buttons["loop"].setCheckable(True)
        self.frame, self.time = _frame_field(), TimeField()
        self.time.setAccessibleName("Time")
        self.time.setToolTip("Time since the first frame; type another, as in 1:23.5")
        self.last, self.whole, self.speed = QLabel(), QLabel(), QLabel()
        # As wide as there is room: it does not say how narrow the window can be.
        self.speed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.speed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.rate = _button("Speed")
        self.rate.setProperty("role", "menu")
        self.rate.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.rate.setMenu(self._rates())
        self._lay_out()
        self._connect()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        for name, button in self.buttons.items():
            button.setIcon(icon(name, colours["text"]))
        self._show_playing()

    def set_timeline(self, timeline: Timeline | None) -> None:
        """Another clip; None: no clip."""
        self._timeline = timeline
        if timeline is not None:
            last = len(timeline) - 1
            self.frame.setMaximum(last)
            self.last.setText(f"/ {last}")
            self.whole.setText(f"/ {time_text(timeline.stop - timeline.start)}")
            self.set_number(0)

    def set_number(self, number: int) -> None:
        """The frame that is shown; not where somebody types another."""
        if self._timeline is None:
            return
        if not (self.frame.hasFocus() and self.frame.lineEdit().isModified()):
            self.frame.blockSignals(True)
            self.frame.setValue(number)
            self.frame.blockSignals(False)
        self.time.set_time(self._timeline.time(number) - self._timeline.start)
        self.buttons["to_start"].setEnabled(number > 0)
        self.buttons["step_back"].setEnabled(number > 0)
        self.buttons["step_forward"].setEnabled(number < self.frame.maximum())
        self.buttons["to_end"].setEnabled(number < self.frame.maximum())

    def set_state(self, playing: bool, rate: float, waiting: bool, fps: float | None) -> None:
        """Whether and how fast it plays, and whether the next frame is still being computed."""
        self.rate.setText(rate_text(rate if rate else 1.0))
        self.speed.setText(self._speed_text(rate, playing and waiting, fps))
        if playing != self._playing:
            self._playing = playing
            self._show_playing()

    def set_looped(self, looped: bool) -> None:
        """Whether the region begins again at its end."""
        self.buttons["loop"].setChecked(looped)

    def _speed_text(self, rate: float, waiting: bool, fps: float | None) -> str:
        """Frames a second; while they have to be waited for, of how many."""
        if not waiting or self._timeline is None:
            return "" if fps is None else f"{fps:.1f} fps"
        wanted = float(self._timeline.rate) * abs(rate)
        return "computing" if fps is None else f"computing, {fps:.1f} of {wanted:.0f} fps"

    def _show_playing(self) -> None:
        button, text = self.buttons["play"], "Pause" if self._playing else "Play"
        button.setToolTip(text)
        button.setAccessibleName(text)
        if self._colours:
            button.setIcon(icon(text.lower(), self._colours["text"]))

    def _rates(self) -> QMenu:
        menu = QMenu(self)
        for rate in RATES:
            action = menu.addAction(rate_text(rate))
            action.triggered.connect(lambda _=False, rate=rate: self.rate_asked.emit(rate))
        return menu

    def _lay_out(self) -> None:
        self.rate.setText(rate_text(1.0))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for button in self.buttons.values():
            layout.addWidget(button)
        for parts in ((self.frame, self.last), (self.time, self.whole)):
            layout.addSpacing(10)
            for part in parts:
                layout.addWidget(part)
                layout.addSpacing(2)
        for label in (self.last, self.whole, self.speed):
            label.setProperty("role", "muted")
        layout.addWidget(self.speed, 1)
        layout.addWidget(self.rate)

    def _connect(self) -> None:
        buttons = self.buttons
        buttons["to_start"].clicked.connect(lambda: self.sought.emit(0))
        buttons["step_back"].clicked.connect(lambda: self.stepped.emit(-1))
        buttons["play"].clicked.connect(lambda: self.play_toggled.emit())
        buttons["step_forward"].clicked.connect(lambda: self.stepped.emit(1))
        buttons["to_end"].clicked.connect(lambda: self.sought.emit(self.frame.maximum()))
        buttons["loop"].clicked.connect(self.loop_toggled)
        self.frame.valueChanged.connect(self.sought)
        self.time.returnPressed.connect(self._seek_typed)
        self.time.editingFinished.connect(self.time.restore)

    def _seek_typed(self) -> None:
        """Go to the frame at the time that was typed, or take back what is none."""
        seconds = read_time(self.time.text())
        self.time.restore()
        if seconds is not None and self._timeline is not None:
            # What is written is rounded: a frame at 33.4 ms is meant by 0.033.
            asked = self._timeline.start + seconds + HALF_OF_THE_LAST_DIGIT
            self.sought.emit(self._timeline.index(asked))


def rate_text(rate: float) -> str:
    """A speed: `0.25x`, `-2x`."""
    return f"{rate:g}x"


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button


def _frame_field() -> QSpinBox:
    field = QSpinBox()
    field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    field.setKeyboardTracking(False)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.setAccessibleName("Frame number")
    field.setToolTip("Number of the frame, from 0; type another")
    field.setMaximum(0)
    field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    field.setFixedWidth(field.fontMetrics().horizontalAdvance("0000000") + 14)
    return field
