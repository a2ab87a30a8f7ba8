"""Small dark plates with text, readable on any picture: labels, the zoom, the colour bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from srstudio.compare.sources import SourceKind
from srstudio.core.regions import Region
from srstudio.metrics.maps import ColourBar

MARGIN = 10.0
PLATE = QColor(18, 20, 24, 205)
RIM = QColor(255, 255, 255, 38)
INK = QColor(255, 255, 255, 240)
FAINT = QColor(255, 255, 255, 150)
TINTS: dict[SourceKind, QColor] = {
    "lr": QColor("#b9c0cc"),
    "model": QColor("#5aa9ff"),
    "truth": QColor("#56d3a0"),
}
_PADDING = 9.0
_NARROWEST = 44.0


@dataclass(frozen=True, slots=True)
class Label:
    """What a pane says.

    Attributes:
        text: Title and numbers.
        kind: Gives the dot its colour.
        number: The number key that shows the source; 0 for none.
    """

    text: str
    kind: SourceKind
    number: int


def plate(painter: QPainter, box: QRectF) -> None:
    """The dark ground of a chip, with a rim that sets it off from dark pictures."""
    painter.setPen(QPen(RIM, 1.0))
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)


def label_chip(painter: QPainter, room: QRectF, label: Label, right: bool = False) -> None:
    """A label in the top corner of `room`, cut short with an ellipsis where it is too narrow."""
    metrics = QFontMetricsF(painter.font())
    badge = str(label.number) if 1 <= label.number <= 9 else ""
    start = _PADDING + 16.0 + (metrics.horizontalAdvance(badge) + 7.0 if badge else 0.0)
    widest = room.width() - 2 * MARGIN
    if widest < _NARROWEST:
        return
    text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, widest - start - _PADDING)
    width = min(widest, start + metrics.horizontalAdvance(text) + _PADDING)
    x = room.right() - MARGIN - width if right else room.left() + MARGIN
    box = QRectF(x, room.top() + MARGIN, width, metrics.height() + 10.0)
    plate(painter, box)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(TINTS[label.kind])
    painter.drawEllipse(QPointF(x + _PADDING + 4.0, box.center().y()), 4.0, 4.0)
    _write(painter, box, _PADDING + 16.0, badge, FAINT)
    _write(painter, box, start, text, INK)


def zoom_text(zoom: float, fitted: bool) -> str:
    """The zoom in per cent, as it is always shown."""
    percent = 100.0 * zoom
    number = f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}"
    return f"{number} % · fit" if fitted else f"{number} %"


def lens_text(zoom: float, frozen: bool) -> str:
    """What is added while there are lenses."""
    return f" · lens {100.0 * zoom:.0f} %" + (", held" if frozen else "")


def zoom_chip(painter: QPainter, room: QRectF, text: str) -> None:
    """The zoom in the bottom left corner."""
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 8.0
    width = metrics.horizontalAdvance(text) + 2 * _PADDING
    box = QRectF(room.left() + MARGIN, room.bottom() - MARGIN - height, width, height)
    plate(painter, box)
    _write(painter, box, _PADDING, text, INK)


def size_chip(painter: QPainter, around: QRectF, region: Region) -> None:
    """The size of a rectangle of content pixels, under its lower right corner."""
    text = f"{region.width} × {region.height}"  # noqa: RUF001 - the sign between sizes
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text) + 12.0
    right = max(around.right(), around.left() + width)
    box = QRectF(right - width, around.bottom() + 5.0, width, metrics.height() + 4.0)
    plate(painter, box)
    _write(painter, box, 6.0, text, INK)


def colour_bar(painter: QPainter, room: QRectF, bar: ColourBar) -> None:
    """The legend of a map in the bottom right corner: title, colours, ticks."""
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 0.9)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    width = min(260.0, room.width() - 2 * MARGIN)
    height = 2 * metrics.height() + 31.0
    if width < 140.0 or room.height() < height + 4 * MARGIN:
        painter.restore()
        return
    corner = QPointF(room.right() - MARGIN - width, room.bottom() - MARGIN - height)
    box = QRectF(corner.x(), corner.y(), width, height)
    plate(painter, box)
    painter.setPen(INK)
    title = metrics.elidedText(bar.title, Qt.TextElideMode.ElideRight, width - 2 * _PADDING)
    painter.drawText(QPointF(box.x() + _PADDING, box.y() + 6.0 + metrics.ascent()), title)
    strip = QRectF(box.x() + 16.0, box.y() + metrics.height() + 11.0, width - 32.0, 9.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(strip, _strip_image(bar))
    _ticks(painter, strip, bar, metrics)
    painter.restore()


def _ticks(painter: QPainter, strip: QRectF, bar: ColourBar, metrics: QFontMetricsF) -> None:
    low, high = bar.limits
    for value, text in zip(bar.ticks, bar.labels, strict=True):
        x = strip.left() + strip.width() * (value - low) / (high - low)
        painter.setPen(QPen(FAINT, 1.0))
        painter.drawLine(QPointF(x, strip.bottom()), QPointF(x, strip.bottom() + 3.0))
        painter.setPen(INK)
        left = x - metrics.horizontalAdvance(text) / 2
        painter.drawText(QPointF(left, strip.bottom() + 4.0 + metrics.ascent()), text)


def _strip_image(bar: ColourBar) -> QImage:
    row = np.ascontiguousarray(bar.table[np.newaxis])
    return QImage(row.data, row.shape[1], 1, row.nbytes, QImage.Format.Format_RGB888).copy()


def _write(painter: QPainter, box: QRectF, offset: float, text: str, colour: QColor) -> None:
    painter.setPen(colour)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box.adjusted(offset, 0.0, 0.0, 0.0), middle, text)
