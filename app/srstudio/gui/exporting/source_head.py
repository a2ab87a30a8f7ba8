"""What is to be exported: its name, and what is known of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from srstudio.gui.exporting.facts import Facts, about_picture, about_streams
from srstudio.gui.panels.elided import ElidedLabel
from srstudio.gui.training.field_rows import set_role


class SourceHead(QWidget):
    """Name, picture, streams, and what is wrong with the file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._name = ElidedLabel()
        self._name.setText(path.name)
        self._name.setProperty("role", "title")
        self._name.setToolTip(str(path))
        self._picture = QLabel("Reading what it holds ...", wordWrap=True)
        self._streams, self._warnings = QLabel(" ", wordWrap=True), QLabel(wordWrap=True)
        for label in (self._picture, self._streams):
            label.setProperty("role", "muted")
        self._warnings.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for part in (self._name, self._picture, self._streams, self._warnings):
            layout.addWidget(part)

    @property
    def text(self) -> str:
        """What it says below the name."""
        return "\n".join((self._picture.text(), self._streams.text()))

    def show_facts(self, facts: Facts) -> None:
        """Say what is known."""
        self._picture.setText(about_picture(facts))
        self._streams.setText(about_streams(facts))
        self._warnings.setText("\n".join(facts.clip.warnings))
        self._warnings.setVisible(bool(facts.clip.warnings))

    def show_problem(self, text: str) -> None:
        """Say why it cannot be read."""
        self._picture.setText(text)
        set_role(self._picture, "error")
