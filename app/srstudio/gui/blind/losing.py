"""The question before answers of a blind test are lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class LosingDialog(QMessageBox):
    """Asks whether answers that are in no file may be lost.

    Args:
        count: How many there are.
        verb: What is done without them.
        go_on: Called if they may be.
        parent: In front of which it is.
    """

    def __init__(self, count: int, verb: str, go_on: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Answers are not saved")
        self.setIcon(QMessageBox.Icon.Question)
        answers = f"{count} answers of the blind test are" if count > 1 else "An answer is"
        self.setText(f"{answers} in no file.")
        self.setInformativeText("They can be saved at the end of the test, or when it is ended.")
        self.lose = self.addButton(f"{verb} without them", QMessageBox.ButtonRole.DestructiveRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.lose.clicked.connect(go_on)
