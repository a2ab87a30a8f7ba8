"""Rows of a list in two lines, each with a text at the left and another at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from srstudio.gui.theme import Colours

Index = QModelIndex | QPersistentModelIndex
_MARGIN, _BAR = 8, 4
_CHOSEN = 150  # opacity of what lies behind a selected row, of 255


@dataclass(frozen=True, slots=True)
class Words:
    """A text in a colour of the theme."""

    text: str
    colour: str = "text"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class TwoLines:
    """What a row says.

    Attributes:
        title: Above, at the left; shortened where there is no room.
        figure: Above, at the right.
        about: Below, at the left; shortened likewise.
        state: Below, at the right.
        mark: Colour of the bar beside a selected row; empty for the accent.
        done: How far something is, 0 to 1, drawn below; None for nothing.
    """

    title: Words
    figure: Words
    about: Words
    state: Words
    mark: str = ""
    done: float | None = None


class TwoLineDelegate(QStyledItemDelegate):
    """Draws the rows.

    Attributes:
        colours: Of the theme.
    """

    colours: Colours

    def words(self, index: Index) -> TwoLines:
        """What a row says."""
        raise NotImplementedError

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Two lines."""
        height = option.fontMetrics.height()
        return QSize(120, 2 * height + 2 * _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        words = self.words(index)
        self.initStyleOption(option, index)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            self._choose(painter, option.rect, words.mark)
        self._write(painter, option, words)
        if words.done is not None:
            self._draw_bar(painter, option.rect, words.done)
        painter.restore()

    def _choose(self, painter: QPainter, box: QRect, mark: str) -> None:
        chosen = QColor(self.colours["border"])
        chosen.setAlpha(_CHOSEN)
        painter.fillRect(box, chosen)
        bar = QRect(box)
        bar.setWidth(_BAR)
        painter.fillRect(bar, QColor(mark or self.colours["accent"]))

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, words: TwoLines) -> None:
        box: QRect = option.rect.adjusted(_BAR + _MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
        top, bottom = QRect(box), QRect(box)
        top.setHeight(box.height() // 2)
        bottom.setTop(top.bottom() + 1)
        self._line(painter, top, option.font, words.title, words.figure)
        self._line(painter, bottom, option.font, words.about, words.state)

    def _line(self, painter: QPainter, box: QRect, font: QFont, left: Words, right: Words) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        self._use(painter, font, right)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | middle, right.text)
        room = box.width() - painter.fontMetrics().horizontalAdvance(right.text) - _MARGIN
        self._use(painter, font, left)
        shortened = painter.fontMetrics().elidedText(left.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | middle, shortened)

    def _use(self, painter: QPainter, font: QFont, words: Words) -> None:
        written = QFont(font)
        if words.bold:
            written.setWeight(QFont.Weight.DemiBold)
        painter.setFont(written)
        painter.setPen(QColor(self.colours[words.colour]))

    def _draw_bar(self, painter: QPainter, box: QRect, done: float) -> None:
        """How far something is, along the lower edge."""
        line = QRect(box.left() + _BAR + _MARGIN, box.bottom() - 2, 0, 2)
        line.setRight(box.right() - _MARGIN)
        painter.fillRect(line, QColor(self.colours["border"]))
        line.setWidth(round(line.width() * done))
        painter.fillRect(line, QColor(self.colours["accent"]))
