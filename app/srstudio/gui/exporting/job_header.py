"""What an export is and how it goes, with the buttons that tell it what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from srstudio.core.errors import StudioError
from srstudio.gui.exporting.words import model_text, name_of, progress_text
from srstudio.gui.panels.elided import ElidedLabel
from srstudio.gui.panels.list_page import telling_button
from srstudio.gui.panels.message_strip import as_sentence
from srstudio.jobs.export_status import ExportStatus, State

_STEPS = 1000
_PAUSABLE = (State.STARTING, State.RUNNING, State.PAUSING)
_UNFINISHED = (State.FAILED, State.CANCELLED, State.INTERRUPTED)
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class JobHeader(QWidget):
    """Name and state; progress, speed and time left; what can be done.

    Signals:
        pause_asked: Let the export wait.
        resume_asked: Let it go on.
        retry_asked: Begin it again.
        cancel_asked: End it.
        compare_asked: Look at the result.
        folder_asked: Show where it is.
    """

    pause_asked = Signal()
    resume_asked = Signal()
    retry_asked = Signal()
    cancel_asked = Signal()
    compare_asked = Signal()
    folder_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name, self._about = ElidedLabel(), ElidedLabel()
        self._name.setProperty("role", "title")
        self._about.setProperty("role", "muted")
        self.pause = telling_button(
            "Pause", "Wait, and give the device's memory back", self.pause_asked
        )
        self.resume = telling_button("Resume", "Go on from where it was", self.resume_asked)
        self.retry = telling_button("Start again", "From the first frame", self.retry_asked)
        self.cancel = telling_button(
            "Cancel...", "End it, with or without a result", self.cancel_asked
        )
        self.compare = telling_button("Compare result", "Beside its source", self.compare_asked)
        self.folder = telling_button(
            "Open folder", "In the system's file manager", self.folder_asked
        )
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress of the export")
        self._progress, self._cause, self._notes = QLabel(), _text("error"), _text("muted")
        self._arrange()

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self._name, 1)
        for button in self._buttons:
            first.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(first)
        for part in (self._about, self._bar, self._progress, self._cause, self._notes):
            layout.addWidget(part)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (self.compare, self.folder, self.pause, self.resume, self.retry, self.cancel)

    @property
    def text(self) -> str:
        """How it goes, in words."""
        return self._progress.text()

    @property
    def cause(self) -> str:
        """Why it failed, and what can be done."""
        return self._cause.text()

    @property
    def notes(self) -> str:
        """What is worth knowing."""
        return self._notes.text()

    def show_job(self, job: ExportStatus) -> None:
        """Show an export."""
        report, state = job.report, job.state
        self._name.setText(name_of(job.settings))
        self._name.setToolTip(job.settings.output)
        self._about.setText(about_text(job))
        self._about.setToolTip(job.settings.source)
        self._bar.setRange(0, 0 if state is State.STARTING and not report.total else _STEPS)
        self._bar.setValue(_STEPS if state is State.FINISHED else int(report.fraction * 999))
        self._progress.setText(progress_text(job))
        told = state in (State.FAILED, State.INTERRUPTED) and report.cause
        cause = StudioError(as_sentence(report.cause), report.advice)
        self._say(self._cause, str(cause) if told else "")
        self._say(self._notes, "\n".join(report.notes))
        self._offer(job)

    def _offer(self, job: ExportStatus) -> None:
        """Show the buttons that make sense."""
        state = job.state
        again = state in _UNFINISHED
        self.pause.setVisible(state in _PAUSABLE)
        self.pause.setEnabled(state is not State.PAUSING)
        self.resume.setVisible(state is State.PAUSED or (again and job.resumable))
        self.retry.setVisible(again)
        self.cancel.setVisible(state.active)
        self.cancel.setEnabled(state is not State.CANCELLING)
        self.compare.setVisible(job.report.output is not None)
        self.folder.setVisible(job.report.output is not None)

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def about_text(job: ExportStatus) -> str:
    """What is made of what: `holiday.mp4, frames 0 to 99 · fsrcnn-x2 · 1280 x 720`."""
    settings, size = job.settings, job.report.size
    source = settings.source_path.name
    if settings.stop is not None:
        source += f", frames {settings.start} to {settings.stop - 1}"
    parts = [source, model_text(settings)]
    return " · ".join([*parts, f"{size[0]} x {size[1]}"] if size else parts)


def _text(role: str) -> QLabel:
    label = QLabel(wordWrap=True, textInteractionFlags=_SELECTABLE)
    label.setProperty("role", role)
    return label
