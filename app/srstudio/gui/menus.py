"""The menus that are lists: choices, files opened before, panels, themes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QDockWidget, QMenu

from srstudio.gui.theme import ThemeManager
from srstudio.settings.schema import Theme, WindowSettings

T = TypeVar("T")

_THEMES: tuple[tuple[str, Theme], ...] = (
    ("As the system", "system"),
    ("Dark", "dark"),
    ("Light", "light"),
)


def add_choice(
    menu: QMenu, rows: Iterable[tuple[str, T]], ticked: T, chosen: Callable[[T], object]
) -> QActionGroup:
    """Add entries of which one is ticked.

    Args:
        menu: Gets them.
        rows: The text and the value of each; an action has the value as its data.
        ticked: The value that is chosen at first.
        chosen: Told the value that a person chooses.
    """
    group = QActionGroup(menu)
    for text, value in rows:
        action = group.addAction(text)
        action.setCheckable(True)
        action.setChecked(value == ticked)
        action.setData(value)
        action.triggered.connect(lambda _=False, value=value: chosen(value))
        menu.addAction(action)
    return group


class ListMenus(QObject):
    """Three menus.

    Args:
        settings: Whose files are listed, and where a chosen theme is kept.
        theme: Follows what is chosen.
        docks: The panels that can be shown and hidden.

    Signals:
        file_chosen(path): A file that was opened before is to be opened again.
    """

    file_chosen = Signal(object)

    def __init__(
        self, settings: WindowSettings, theme: ThemeManager, docks: Iterable[QDockWidget]
    ) -> None:
        super().__init__()
        self._settings, self._follow = settings, theme.follow
        self.recent, self.panels = QMenu("Open &recent"), QMenu("&Panels")
        self.theme = self._theme_menu()
        for dock in docks:
            self.panels.addAction(dock.toggleViewAction())
        self.list_recent()

    def list_recent(self) -> None:
        """List the files of the settings anew."""
        self.recent.clear()
        for path in map(Path, self._settings.recent):
            action = self.recent.addAction(str(path))
            action.triggered.connect(lambda _=False, path=path: self.file_chosen.emit(path))
        self.recent.setEnabled(bool(self._settings.recent))

    def _theme_menu(self) -> QMenu:
        menu = QMenu("&Theme")
        add_choice(menu, _THEMES, self._settings.theme, self._choose_theme)
        return menu

    def _choose_theme(self, theme: Theme) -> None:
        self._settings.theme = theme
        self._follow(theme)
