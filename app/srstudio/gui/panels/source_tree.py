"""The tree of the sources: rows in groups that can be folded, ticks, a `+`, and a filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from srstudio.gui.document import SourceState, Stage
from srstudio.gui.icons import icon
from srstudio.gui.panels.plus_button import PLUS_ON, PLUS_WIDTH, PlusButton
from srstudio.gui.panels.source_rows import (
    ARROW,
    ID,
    KEY,
    NAME,
    PLUS,
    STATE,
    Group,
    brush,
    heading_item,
    row_item,
)
from srstudio.gui.theme import Colours


class SourceTree(QTreeWidget):
    """Shows groups of rows, and tells what is done to them.

    Signals:
        chosen: Key of a row that was clicked.
        ticked: Key of a row, and whether it is ticked now.
        plus_clicked: Key of a row.
        menu_asked: Key of a row, and the place on the screen.
    """

    chosen = Signal(str)
    ticked = Signal(str, bool)
    plus_clicked = Signal(str)
    menu_asked = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._colours: Colours = {}
        self._folded: dict[str, bool] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._arrows = {False: QIcon(), True: QIcon()}
        self.setAccessibleName("Sources")
        self.setHeaderLabels(["Key", "Source", "", "State"])
        self.setIndentation(0)
        self.setIconSize(ARROW)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegateForColumn(PLUS, PlusButton(self))
        self._size_columns()
        self.customContextMenuRequested.connect(self._ask_menu)
        self.itemChanged.connect(self._change)
        self.itemClicked.connect(self._click)
        self.itemExpanded.connect(lambda item: self._turn(item, False))
        self.itemCollapsed.connect(lambda item: self._turn(item, True))

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme, for the rows that come."""
        self._colours = colours
        self._arrows = {
            folded: icon("unfold" if folded else "fold", colours["muted"])
            for folded in (False, True)
        }

    def show_groups(self, groups: Sequence[Group], unfold: bool = False) -> None:
        """Show these in place of what was there; the place in the list is kept.

        Args:
            groups: From top to bottom; those without rows are left out.
            unfold: Show the rows of every group, also of one that was folded.
        """
        place, current = self.verticalScrollBar().value(), self._current()
        self.blockSignals(True)
        self.clear()
        self._items.clear()
        for group in groups:
            if group.rows:
                self._add_group(group, unfold)
        if current[0] in self._items:
            self.setCurrentItem(self._items[current[0]], current[1])
        self.blockSignals(False)
        self.verticalScrollBar().setValue(place)

    def show_state(self, key: str, state: SourceState) -> None:
        """How far a source is."""
        item = self._items.get(key)
        if item is not None:
            self.blockSignals(True)
            item.setText(STATE, state.text)
            item.setToolTip(STATE, state.reason)
            failed = state.stage is Stage.FAILED
            item.setForeground(STATE, brush(self._colours, "error" if failed else "muted"))
            self.blockSignals(False)
            self.viewport().update()

    def item(self, key: str) -> QTreeWidgetItem:
        """The row of a source.

        Raises:
            KeyError: if it is not in the list.
        """
        return self._items[key]

    def heading(self, name: str) -> QTreeWidgetItem:
        """The heading of a group.

        Raises:
            StopIteration: if it is not in the list.
        """
        return next(item for item in self._top_level() if item.data(KEY, ID) == name)

    # -- building -------------------------------------------------------------------------

    def _add_group(self, group: Group, unfold: bool) -> None:
        heading = heading_item(group, self._colours, self.font())
        rows = [row_item(row, self._colours) for row in group.rows]
        self._items.update((item.data(NAME, ID), item) for item in rows)
        heading.addChildren(rows)
        self.addTopLevelItem(heading)
        for item in (heading, *rows):
            item.setFirstColumnSpanned(not item.text(NAME))
        self._fold(heading, not unfold and self._folded.get(group.name, group.folded))

    def _size_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(PLUS_WIDTH)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PLUS, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(PLUS, PLUS_WIDTH)

    # -- what is done to it ---------------------------------------------------------------

    def _top_level(self) -> Iterator[QTreeWidgetItem]:
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return (item for item in items if item is not None)

    def _current(self) -> tuple[str, int]:
        item = self.currentItem()
        return ("" if item is None else item.data(NAME, ID) or "", self.currentColumn())

    def _fold(self, heading: QTreeWidgetItem, folded: bool) -> None:
        """Show or hide the rows of a group, with the arrow that says so."""
        heading.setExpanded(not folded)
        heading.setIcon(KEY, self._arrows[folded])

    def _turn(self, heading: QTreeWidgetItem, folded: bool) -> None:
        """A group was folded or unfolded by somebody, and stays so."""
        self._folded[heading.data(KEY, ID)] = folded
        self._fold(heading, folded)

    def _change(self, item: QTreeWidgetItem, column: int) -> None:
        if column == NAME:
            key, on = item.data(NAME, ID), item.checkState(NAME) == Qt.CheckState.Checked
            # Qt is still at work on the item here, and whoever hears of the tick may replace it.
            QTimer.singleShot(0, self, lambda: self.ticked.emit(key, on))

    def _click(self, item: QTreeWidgetItem, column: int) -> None:
        key = item.data(NAME, ID)
        if key is None:
            item.setExpanded(not item.isExpanded())
        elif column == PLUS and item.data(PLUS, PLUS_ON) is not None:
            self.plus_clicked.emit(key)
        else:
            self.chosen.emit(key)

    def _ask_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        key = None if item is None else item.data(NAME, ID)
        if key is not None:
            self.menu_asked.emit(key, self.viewport().mapToGlobal(at))
