"""The status bar: what is being done, how far, how fast, how long still; zoom and cursor."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from srstudio.jobs.events import Progressed

_STEPS = 1000


def seconds_left(seconds: float) -> str:
    """A duration as people say it: `4 s`, `2 min 5 s`, `1 h 10 min`."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


class StatusBar(QStatusBar):
    """Stage, progress, speed, time left and a button to stop; at the right zoom and cursor.

    Args:
        cancel: The action behind the button.
    """

    def __init__(self, cancel: QAction) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._stage = QLabel()
        self._stage.setContentsMargins(8, 0, 4, 0)
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 8)
        self._bar.setAccessibleName("Progress")
        self._details = QLabel()
        self._details.setProperty("role", "muted")
        self._stop = QToolButton()
        self._stop.setDefaultAction(cancel)
        self._stop.setAutoRaise(True)
        self._training = self._add_line("A training run that is going on")
        self._export = self._add_line("An export that is going on")
        self._cursor = QLabel()
        self._zoom = QLabel()
        self._zoom.setToolTip("Zoom: pixels of the screen for a pixel of the result")
        for widget in (self._stage, self._bar, self._stop, self._details):
            self.addWidget(widget)
        for label, digits in ((self._cursor, 34), (self._zoom, 7)):
            label.setMinimumWidth(self.fontMetrics().averageCharWidth() * digits)
            self.addPermanentWidget(label)
        self.show_idle("Ready")

    @property
    def stage(self) -> str:
        """What it says is being done."""
        return self._stage.text()

    @property
    def tells_zoom(self) -> bool:
        """Whether zoom and cursor are on the screen."""
        return self._zoom.isVisible()

    def show_idle(self, text: str) -> None:
        """Nothing is being computed."""
        self._stage.setText(text)
        self._details.clear()
        self._bar.hide()
        self._stop.hide()

    def show_busy(self, text: str) -> None:
        """Something is being done of which nobody knows how long it takes."""
        self._stage.setText(text)
        self._details.clear()
        self._bar.setRange(0, 0)
        self._bar.show()

    def show_progress(self, event: Progressed) -> None:
        """Something is being computed."""
        self._stage.setText(event.stage)
        left = "" if event.remaining is None else f"{seconds_left(event.remaining)} left"
        self._details.setText(", ".join(part for part in (event.speed, left) if part))
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(round(event.fraction * _STEPS))
        self._bar.show()
        self._stop.show()

    def show_training(self, text: str) -> None:
        """How far a training run is; empty while there is none."""
        self._training.setText(text)

    def show_export(self, text: str) -> None:
        """How far an export is; empty while there is none."""
        self._export.setText(text)

    def set_pictures_seen(self, seen: bool) -> None:
        """Whether there are panes on the screen whose zoom and cursor are worth telling."""
        self._cursor.setVisible(seen)
        self._zoom.setVisible(seen)

    def show_zoom(self, zoom: float) -> None:
        """The zoom of the panes."""
        percent = zoom * 100
        self._zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_cursor(self, text: str) -> None:
        """Where the cursor is, and the values there."""
        self._cursor.setText(text)

    def _add_line(self, tip: str) -> QLabel:
        """Words about work in another process."""
        line = QLabel()
        line.setProperty("role", "muted")
        line.setToolTip(tip)
        line.setContentsMargins(0, 0, 16, 0)
        self.addPermanentWidget(line)
        return line
