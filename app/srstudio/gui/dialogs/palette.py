"""The search for a command: everything that the menus offer, found by a few letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.actions import plain
from srstudio.gui.panels.figures import RIGHT

_SIZE = QSize(560, 400)
_TOP = 72  # below the upper edge of the window
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done now.

    Attributes:
        path: The titles of its menus.
        action: Does it.
    """

    path: tuple[str, ...]
    action: QAction

    @property
    def text(self) -> str:
        """What it is called, as a person reads it; told in full where it is in a submenu."""
        return ": ".join((*self.path[1:], plain(self.action.text())))

    def fits(self, words: str) -> bool:
        """Whether all the words begin something in its name, its tip or its menu."""
        action = self.action
        names = (*self.path, plain(action.text()), action.iconText())  # the tool bar's name, too
        there = " ".join((*names, action.toolTip())).casefold().split()
        wanted = words.casefold().split()
        return all(any(part.startswith(word) for part in there) for word in wanted)


def commands_in(menus: Sequence[QMenu], path: tuple[str, ...] = ()) -> Iterator[Command]:
    """Everything in the menus and the menus in them that can be chosen now."""
    for menu in menus:
        below = (*path, plain(menu.title()))
        for action in menu.actions():
            inner = action.menu()
            if not action.isEnabled() or action.isSeparator():
                continue
            if isinstance(inner, QMenu):
                yield from commands_in([inner], below)
            else:
                yield Command(below, action)


class CommandPalette(QDialog):
    """A field and the commands that fit; Enter or a click does one.

    Args:
        commands: What there is.
        parent: The window.

    Attributes:
        field: Where the letters go.
        list: The commands that fit.
    """

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Find a command")
        self._commands = commands
        self.field = QLineEdit(placeholderText="Find a command", clearButtonEnabled=True)
        self.field.setAccessibleName("Find a command")
        self.field.setTextMargins(4, 3, 4, 3)
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setUniformRowHeights(True)
        self.list.setRootIsDecorated(False)
        self.list.setHeaderHidden(True)
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.list.ensurePolished()  # else its first rows are as high as without the theme
        self._items = [_item(command) for command in commands]
        self.list.addTopLevelItems(self._items)
        self._select()
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._do)
        self.list.itemClicked.connect(lambda _: self._do())
        self._place(parent)
        self.field.setFocus()

    @property
    def found(self) -> list[str]:
        """What is listed."""
        return [item.text(0) for item in self._items if not item.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that move in the list go there, though the field has the keyboard."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            moves = event.key() in _MOVES
            if moves:
                self.list.keyPressEvent(event)
            return moves
        return super().eventFilter(watched, event)

    def _filter(self, words: str) -> None:
        for item, command in zip(self._items, self._commands, strict=True):
            item.setHidden(not command.fits(words))
        self._select()

    def _select(self) -> None:
        """The first that is listed."""
        first = next((item for item in self._items if not item.isHidden()), None)
        self.list.setCurrentItem(first)  # type: ignore[arg-type]

    def _do(self) -> None:
        item = self.list.currentItem()
        if item is None or item.isHidden():
            return
        action = self._commands[self.list.indexOfTopLevelItem(item)].action
        self.accept()
        action.trigger()

    def _place(self, parent: QWidget) -> None:
        self.resize(_SIZE.boundedTo(parent.size()))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + _TOP)


def _item(command: Command) -> QTreeWidgetItem:
    action = command.action
    state = "on" if action.isChecked() else ""
    item = QTreeWidgetItem([command.text, state, action.shortcut().toString(_NATIVE)])
    item.setIcon(0, _nothing() if action.icon().isNull() else action.icon())
    item.setToolTip(0, action.toolTip())
    item.setTextAlignment(2, RIGHT)
    return item


def _nothing() -> QIcon:
    """Keeps what has no icon in line with what has one."""
    room = QPixmap(16, 16)
    room.fill(Qt.GlobalColor.transparent)
    return QIcon(room)
