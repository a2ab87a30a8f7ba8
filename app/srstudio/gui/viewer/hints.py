"""What the view says when it is empty, and when files are held over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPalette, QPen

_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


def empty_state(painter: QPainter, room: QRectF, palette: QPalette) -> None:
    """A dashed frame with a picture and the ways to fill the view."""
    ink = QColor(palette.color(QPalette.ColorRole.WindowText))
    card = _card(room, 440.0, 250.0)
    ink.setAlphaF(0.28)
    painter.setPen(_dashes(ink))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(card, 16.0, 16.0)
    ink.setAlphaF(0.5)
    _icon(painter, QPointF(card.center().x(), card.top() + card.height() * 0.32), ink)
    ink.setAlphaF(0.9)
    text_top = card.top() + card.height() * 0.58
    _say(painter, card, text_top, "Drop a picture or a video here", ink, size=1.5, bold=True)
    ink.setAlphaF(0.6)
    more = "or press Ctrl+O to open, Ctrl+V to paste"
    _say(painter, card, text_top + 36.0, more, ink, size=1.05)


def drop_hint(painter: QPainter, room: QRectF, palette: QPalette) -> None:
    """The view says that it will take what is held over it."""
    accent = QColor(palette.color(QPalette.ColorRole.Highlight))
    painter.fillRect(room, QColor(10, 12, 16, 165))
    frame = room.adjusted(14.0, 14.0, -14.0, -14.0)
    painter.setPen(_dashes(accent.lighter(130)))
    accent.setAlphaF(0.14)
    painter.setBrush(accent)
    painter.drawRoundedRect(frame, 14.0, 14.0)
    white = QColor(255, 255, 255)
    middle = room.center()
    _icon(painter, middle - QPointF(0.0, 46.0), white)
    _say(painter, frame, middle.y() + 10.0, "Drop to open", white, size=1.6, bold=True)


def _card(room: QRectF, width: float, height: float) -> QRectF:
    width, height = min(width, room.width() - 32.0), min(height, room.height() - 32.0)
    return QRectF(
        room.center().x() - width / 2, room.center().y() - height / 2, width, height
    ).translated(0.5, 0.5)


def _dashes(colour: QColor) -> QPen:
    pen = QPen(colour, 2.0, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap)
    pen.setDashPattern([4.0, 4.0])
    return pen


def _icon(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    """A framed landscape, 56 by 44."""
    painter.save()
    painter.translate(centre)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(colour, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    drawing = QPainterPath(QPointF(-28.0, 14.0))
    for x, y in ((-13.0, 1.0), (-3.0, 10.0), (10.0, -5.0), (28.0, 12.0)):
        drawing.lineTo(x, y)
    drawing.addRoundedRect(QRectF(-28.0, -22.0, 56.0, 44.0), 6.0, 6.0)
    drawing.addEllipse(QPointF(-13.0, -9.0), 4.0, 4.0)
    painter.drawPath(drawing)
    painter.restore()


def _say(
    painter: QPainter,
    card: QRectF,
    top: float,
    text: str,
    colour: QColor,
    *,
    size: float,
    bold: bool = False,
) -> None:
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(colour)
    box = QRectF(card.left() + 12.0, top, card.width() - 24.0, card.bottom() - top)
    painter.drawText(box, _CENTRE, text)
    painter.restore()
