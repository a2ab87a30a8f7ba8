"""What a run is and how it goes, in two lines, with the buttons that tell it what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from srstudio.gui.panels.list_page import telling_button
from srstudio.gui.panels.status import seconds_left
from srstudio.jobs.training_runs import Snapshot, State

_STEPS = 1000
_WAITING = 0.05  # share of a step, from which it is worth saying
_RESUMABLE = (State.PAUSED, State.STOPPED, State.FAILED)


class RunHeader(QWidget):
    """Name, recipe and state; progress, speed and time left; pause, resume and stop.

    Signals:
        pause_asked: Let the run wait.
        resume_asked: Let it go on.
        stop_asked: Let it save itself and end.
    """

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name, self._about = QLabel(), QLabel()
        self._name.setProperty("role", "title")
        self._about.setProperty("role", "muted")
        self.pause = telling_button(
            "Pause", "Wait after the step that is being made", self.pause_asked
        )
        self.resume = telling_button("Resume", "Go on from where it was", self.resume_asked)
        self.stop = telling_button("Stop", "Save and end; it can be resumed later", self.stop_asked)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, _STEPS)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress of the run")
        self._progress = QLabel()
        self._cause = QLabel(wordWrap=True)
        self._cause.setProperty("role", "error")
        self._arrange()

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(10)
        for part in (self._name, self._about):
            first.addWidget(part)
        first.addStretch(1)
        for button in (self.pause, self.resume, self.stop):
            first.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addWidget(self._bar)
        layout.addWidget(self._progress)
        layout.addWidget(self._cause)

    @property
    def text(self) -> str:
        """How it goes, in words."""
        return self._progress.text()

    @property
    def cause(self) -> str:
        """Why it failed."""
        return self._cause.text()

    def show_run(self, run: Snapshot) -> None:
        """Show a run."""
        self._name.setText(run.name)
        self._about.setText(" · ".join(filter(None, (run.recipe, run.scales))))
        self._about.setToolTip(str(run.folder))
        self._bar.setRange(0, 0 if run.state is State.PREPARING else _STEPS)
        self._bar.setValue(round(run.fraction * _STEPS))
        self._progress.setText(progress_text(run))
        self._cause.setText(run.cause)
        self._cause.setVisible(bool(run.cause))
        self.pause.setVisible(run.state.alive and run.state is not State.PAUSED)
        self.pause.setEnabled(run.state in (State.PREPARING, State.RUNNING))
        self.resume.setVisible(run.state in _RESUMABLE)
        self.stop.setVisible(run.state.alive)
        self.stop.setEnabled(run.state is not State.STOPPING)


def progress_text(run: Snapshot) -> str:
    """State, steps, speed and time left."""
    state = run.state.value.capitalize()
    steps = f"step {run.curves.step:,}"
    if run.iterations:
        steps += f" of {run.iterations:,}"
    parts = [state] if run.state is State.PREPARING else [state, steps]
    if run.state is State.RUNNING:
        parts += _pace(run)
    if run.curves.best is not None:
        parts.append(f"best {run.curves.best:.2f} dB")
    return " · ".join(parts)


def _pace(run: Snapshot) -> list[str]:
    """How fast a run is, how long it takes, and whether it is held up."""
    parts = [] if run.speed is None else [f"{run.speed:.3g} steps/s"]
    if run.seconds_left is not None:
        parts.append(f"{seconds_left(run.seconds_left)} left")
    waiting = run.curves.waiting[-1:]
    if waiting.size and waiting[0] > _WAITING:
        parts.append(f"{waiting[0] * 100:.0f} % of the time spent waiting for data")
    return parts
