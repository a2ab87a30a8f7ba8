"""Paints the strip of the timeline: times, the loop region, what is computed, the play head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from srstudio.gui.theme import Colours
from srstudio.gui.video.ruler import Ruler, Spans

TIMES, TRACK, ROW, GAP = 18.0, 14.0, 3.0, 2.0  # heights
HANDLE = 7.0  # width of the handle beside an end of the region
_TICKS = (7.0, 4.0)
_HEAD = 5.5
_CURVES = 6  # colours of the theme


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the strip shows.

    Attributes:
        ruler: Where times are.
        number: The frame that is shown.
        region: First frame and the one after the last, of what is looped and exported.
        is_marked: Whether somebody has chosen that region.
        rows: Where computed frames are, for each source.
        hover: Where the mouse is; None where it is elsewhere.
    """

    ruler: Ruler
    number: int
    region: tuple[int, int]
    is_marked: bool
    rows: Sequence[Spans]
    hover: float | None = None


def height_of(rows: int) -> int:
    """Of a strip with rows for so many sources."""
    return round(TIMES + TRACK + GAP + rows * (ROW + GAP) + 2)


def paint(painter: QPainter, look: Look, colours: Colours, font: QFont) -> None:
    """Paint everything, in logical pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    _track(painter, look, colours)
    _times(painter, look.ruler, colours)
    _rows(painter, look, colours)
    _handles(painter, look, colours)
    _head(painter, look, colours)


def _track(painter: QPainter, look: Look, colours: Colours) -> None:
    ruler = look.ruler
    whole = QRectF(ruler.left, TIMES, ruler.width, TRACK)
    painter.setPen(QPen(QColor(colours["border"]), 1.0))
    painter.setBrush(QColor(colours["base"]))
    painter.drawRoundedRect(whole.adjusted(-0.5, 0.5, 0.5, -0.5), 2.0, 2.0)
    if look.is_marked:
        left, right = (ruler.x(number) for number in look.region)
        painter.fillRect(QRectF(left, TIMES + 1, right - left, TRACK - 2), _region(colours))
    shown = ruler.x(look.number), ruler.x(look.number + 1)
    frame = QRectF(shown[0], TIMES + 1, max(1.0, shown[1] - shown[0]), TRACK - 2)
    painter.fillRect(frame, _faint(colours["text"], 70))


def _region(colours: Colours) -> QColor:
    return _faint(colours["accent"], 120)


def _faint(name: str, alpha: int) -> QColor:
    colour = QColor(name)
    colour.setAlpha(alpha)
    return colour


def _times(painter: QPainter, ruler: Ruler, colours: Colours) -> None:
    metrics = painter.fontMetrics()
    room = metrics.horizontalAdvance("00:00:00.00") + 14.0
    line, text = QColor(colours["border"]), QColor(colours["muted"])
    for tick in ruler.ticks(room):
        length = _TICKS[0] if tick.text else _TICKS[1]
        x = round(tick.x) + 0.5
        painter.setPen(QPen(text if tick.text else line, 1.0))
        painter.drawLine(QPointF(x, TIMES - length), QPointF(x, TIMES - 1))
        if tick.text and x + 4 + metrics.horizontalAdvance(tick.text) < ruler.right + HANDLE:
            painter.drawText(QPointF(x + 4, TIMES - 5), tick.text)


def _rows(painter: QPainter, look: Look, colours: Colours) -> None:
    ruler = look.ruler
    painter.setPen(Qt.PenStyle.NoPen)
    for place, spans in enumerate(look.rows):
        y = row_top(place)
        painter.fillRect(QRectF(ruler.left, y, ruler.width, ROW), QColor(colours["border"]))
        painter.setBrush(QColor(colours[f"curve_{place % _CURVES + 1}"]))
        painter.drawRects([QRectF(left, y, right - left, ROW) for left, right in spans])


def row_top(place: int) -> float:
    """Where the row of a source begins."""
    return TIMES + TRACK + GAP + place * (ROW + GAP)


def _handles(painter: QPainter, look: Look, colours: Colours) -> None:
    colour = colours["link"] if look.is_marked else colours["muted"]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    first, stop = (look.ruler.x(number) for number in look.region)
    for x, outward in ((first, -1.0), (stop, 1.0)):
        painter.drawPath(_bracket(x, outward))


def _bracket(x: float, outward: float) -> QPainterPath:
    """A flag that stands outside of the region, its straight side on the region's end."""
    path = QPainterPath(QPointF(x, TIMES))
    path.lineTo(x + outward * (HANDLE - 2), TIMES)
    path.quadTo(x + outward * HANDLE, TIMES, x + outward * HANDLE, TIMES + 2)
    path.lineTo(x + outward * HANDLE, TIMES + TRACK - 2)
    path.quadTo(x + outward * HANDLE, TIMES + TRACK, x + outward * (HANDLE - 2), TIMES + TRACK)
    path.lineTo(x, TIMES + TRACK)
    path.closeSubpath()
    return path


def _head(painter: QPainter, look: Look, colours: Colours) -> None:
    bottom = row_top(len(look.rows))
    if look.hover is not None:
        painter.setPen(QPen(_faint(colours["text"], 110), 1.0))
        painter.drawLine(QPointF(look.hover, TIMES), QPointF(look.hover, bottom))
    x = round(look.ruler.x(look.number)) + 0.5
    painter.setPen(QPen(QColor(colours["window"]), 3.5))
    painter.drawLine(QPointF(x, TIMES), QPointF(x, bottom))
    painter.setPen(QPen(QColor(colours["text"]), 1.5))
    painter.drawLine(QPointF(x, TIMES - 2), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours["text"]))
    top = TIMES - _HEAD - 4
    corners = ((-_HEAD, top), (_HEAD, top), (_HEAD, top + 3), (0, TIMES), (-_HEAD, top + 3))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in corners]))
