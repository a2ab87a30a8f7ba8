"""The means of every source, and below each the frames on which it is worst."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from srstudio.gui.panels.figures import RIGHT, figure_table
from srstudio.gui.panels.metrics import number
from srstudio.gui.video.series import KINDS, Series
from srstudio.jobs.curves import Figure

_WORST = 5  # frames that are listed of each source
_NUMBER = Qt.ItemDataRole.UserRole
_SWATCH = 10
_FEW = 2  # columns of figures beside which there is room for names
_NARROWEST = 264


class WorstList(QTreeWidget):
    """A row for each source, and below it rows for its worst frames: a click shows one.

    Signals:
        chosen: A frame number.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        headings = ["Mean, worst", *(kind.heading for kind in KINDS.values())]
        figure_table("Means and worst frames", headings, self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIndentation(14)
        self.setMinimumWidth(_NARROWEST)
        self._rows: list[tuple[str, QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        for column in range(1, len(headings)):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def set_sources(self, titles: Mapping[str, str], colours: Collection[QColor]) -> None:
        """Have a row for each source, in the colour of its curves."""
        self.clear()
        self._rows = []
        for (key, title), colour in zip(titles.items(), colours, strict=True):
            row, worst = QTreeWidgetItem([title]), [QTreeWidgetItem() for _ in range(_WORST)]
            row.setIcon(0, _swatch(colour))
            row.setToolTip(0, title)
            row.setFlags(Qt.ItemFlag.ItemIsEnabled)
            row.addChildren(worst)
            _align([row, *worst])
            self.addTopLevelItem(row)
            row.setExpanded(True)
            self._rows.append((key, row, worst))

    def set_shown(self, figures: Collection[Figure]) -> None:
        """Have columns for these figures only."""
        for column, figure in enumerate(KINDS, 1):
            self.setColumnHidden(column, figure not in figures)
        modes = QHeaderView.ResizeMode
        few = len(figures) <= _FEW
        self.header().setSectionResizeMode(0, modes.Stretch if few else modes.ResizeToContents)

    def show_series(self, series: Series, by: Figure) -> None:
        """Write means, and the frames that are worst by a figure."""
        for key, row, children in self._rows:
            _write(row, {figure: series.mean(key, figure) for figure in KINDS}, bold=True)
            worst = series.worst(key, by, _WORST)
            for nth, child in enumerate(children):
                child.setHidden(nth >= len(worst))
            for child, frame in zip(children, worst, strict=False):
                child.setText(0, f"frame {frame}")
                child.setData(0, _NUMBER, frame)
                _write(child, {f: series.values(key, f)[frame] for f in KINDS}, bold=False)

    def _choose(self, item: QTreeWidgetItem) -> None:
        frame = item.data(0, _NUMBER)
        if isinstance(frame, int):
            self.chosen.emit(frame)


def _write(row: QTreeWidgetItem, values: Mapping[Figure, float], bold: bool) -> None:
    for column, (figure, kind) in enumerate(KINDS.items(), 1):
        row.setText(column, number(values[figure], kind.digits))
    font = QFont(row.font(0))
    if font.bold() != bold:
        font.setBold(bold)
        for column in range(len(KINDS) + 1):
            row.setFont(column, font)


def _align(rows: Collection[QTreeWidgetItem]) -> None:
    for row in rows:
        for column in range(1, len(KINDS) + 1):
            row.setTextAlignment(column, RIGHT)


def _swatch(colour: QColor) -> QIcon:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(colour)
    return QIcon(pixmap)
