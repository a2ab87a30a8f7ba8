"""The small button in a model's row that adds its self-ensemble."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

PLUS_ON = Qt.ItemDataRole.UserRole + 1
PLUS_WIDTH = 26
_SIDE = 15.0
_ARM = 3.5
_RADIUS = 3.0


class PlusButton(QStyledItemDelegate):
    """Draws a `+` where the data of the role `PLUS_ON` is not None; filled where it is true."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the ground of the row, and the button on it."""
        super().paint(painter, option, index)
        on = index.data(PLUS_ON)
        if on is None:
            return
        style: Any = option  # its fields are unknown to the type checker
        ink, ground = _colours(style.palette, bool(style.state & QStyle.StateFlag.State_Selected))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw(painter, QPointF(style.rect.center()) + QPointF(0.5, 0.5), ink, ground, on)
        painter.restore()


def _colours(palette: QPalette, selected: bool) -> tuple[QColor, QColor]:
    """Of the ring, or the filled button; and of what is written on the filled one."""
    accent, on_accent = palette.highlight().color(), palette.highlightedText().color()
    return (on_accent, accent) if selected else (accent, on_accent)


def _draw(painter: QPainter, centre: QPointF, ink: QColor, ground: QColor, filled: bool) -> None:
    box = QRectF(0.0, 0.0, _SIDE, _SIDE)
    box.moveCenter(centre)
    painter.setPen(ink)
    painter.setBrush(ink if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    painter.setPen(ground if filled else ink)
    for arm in (QPointF(_ARM, 0.0), QPointF(0.0, _ARM)):
        painter.drawLine(centre - arm, centre + arm)
