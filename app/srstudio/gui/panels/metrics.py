"""MSE, PSNR and SSIM of every source: whole, visible part, rectangle; and by what convention."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from srstudio.core.regions import Region
from srstudio.gui.panels.figures import figure_table
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import Measurement
from srstudio.settings.schema import ProtocolName

PRESETS: tuple[tuple[str, ProtocolName], ...] = (
    ("Paper (Y, cropped as published)", "paper"),
    ("RGB", "rgb"),
)
AREAS = {"whole": "Whole picture", "visible": "Visible part", "rectangle": "Rectangle"}
_HINTS = {
    "whole": "measured when a picture is complete",
    "visible": "the whole picture is visible",
    "rectangle": "Shift+drag over the picture",
}
_NO_TRUTH = "Open or drop the ground truth, and every source is measured against it."
_MSE, _PSNR, _SSIM = 1, 2, 3
_BEST = {_MSE: min, _PSNR: max, _SSIM: max}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_NUMBER = Qt.ItemDataRole.UserRole


def number(value: float, digits: int) -> str:
    """A figure as it is written in the table."""
    if math.isnan(value):
        return "-"
    return "\u221e" if math.isinf(value) else f"{value:.{digits}f}"


class MetricsPanel(QWidget):
    """A table for the whole picture, one for the visible part, one for the dragged rectangle.

    Signals:
        protocol_chosen: The name of the preset, `paper` or `rgb`.
    """

    protocol_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._preset = QComboBox()
        self._preset.setAccessibleName("Convention of the metrics")
        for text, name in PRESETS:
            self._preset.addItem(text, name)
        self._preset.activated.connect(
            lambda row: self.protocol_chosen.emit(self._preset.itemData(row))
        )
        self._tree = _tree()
        self._areas = {area: self._add_area(area) for area in AREAS}
        self.set_sources(())
        self._note = QLabel(_NO_TRUTH)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self._preset)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._note)

    def set_protocol(self, name: ProtocolName, protocol: Protocol | None) -> None:
        """Show the convention; `None` while there is nothing to measure against."""
        self._preset.setCurrentIndex(self._preset.findData(name))
        self._note.setText(_NO_TRUTH if protocol is None else protocol.sentence)

    def set_sources(self, sources: Sequence[tuple[str, str]]) -> None:
        """Empty every table and give it a row for each source: key and title."""
        for area, top in self._areas.items():
            top.takeChildren()
            top.setHidden(not sources)
            for key, title in sources:
                row = QTreeWidgetItem([title, "", "", ""])
                row.setData(0, _NUMBER, key)
                for column in _BEST:
                    row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | _MIDDLE)
                top.addChild(row)
            top.setExpanded(True)
            self.set_region(area, None)

    def set_region(self, area: str, region: Region | None) -> None:
        """Say where the area is; without a region its rows are hidden."""
        top = self._areas[area]
        there = region is not None and top.childCount() > 0
        for row in _rows(top):
            row.setHidden(not there)
        where = _HINTS[area]
        if region is not None:
            place = "" if area == "whole" else f" at {region.x}, {region.y}"
            where = f"{region.width}x{region.height}{place}"
        top.setText(0, f"{AREAS[area]}: {where}")
        font = QFont(top.font(0))
        font.setBold(there)
        top.setFont(0, font)

    def set_measurement(self, area: str, key: str, measurement: Measurement) -> None:
        """Write a source's figures, and mark the best of each column."""
        top = self._areas[area]
        figures = ((_MSE, measurement.mse, 2), (_PSNR, measurement.psnr, 2))
        for row in _rows(top):
            if row.data(0, _NUMBER) == key:
                for column, value, digits in (*figures, (_SSIM, measurement.ssim, 4)):
                    row.setText(column, number(value, digits))
                    row.setData(column, _NUMBER, value)
        self._mark_best(top)

    def forget(self, key: str) -> None:
        """A source has no figures any more, until it is measured again."""
        for top in self._areas.values():
            for row in _rows(top):
                if row.data(0, _NUMBER) == key:
                    for column in _BEST:
                        row.setText(column, "")
                        row.setData(column, _NUMBER, None)
            self._mark_best(top)

    @property
    def note(self) -> str:
        """The convention that is written beneath the figures."""
        return self._note.text()

    def text(self, area: str, key: str) -> tuple[str, str, str]:
        """MSE, PSNR and SSIM of a source as they are written; empty while not measured."""
        row = next(row for row in _rows(self._areas[area]) if row.data(0, _NUMBER) == key)
        return row.text(_MSE), row.text(_PSNR), row.text(_SSIM)

    def _add_area(self, area: str) -> QTreeWidgetItem:
        top = QTreeWidgetItem([f"{AREAS[area]}: {_HINTS[area]}"])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._tree.addTopLevelItem(top)
        top.setFirstColumnSpanned(True)
        return top

    @staticmethod
    def _mark_best(top: QTreeWidgetItem) -> None:
        for column, better in _BEST.items():
            values = [row.data(column, _NUMBER) for row in _rows(top)]
            known = [v for v in values if isinstance(v, float) and not math.isnan(v)]
            for row, value in zip(_rows(top), values, strict=True):
                font = QFont(row.font(0))
                font.setBold(len(known) > 1 and value == better(known))
                row.setFont(column, font)


def _rows(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    rows = (top.child(row) for row in range(top.childCount()))
    return [row for row in rows if row is not None]


def _tree() -> QTreeWidget:
    tree = figure_table("Metrics", ["Source", "MSE", "PSNR dB", "SSIM"])
    tree.setIndentation(10)
    tree.setItemsExpandable(False)
    for column in _BEST:
        tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
    return tree
