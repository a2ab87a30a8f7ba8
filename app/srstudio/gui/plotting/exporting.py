"""The curves as files: a picture of the plots, or a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, SignalInstance
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from srstudio.core.files import write_bytes
from srstudio.gui.background import Background

_KINDS = {"png": "PNG picture (*.png)", "csv": "CSV table (*.csv)"}


def ask_where(
    parent: QWidget,
    kind: str,
    name: str,
    then: Callable[[Path], None],
    title: str = "Save the curves",
) -> None:
    """A dialog beside the window, for a file of a kind (`png`, `csv`)."""
    dialog = QFileDialog(parent, title, f"{name}.{kind}", _KINDS[kind])
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def saver(
    background: Background,
    write: Callable[[Path], Path],
    told: SignalInstance,
    failed: SignalInstance,
) -> Callable[[Path], None]:
    """What writes a file in the background, and then says where it is or why it is not."""

    def save(path: Path) -> None:
        background.submit(
            lambda: write(path), lambda written: told.emit(f"Saved {written}"), failed.emit
        )

    return save


def write_picture(image: QImage, path: Path) -> Path:
    """Write a picture as PNG, in place of one that is there; the dialog has asked.

    Raises:
        OutputError: if it cannot be written.
    """
    buffer = QBuffer()
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    write_bytes(path, bytes(buffer.data().data()), overwrite=True)
    return path


def write_table(make: Callable[[], bytes], path: Path) -> Path:
    """Make a table and write it as CSV, in place of one that is there.

    Raises:
        OutputError: if it cannot be written.
    """
    write_bytes(path, make(), overwrite=True)
    return path
