"""A field for a time of a clip."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from srstudio.gui.video.times import time_text


class TimeField(QLineEdit):
    """A time that can be typed; Escape takes back what was typed."""

    def __init__(self) -> None:
        super().__init__(time_text(Fraction(0)))
        self._time = Fraction(0)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        room = self.fontMetrics().horizontalAdvance("00:00:00.000") + 14
        self.setFixedWidth(room)

    def set_time(self, time: Fraction) -> None:
        """The time of the frame; not while somebody types another."""
        self._time = time
        if not (self.isModified() and self.hasFocus()):
            self.restore()

    def restore(self) -> None:
        """What was there before somebody typed."""
        self.setText(time_text(self._time))
        self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back what was typed on Escape."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.restore()
        else:
            super().keyPressEvent(event)
