"""What a checkpoint makes of validation patches: low resolution, result, ground truth."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from srstudio.gui.background import Background

_COLUMNS = ("LR", "SR", "Ground truth")
_GAP = 4  # in the file, beside and below each patch
_SPACE = 6  # on the screen
_NONE = "Patches are shown with each validation"


class Patches(QWidget):
    """A row for each patch; read off the GUI thread.

    Args:
        background: Reads the pictures.
    """

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.setAccessibleName("Validation patches")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 160)
        self._background = background
        self._wanted: Path | None = None
        self._cells: list[list[QImage]] = []
        self._scaled_to, self._ready = 0, dict[int, QImage]()

    @property
    def rows(self) -> int:
        """How many patches are shown."""
        return len(self._cells)

    def show_picture(self, path: Path | None) -> None:
        """Show the patches of a file; what was there stays until they are read."""
        if path == self._wanted:
            return
        self._wanted = path
        if path is None:
            self._take(None, [])
        else:
            self._background.submit(
                lambda: _read(path), lambda cells: self._take(path, cells), lambda _: None
            )

    def sizeHint(self) -> QSize:
        """Three patches of the usual size."""
        return QSize(420, 440)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw headings and patches, as large as there is room."""
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        if not self._cells:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _NONE)
            return
        top = self.fontMetrics().height() + _SPACE
        side = self._side(top)
        left = (self.width() - 3 * side - 2 * _SPACE) // 2
        for column, title in enumerate(_COLUMNS):
            x = left + column * (side + _SPACE)
            painter.drawText(QRect(x, 0, side, top), Qt.AlignmentFlag.AlignLeft, title)
            for row, cells in enumerate(self._cells):
                place = QRect(x, top + row * (side + _SPACE), side, side)
                painter.drawImage(place, self._scaled(cells[column], side))

    def _side(self, top: int) -> int:
        """Of a patch on the screen."""
        rows = len(self._cells)
        across = (self.width() - 2 * _SPACE) // 3
        down = (self.height() - top - (rows - 1) * _SPACE) // rows
        return max(1, min(across, down))

    def _scaled(self, cell: QImage, side: int) -> QImage:
        """A patch as large as it is shown: not scaled again at every repaint."""
        if side != self._scaled_to:
            self._scaled_to, self._ready = side, {}
        if cell.cacheKey() not in self._ready:
            self._ready[cell.cacheKey()] = self._scale(cell, side)
        return self._ready[cell.cacheKey()]

    def _scale(self, cell: QImage, side: int) -> QImage:
        pixels = round(side * self.devicePixelRatioF())
        smooth = pixels < cell.width()
        mode = Qt.TransformationMode
        how = mode.SmoothTransformation if smooth else mode.FastTransformation
        return cell.scaled(pixels, pixels, Qt.AspectRatioMode.IgnoreAspectRatio, how)

    def _take(self, path: Path | None, cells: list[list[QImage]]) -> None:
        if path == self._wanted:
            self._cells, self._scaled_to = cells, 0
            self.update()


def _read(path: Path) -> list[list[QImage]]:
    """The patches of a file, by rows; none if it cannot be read."""
    picture = QImage(str(path))
    if picture.isNull():
        return []
    pitch = (picture.width() + _GAP) // len(_COLUMNS)
    side = pitch - _GAP
    rows = (picture.height() + _GAP) // pitch
    return [
        [picture.copy(column * pitch, row * pitch, side, side) for column in range(len(_COLUMNS))]
        for row in range(rows)
    ]
