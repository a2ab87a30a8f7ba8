"""Rows and groups of the list of sources, as data, and as items of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QIcon, QPixmap
from PySide6.QtWidgets import QTreeWidgetItem

from srstudio.gui.panels.model_card import ENSEMBLE_TIP
from srstudio.gui.panels.plus_button import PLUS_ON
from srstudio.gui.theme import Colours

KEY, NAME, PLUS, STATE = range(4)
ID = Qt.ItemDataRole.UserRole
ARROW = QSize(14, 14)
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Row:
    """A source in the list.

    Attributes:
        key: Its key.
        title: What a person reads.
        tip: Its tool tip.
        ticked: Whether it is shown.
        number: The key that shows it; empty for none.
        plus: Whether its self-ensemble is shown too; None where there is none.
        fixed: The tick cannot be changed.
        usable: Whether it can be chosen; else it has no tick.
        note: Said in the last column of what is not usable; without one, the title has its room.
    """

    key: str
    title: str
    tip: str = ""
    ticked: bool = False
    number: str = ""
    plus: bool | None = None
    fixed: bool = False
    usable: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; what is folded at first says how many there are."""

    name: str
    rows: Sequence[Row]
    folded: bool = False

    @property
    def heading(self) -> str:
        """What the heading says."""
        return f"{self.name} ({len(self.rows)})" if self.folded else self.name


def brush(colours: Colours, name: str) -> QBrush:
    """A colour of the theme, or gray before there is one."""
    return QBrush(QColor(colours.get(name, "#808080")))


def heading_item(group: Group, colours: Colours, font: QFont) -> QTreeWidgetItem:
    """The heading of a group."""
    item = QTreeWidgetItem([group.heading])
    item.setData(KEY, ID, group.name)
    item.setForeground(KEY, brush(colours, "muted"))
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    item.setFont(KEY, bold)
    return item


def row_item(row: Row, colours: Colours) -> QTreeWidgetItem:
    """A row; the title of one that has nothing else to say stands in the first column."""
    item = QTreeWidgetItem()
    item.setData(NAME, ID, row.key)
    if row.usable or row.note:
        _write(item, row)
    else:
        item.setText(KEY, row.title)
        item.setToolTip(KEY, row.tip)
        item.setIcon(KEY, _blank_icon())
    for column in (KEY, STATE) if row.usable else (KEY, NAME, STATE):
        item.setForeground(column, brush(colours, "muted"))
    item.setDisabled(not row.usable)
    return item


def _write(item: QTreeWidgetItem, row: Row) -> None:
    for column, text in ((KEY, row.number), (NAME, row.title), (STATE, row.note)):
        item.setText(column, text)
    for column in (KEY, STATE):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | _MIDDLE)
    item.setToolTip(NAME, row.tip)
    item.setData(PLUS, PLUS_ON, row.plus)
    if row.plus is not None:
        item.setToolTip(PLUS, ENSEMBLE_TIP)
    if row.fixed:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
    if row.usable:
        item.setCheckState(NAME, Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked)


def _blank_icon() -> QIcon:
    """As wide as the arrow of a heading, to align with its text."""
    pixmap = QPixmap(ARROW)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)
