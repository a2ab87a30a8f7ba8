"""What is dropped or pasted: files, or a picture itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from srstudio.core.frame import Frame
from srstudio.gui.qimage import qimage_to_frame


def local_files(data: QMimeData) -> list[Path]:
    """The files and folders on this machine that the data name."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def usable(data: QMimeData) -> bool:
    """Whether there is something to open."""
    return bool(local_files(data)) or data.hasImage()


def picture(data: QMimeData) -> Frame | None:
    """The picture that the data hold themselves, if any."""
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    return None if image.isNull() else qimage_to_frame(image)
