"""Slices of space over time below each other, one for each visible source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from srstudio.core.frame import Pixels
from srstudio.gui.qimage import bgra_to_qimage, to_bgra

_GAP = 6
_NOTHING = 60  # gray of frames of which there is no line
_AMBER = QColor(255, 196, 61)
_DARK = QColor(0, 0, 0, 150)


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A source's line over time.

    Attributes:
        title: Of the source.
        image: A column for each frame; None where no line is known.
    """

    title: str
    image: QImage | None


def slice_image(lines: Mapping[int, Pixels], span: range) -> QImage | None:
    """Lines as the columns of a picture.

    Args:
        lines: `length x 3` RGB `uint8` by frame number, all of the same length.
        span: The frames, a column for each; those without a line are gray.
    """
    numbers = [number for number in span if number in lines]
    if not numbers:
        return None
    columns = np.stack([lines[number] for number in numbers], axis=1)
    pixels = np.full((columns.shape[0], len(span), 3), _NOTHING, np.uint8)
    pixels[:, np.asarray(numbers) - span.start] = columns
    return bgra_to_qimage(to_bgra(pixels), opaque=True)


class SliceView(QWidget):
    """Paints slices with the play head over them; a click or a drag seeks.

    Signals:
        sought: A frame number.
    """

    sought = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Slices over time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 90)
        self.setMouseTracking(True)
        self._slices: Sequence[Slice] = ()
        self._span, self._number, self._empty = range(0), 0, ""

    def sizeHint(self) -> QSize:
        """Room for two slices."""
        return QSize(480, 240)

    def show_slices(self, slices: Sequence[Slice], span: range, empty: str) -> None:
        """Show these, over these frames; or a sentence where there are none."""
        self._slices, self._span, self._empty = slices, span, empty
        self.update()

    def set_number(self, number: int) -> None:
        """The frame that the play head is at."""
        self._number = number
        self.update()

    def number_at(self, x: float) -> int | None:
        """The frame at a place."""
        if not self._span:
            return None
        place = int(x * len(self._span) / max(1, self.width()))
        return self._span[min(max(place, 0), len(self._span) - 1)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint titles, slices and the play head."""
        painter = QPainter(self)
        if not self._span:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), flags, self._empty)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for slice_, box in zip(self._slices, self._boxes(), strict=True):
            self._paint(painter, slice_, box)
        self._paint_head(painter)

    def _boxes(self) -> Sequence[QRectF]:
        """Where the slices are."""
        count = max(1, len(self._slices))
        height = (self.height() - _GAP * (count - 1)) / count
        return [QRectF(0, n * (height + _GAP), self.width(), height) for n in range(count)]

    def _paint(self, painter: QPainter, slice_: Slice, box: QRectF) -> None:
        painter.fillRect(box, QColor(_NOTHING, _NOTHING, _NOTHING))
        if slice_.image is not None:
            painter.drawImage(box, slice_.image)
        metrics = painter.fontMetrics()
        width = min(metrics.horizontalAdvance(slice_.title) + 12, int(box.width()))
        chip = QRectF(box.left() + 4, box.top() + 4, width, metrics.height() + 4)
        painter.fillRect(chip, QColor(18, 20, 24, 190))
        painter.setPen(QColor(240, 240, 240))
        title = metrics.elidedText(slice_.title, Qt.TextElideMode.ElideRight, width - 8)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, title)

    def _paint_head(self, painter: QPainter) -> None:
        if self._number not in self._span:
            return
        x = (self._number - self._span.start + 0.5) * self.width() / len(self._span)
        line = QLineF(x, 0, x, self.height())
        for colour, width in ((_DARK, 3.5), (_AMBER, 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(line)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek."""
        self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Seek while the button is down, and say which frame is under the mouse."""
        number = self.number_at(event.position().x())
        if number is None:
            return
        self._seek(event)
        QToolTip.showText(event.globalPosition().toPoint(), f"Frame {number}", self)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        super().leaveEvent(event)
        QToolTip.hideText()

    def _seek(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position().x())
        down = Qt.MouseButton.LeftButton
        if number is not None and down in (event.button(), event.buttons() & down):
            self.sought.emit(number)
