"""Rows of a form, each with room for what its value means or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from srstudio.gui.training.field_rows import set_role

_EDITOR_WIDTH = 300
_LINE = 4  # above the text of an editor


class Fields(QWidget):
    """Label, editor, and a note beside it; below it where the editor takes the whole width."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, QLabel] = {}
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(1, _EDITOR_WIDTH)
        grid.setColumnStretch(2, 1)

    def add(self, name: str, title: str, editor: QWidget, *, wide: bool = False) -> None:
        """Add a row at the end."""
        label, note = QLabel(title), QLabel(wordWrap=True)
        label.setBuddy(editor)
        editor.setAccessibleName(title.replace("&", ""))
        row, grid = self._grid.rowCount(), self._grid
        if wide:
            label.setContentsMargins(0, _LINE, 0, 0)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        else:
            grid.addWidget(label, row, 0)
        grid.addWidget(editor, row, 1, 1, 2 if wide else 1)
        if wide:
            grid.addWidget(note, row + 1, 1, 1, 2)
        else:
            grid.addWidget(note, row, 2)
        self.notes[name] = note

    def say(self, problems: Mapping[str, str], remarks: Mapping[str, str]) -> None:
        """Say what is wrong with the rows, or else what they mean."""
        for name, note in self.notes.items():
            note.setText(problems.get(name) or remarks.get(name, ""))
            set_role(note, "error" if problems.get(name) else "muted")
