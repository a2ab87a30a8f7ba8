"""A slider over the checkpoints of a run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from srstudio.jobs.training_runs import Snapshot

_WIDEST = "step 1,000,000 · 00.00 dB"


class StepSlider(QWidget):
    """Says and chooses which checkpoint of a run is meant.

    Signals:
        chosen: The place of a checkpoint among those of the run.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._run: Snapshot | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step of the run")
        self.slider.setToolTip("Which of the weights that the run has written")
        self._label = QLabel()
        self._label.setMinimumWidth(self.fontMetrics().horizontalAdvance(_WIDEST))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._label)
        self.slider.valueChanged.connect(self._move)

    @property
    def place(self) -> int:
        """The place of the checkpoint."""
        return self.slider.value()

    @property
    def text(self) -> str:
        """Which step it is, and how good."""
        return self._label.text()

    def show_run(self, run: Snapshot, place: int) -> None:
        """Take the checkpoints of a run, and stand at one of them."""
        self._run = run
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(run.checkpoints) - 1))
        self.slider.setPageStep(max(1, len(run.checkpoints) // 10))
        self.slider.setValue(place)
        self.slider.setEnabled(len(run.checkpoints) > 1)
        self.slider.blockSignals(False)
        self._write()

    def _move(self, place: int) -> None:
        self._write()
        self.chosen.emit(place)

    def _write(self) -> None:
        self._label.setText("" if self._run is None else step_text(self._run, self.place))


def step_text(run: Snapshot, place: int) -> str:
    """A checkpoint with the quality it had: `step 4,000 · 37.04 dB`."""
    if place >= len(run.checkpoints):
        return "No weights yet"
    checkpoint, curves = run.checkpoints[place], run.curves
    if checkpoint.step is None:
        return checkpoint.moment
    found = curves.psnr[curves.validated == checkpoint.step]
    return f"{checkpoint.moment} · {found[-1]:.2f} dB" if found.size else checkpoint.moment
