"""What is drawn on the pictures and under them: the slider, the grid, frames, the cursor."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, qRgb

from srstudio.core.regions import Region

HANDLE_RADIUS = 17.0
_WHITE = QColor(255, 255, 255)
_DARK = QColor(0, 0, 0, 120)
_AMBER = QColor(255, 196, 61)
_GRID = QColor(128, 128, 128, 96)


def divider(painter: QPainter, line: QLineF, handle: bool, hot: bool) -> None:
    """A dividing line, light with dark sides so that it shows on any picture.

    Args:
        painter: In logical pixels.
        line: From end to end of the view.
        handle: Draw the grip in the middle.
        hot: The mouse is near or drags it.
    """
    for colour, width in ((_DARK, 3.5), (_WHITE, 1.5)):
        pen = QPen(colour, width + 0.5 if hot else width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(line)
    if handle:
        _handle(painter, line.center(), upright=line.dx() == 0, hot=hot)


def _handle(painter: QPainter, centre: QPointF, upright: bool, hot: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    if not upright:
        painter.rotate(90.0)
    radius = HANDLE_RADIUS if hot else HANDLE_RADIUS - 1.5
    painter.setPen(QPen(_DARK, 3.5))
    painter.setBrush(QColor(18, 20, 24, 225 if hot else 170))
    painter.drawEllipse(QPointF(0, 0), radius, radius)
    painter.setPen(QPen(_WHITE, 1.75))
    painter.drawEllipse(QPointF(0, 0), radius - 0.5, radius - 0.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_WHITE)
    for side in (-1.0, 1.0):
        arrow = QPainterPath(QPointF(side * 9.5, 0.0))
        arrow.lineTo(side * 4.0, -5.0)
        arrow.lineTo(side * 4.0, 5.0)
        arrow.closeSubpath()
        painter.drawPath(arrow)
    painter.restore()


def pixel_grid(painter: QPainter, area: Region, origin: tuple[int, int], zoom: float) -> None:
    """Faint lines between content pixels, one device pixel wide; everything in device pixels."""
    painter.setPen(QPen(_GRID, 0.0))
    columns = range(
        math.ceil((area.x - origin[0]) / zoom), int((area.right - origin[0]) / zoom) + 1
    )
    rows = range(math.ceil((area.y - origin[1]) / zoom), int((area.bottom - origin[1]) / zoom) + 1)
    lines = [_upright(round(origin[0] + n * zoom), area) for n in columns]
    lines += [_level(round(origin[1] + n * zoom), area) for n in rows]
    painter.drawLines(lines)


def _upright(x: int, area: Region) -> QLineF:
    return QLineF(x + 0.5, area.y, x + 0.5, area.bottom)


def _level(y: int, area: Region) -> QLineF:
    return QLineF(area.x, y + 0.5, area.right, y + 0.5)


def rectangle(painter: QPainter, box: QRectF) -> None:
    """A dragged rectangle: dashes in white on a dark line."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 190), 1.5))
    painter.drawRect(box)
    painter.setPen(QPen(_WHITE, 1.5, Qt.PenStyle.CustomDashLine))
    pen = painter.pen()
    pen.setDashPattern([4.0, 4.0])
    painter.setPen(pen)
    painter.drawRect(box)


def frame(painter: QPainter, box: QRectF) -> None:
    """A part of the picture that is looked at closely: white between dark lines."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 3.0), (_WHITE, 1.0)):
        painter.setPen(QPen(colour, width))
        painter.drawRect(box)


def slice_line(painter: QPainter, line: QLineF, hot: bool) -> None:
    """A row or column that is followed through time: amber dashes on a dark line.

    Args:
        painter: In logical pixels.
        line: From end to end of the content.
        hot: The mouse is near or drags it.
    """
    pen = QPen(_DARK, 3.5 if hot else 3.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(line)
    pen = QPen(_AMBER, 2.0 if hot else 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([5.0, 3.0])
    painter.setPen(pen)
    painter.drawLine(line)


def cross(painter: QPainter, at: QPointF) -> None:
    """Where the cursor of another pane is: a cross open in the middle."""
    arms = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        unit = QPointF(dx, dy)
        arms.append(QLineF(at + unit * 4.0, at + unit * 13.0))
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3.0))
    painter.drawLines(arms)
    painter.setPen(QPen(_WHITE, 1.25))
    painter.drawLines(arms)


def rect(region: Region) -> QRect:
    """The region in Qt's terms."""
    return QRect(region.x, region.y, region.width, region.height)


def squares(side: int) -> QImage:
    """Two by two squares in light grays: what is seen through transparent pictures."""
    image = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
    image.fill(qRgb(204, 204, 204))
    painter = QPainter(image)
    for x, y in ((0, 0), (side, side)):
        painter.fillRect(x, y, side, side, _WHITE)
    painter.end()
    return image
