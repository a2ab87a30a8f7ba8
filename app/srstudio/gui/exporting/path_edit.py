"""Where the result of an export goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QPushButton, QVBoxLayout

from srstudio.gui.exporting.editors import Editor
from srstudio.gui.exporting.outputs import Output


class PathEdit(Editor):
    """Where the result goes, and whether it may replace what is there.

    Attributes:
        typed: Whether a person has chosen the name.
        taken: Whether something has that name already, as far as is known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.typed = self.taken = False
        self._suggested = Path()
        self.line = QLineEdit()
        self.replace = QCheckBox("Replace the file that is there")
        self.replace.hide()
        choose = QPushButton("Choose...", autoDefault=False)
        choose.clicked.connect(lambda: self._browse())
        layout = QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.row(self.line, choose))
        layout.addWidget(self.replace)
        self.setLayout(layout)
        self.line.textEdited.connect(lambda _: self._type())
        self.line.textChanged.connect(lambda _: self._rename())
        self.replace.toggled.connect(lambda _: self.changed.emit())

    @property
    def text(self) -> str:
        """What stands there."""
        return self.line.text().strip()

    def suggest(self, path: Path) -> None:
        """Write a name, until a person writes another."""
        if not self.typed and path != self._suggested:
            self._suggested = path
            self.line.setText(str(path))

    def number(self, free: Path) -> None:
        """Write a name that is free in place of one that was suggested."""
        if not self.typed:
            self.line.setText(str(free))

    def set_suffix(self, output: Output, suffix: str) -> None:
        """Bring a name that a person has written to another container."""
        path = Path(self.text)
        if self.typed and path.suffix and not output.numbered:
            self.line.setText(str(path.with_suffix(suffix)))

    def set_taken(self, taken: bool) -> None:
        """Whether something has that name, which may be replaced if a person says so."""
        self.taken = taken
        self.replace.setVisible(taken)

    def _type(self) -> None:
        self.typed = True

    def _rename(self) -> None:
        """Nobody has allowed to replace what has another name."""
        self.set_taken(False)
        self.replace.blockSignals(True)
        self.replace.setChecked(False)
        self.replace.blockSignals(False)
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Save the video as", self.text)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # asked here, once
        dialog.selectFile(self.text)
        dialog.fileSelected.connect(self._take)
        dialog.show()

    def _take(self, name: str) -> None:
        suffix = Path(self.text).suffix
        self._type()
        self.line.setText(name if Path(name).suffix else name + suffix)
