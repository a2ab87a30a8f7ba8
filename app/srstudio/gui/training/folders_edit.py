"""Folders to be chosen: a list of them, or a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.viewer import drops

_ROWS = 3


def ask_for_folder(parent: QWidget, title: str, then: Callable[[str], None], where: str) -> None:
    """A dialog beside the window, which goes on working."""
    dialog = QFileDialog(parent, title, where)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setModal(False)
    dialog.fileSelected.connect(then)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


class FoldersEdit(QWidget):
    """Several folders; they can be dropped.

    Signals:
        changed: They are others.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._list = QListWidget()
        self._list.setAccessibleName("Folders to learn from")
        self._list.setFixedHeight(_ROWS * (self.fontMetrics().height() + 5) + 6)
        add, self._remove = QPushButton("Add folder..."), QPushButton("Remove")
        buttons = QVBoxLayout()
        buttons.addWidget(add)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        add.clicked.connect(self._ask)
        self._remove.clicked.connect(self._take_away)
        self._list.itemSelectionChanged.connect(self._show_selection)
        self._show_selection()

    @property
    def folders(self) -> tuple[str, ...]:
        """What was chosen."""
        return tuple(self._list.item(row).text() for row in range(self._list.count()))

    def set_folders(self, folders: Sequence[str]) -> None:
        """Have these, and no others."""
        self._list.clear()
        self._list.addItems(list(dict.fromkeys(folders)))
        self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if any(path.is_dir() for path in drops.local_files(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the folders."""
        dropped = [str(p) for p in drops.local_files(event.mimeData()) if p.is_dir()]
        event.acceptProposedAction()
        self.set_folders([*self.folders, *dropped])

    def _ask(self) -> None:
        where = str(Path(self.folders[-1]).parent) if self.folders else ""
        title = "A folder of pictures or clips to learn from"
        ask_for_folder(self, title, lambda name: self.set_folders([*self.folders, name]), where)

    def _take_away(self) -> None:
        for item in self._list.selectedItems():
            self._list.takeItem(self._list.row(item))
        self.changed.emit()

    def _show_selection(self) -> None:
        self._remove.setEnabled(bool(self._list.selectedItems()))


class FolderEdit(QWidget):
    """One folder, or none.

    Args:
        name: What a screen reader and the dialog call it.
        hint: Shown while it is empty.

    Signals:
        changed: It is another one.
    """

    changed = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self._name = name
        self._line = QLineEdit(placeholderText=hint, clearButtonEnabled=True)
        self._line.setAccessibleName(name)
        button = QPushButton("Choose...")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(button)
        button.clicked.connect(self._ask)
        self._line.textChanged.connect(lambda _: self.changed.emit())

    @property
    def folder(self) -> str:
        """What was chosen; empty for none."""
        return self._line.text().strip()

    def set_folder(self, folder: str) -> None:
        """Have this one."""
        self._line.setText(folder)

    def _ask(self) -> None:
        ask_for_folder(self, self._name, self.set_folder, self.folder)
