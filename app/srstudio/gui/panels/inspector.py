"""Coordinates and the values of every source under the cursor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QIcon, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from srstudio.core.frame import Frame, quantise
from srstudio.gui.document import Document
from srstudio.gui.panels.figures import figure_table

_NOWHERE = "Move the cursor over the picture"
_SWATCH = 12
_ALPHA = 4
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def values_of(frame: Frame, x: int, y: int) -> tuple[int, ...]:
    """R, G, B (and alpha, where there is one) of a pixel, at the depth of the frame."""
    pixel = quantise(frame.pixels[y : y + 1, x : x + 1], frame.bit_depth)[0, 0]
    alpha = () if frame.alpha is None else (frame.alpha[y : y + 1, x : x + 1],)
    return (*map(int, pixel), *(int(quantise(a, frame.bit_depth)[0, 0]) for a in alpha))


class Inspector(QWidget):
    """A row for each source: a patch of the colour, and its values as they would be saved."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._place = QLabel(_NOWHERE)
        self._place.setProperty("role", "muted")
        self._tree = _tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self._place)
        layout.addWidget(self._tree, 1)
        self.rebuild()

    @property
    def place(self) -> str:
        """What it says of the position."""
        return self._place.text()

    def values(self, key: str) -> tuple[str, ...]:
        """What is written of a source; empty where nothing is."""
        item = self._tree.topLevelItem(self._document.source_keys.index(key))
        texts = () if item is None else (item.text(column) for column in range(1, 5))
        return tuple(text for text in texts if text)

    def rebuild(self) -> None:
        """A row for each source of the document."""
        self._tree.clear()
        for key in self._document.source_keys:
            row = QTreeWidgetItem([self._document.title(key)])
            for column in range(1, 5):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | _MIDDLE)
                row.setFont(column, QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            self._tree.addTopLevelItem(row)
        frames = map(self._document.frame, self._document.source_keys)
        transparent = any(frame is not None and frame.alpha is not None for frame in frames)
        self._tree.setColumnHidden(_ALPHA, not transparent)
        self.clear()

    def clear(self) -> None:
        """The cursor is nowhere."""
        self._place.setText(_NOWHERE)
        for row in range(self._tree.topLevelItemCount()):
            self._write(row, ())

    def show_at(self, x: int, y: int) -> None:
        """The cursor is over this pixel of the results."""
        opened = self._document.opened
        if opened is None:
            return
        low_x, low_y = x // opened.scale, y // opened.scale
        self._place.setText(f"x {x}, y {y}  (low resolution: {low_x}, {low_y})")
        for row, key in enumerate(self._document.source_keys):
            frame = self._document.frame(key)
            self._write(row, () if frame is None else values_of(frame, x, y))
            if frame is not None:
                self._paint(row, frame, x, y)

    def _write(self, row: int, values: tuple[int, ...]) -> None:
        item = self._tree.topLevelItem(row)
        if item is None:
            return
        for column in range(1, 5):
            item.setText(column, str(values[column - 1]) if column <= len(values) else "")
        if not values:
            item.setIcon(0, QIcon(_patch(QColor(Qt.GlobalColor.transparent))))

    def _paint(self, row: int, frame: Frame, x: int, y: int) -> None:
        red, green, blue = quantise(frame.pixels[y : y + 1, x : x + 1], 8)[0, 0].tolist()
        item = self._tree.topLevelItem(row)
        if item is not None:
            item.setIcon(0, QIcon(_patch(QColor(red, green, blue))))


def _patch(colour: QColor) -> QPixmap:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(colour)
    return pixmap


def _tree() -> QTreeWidget:
    tree = figure_table("Values under the cursor", ["Source", "R", "G", "B", "A"])
    header = tree.header()
    width = tree.fontMetrics().horizontalAdvance("65535") + 14
    for column in range(1, 5):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(column, width)
    return tree
