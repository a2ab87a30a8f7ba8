"""What becomes of training when the window is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from srstudio.jobs.training_runs import Snapshot


class LeavingDialog(QMessageBox):
    """Asks whether runs go on without the window.

    Args:
        runs: Those that are active.
        keep: Called if they are to go on.
        stop: Called if they are to save themselves and end.
        parent: The window.
    """

    def __init__(
        self,
        runs: Sequence[Snapshot],
        keep: Callable[[], None],
        stop: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Training goes on")
        self.setIcon(QMessageBox.Icon.Question)
        names = " and ".join(run.name for run in runs)
        self.setText(f"{names} {'is' if len(runs) == 1 else 'are'} still training.")
        self.setInformativeText(
            "Training can go on without the window; the next one finds it again. "
            "What is stopped is saved, and can be resumed."
        )
        self.keep = self.addButton("Keep training", QMessageBox.ButtonRole.AcceptRole)
        self.stop = self.addButton("Stop and save", QMessageBox.ButtonRole.DestructiveRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.keep.clicked.connect(keep)
        self.stop.clicked.connect(stop)
