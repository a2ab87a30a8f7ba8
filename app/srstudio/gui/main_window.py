"""The window: where the view, the panels, the menus and the bars are. Layout only."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.actions import MENUS, PAGES, TOOL_BAR, Actions
from srstudio.gui.panels.empty_page import EmptyPage
from srstudio.gui.panels.message_strip import MessageStrip
from srstudio.gui.panels.status import StatusBar
from srstudio.gui.video.docks import ClipDocks
from srstudio.gui.viewer import drops
from srstudio.settings.schema import WindowSettings

_LAYOUT_VERSION = 3
_SIZE = QSize(1360, 860)
_ICON = QSize(20, 20)
# What is below the pictures is as wide as they are.
_CORNERS = {
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}
_WITH_TEXT = {
    "comparison": "Compare",
    "training": "Train",
    "exports": "Export",
    "blind": "Blind",
    "open": "Open",
    "open_truth": "Ground truth",
    "save": "Save",
}


class MainWindow(QMainWindow):
    """Takes what it is made of, and gives each thing its place.

    Args:
        view: The comparison view.
        empty: Shown while there is no picture.

    Attributes:
        strip: Says sentences.
        docks: The panels.
        clip_docks: Those that are there while a clip is open.
        may_close: Asked whether the window can be closed.

    Signals:
        closing: The window is about to close.
        files_dropped: Paths that were dropped beside the view.
    """

    closing = Signal()
    files_dropped = Signal(object)

    def __init__(self, view: QWidget, empty: EmptyPage) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setWindowTitle("SR Studio")
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.strip = MessageStrip()
        self._view, self._empty = view, empty
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(view)
        self._comparison = QWidget()
        self._below = _column(self._comparison)
        self._below.addWidget(self._pages, 1)
        centre = QWidget()
        self._centre = _column(centre)
        self._centre.addWidget(self.strip)
        self._centre.addWidget(self._comparison, 1)
        self._task: QWidget | None = None
        self.setCentralWidget(centre)
        self.docks: list[QDockWidget] = []
        self.clip_docks = ClipDocks(self, ())
        self.may_close: Callable[[], bool] = lambda: True
        self._docked: QByteArray | None = None
        self._passing = False

    def add_docks(self, left: Mapping[str, QWidget], right: Mapping[str, QWidget]) -> None:
        """Panels by their titles, from top to bottom."""
        for side, panels in (
            (Qt.DockWidgetArea.LeftDockWidgetArea, left),
            (Qt.DockWidgetArea.RightDockWidgetArea, right),
        ):
            for title, panel in panels.items():
                dock = _dock(title, panel)
                self.addDockWidget(side, dock)
                self.docks.append(dock)

    def add_clip_docks(self, panels: Mapping[str, QWidget]) -> None:
        """Panels by their titles, in one place below the pictures."""
        for corner, side in _CORNERS.items():
            self.setCorner(corner, side)
        self.clip_docks = ClipDocks(self, [_dock(title, panel) for title, panel in panels.items()])

    def arrange_docks(self, widths: Sequence[int], heights: Sequence[int]) -> None:
        """The usual sizes: widths of the first dock of each side, heights of the right ones."""
        ends = [self.docks[0], self.docks[-1]]
        self.resizeDocks(ends, list(widths), Qt.Orientation.Horizontal)
        self.resizeDocks(self.docks[1:], list(heights), Qt.Orientation.Vertical)

    def add_bars(
        self, actions: Actions, widgets: Mapping[str, QWidget], menus: Mapping[str, QMenu]
    ) -> None:
        """Menus and tool bar from the table of verbs, and the status bar."""
        for title, names in MENUS.items():
            actions.fill(self.menuBar().addMenu(title), names, menus)
        for title, names in (("Pages", PAGES), ("Tool bar", TOOL_BAR)):
            bar = QToolBar(title)
            bar.setObjectName(title.lower())
            bar.setIconSize(_ICON)
            bar.setMovable(False)
            actions.fill(bar, names, widgets)
            _write_names(bar, actions)
            self.addToolBar(bar)
        self._bar = bar
        self.setStatusBar(StatusBar(actions["cancel"]))

    def add_below(self, widget: QWidget) -> None:
        """Something below the pictures."""
        self._below.addWidget(widget)

    def show_task(self, page: QWidget | None) -> None:
        """A page in place of the comparison, without its panels and tools; None: that again."""
        if page is None and self._docked is not None:
            self._set_task(None)
            self.restoreState(self._docked, _LAYOUT_VERSION)
            self._docked = None
            self.clip_docks.set_away(False)
        elif page is not None and self._docked is None:
            self.clip_docks.set_away(True)
            self._docked = self.saveState(_LAYOUT_VERSION)
            for widget in (*self.docks, self._bar):
                widget.hide()
            self._set_task(page)
        elif page is not None:
            self._set_task(page)

    def _set_task(self, page: QWidget | None) -> None:
        # Not a stack: in that, what is hidden would still say how small the window can be.
        if self._task is not None:
            self._task.hide()
        self._task = page
        self._comparison.setVisible(page is None)
        if page is not None:
            self._centre.addWidget(page, 1)
            page.show()

    @property
    def menus(self) -> list[QMenu]:
        """Those of the menu bar."""
        menus = (action.menu() for action in self.menuBar().actions())
        return [menu for menu in menus if isinstance(menu, QMenu)]

    @property
    def status(self) -> StatusBar:
        """The status bar."""
        bar = self.statusBar()
        assert isinstance(bar, StatusBar)
        return bar

    def show_picture(self, shown: bool) -> None:
        """The view, or the invitation."""
        self._pages.setCurrentWidget(self._view if shown else self._empty)
        if shown:
            self._view.setFocus()

    def focus_next_panel(self) -> None:
        """Take the keyboard to the next panel, or back to the pictures."""
        centre = self._view if self._view.isVisible() else self._empty
        stops = [*(dock.widget() for dock in self.docks if dock.isVisible()), centre]
        focus = self.focusWidget()
        now = [n for n, stop in enumerate(stops) if stop is focus or stop.isAncestorOf(focus)]
        place = now[0] + 1 if now else 0
        stop = stops[place % len(stops)]
        inner = (w for w in stop.findChildren(QWidget) if _takes_focus(w))
        next(inner, stop).setFocus(Qt.FocusReason.TabFocusReason)

    def restore(self, settings: WindowSettings) -> None:
        """Place and size of the last time; the usual ones if there was none."""
        self.resize(_SIZE)
        self.restoreGeometry(_bytes(settings.geometry))
        if self.restoreState(_bytes(settings.state), _LAYOUT_VERSION):
            self.clip_docks.gather()
        else:
            self.arrange_docks((300, 350), (380, 190, 190))

    def remember(self, settings: WindowSettings) -> None:
        """Write place and size into the settings, as they are beside the pictures."""
        self.show_task(None)
        self.clip_docks.spread()
        settings.geometry = _text(self.saveGeometry())
        settings.state = _text(self.saveState(_LAYOUT_VERSION))
        self.clip_docks.gather()

    def set_full_screen(self, on: bool) -> None:
        """Only the pictures, on the whole screen; or the window as it was."""
        beside = (*self.docks, self._bar) if self._docked is None else ()
        pages = self.findChildren(QToolBar, "pages")
        for widget in (*beside, *pages, self.menuBar(), self.statusBar()):
            widget.setVisible(not on)
        self.clip_docks.set_away(on or self._docked is not None)
        self.setWindowState(
            self.windowState() | Qt.WindowState.WindowFullScreen
            if on
            else self.windowState() & ~Qt.WindowState.WindowFullScreen
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let everybody finish first, unless somebody has something to ask."""
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no panel wants are the view's, wherever the focus is."""
        self._pass_on(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """As for presses."""
        self._pass_on(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if drops.local_files(event.mimeData()):
            event.acceptProposedAction()
            self._empty.show_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._empty.show_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files."""
        self._empty.show_drop(False)
        paths: list[Path] = drops.local_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _pass_on(self, event: QKeyEvent) -> None:
        # What the view does not want comes back to us, as to every parent.
        if self._view.isVisible() and not self._view.hasFocus() and not self._passing:
            self._passing = True
            copy = QKeyEvent(
                event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat()
            )
            QApplication.sendEvent(self._view, copy)
            self._passing = False
        else:
            event.ignore()


def _dock(title: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(title)
    dock.setObjectName(f"dock {title}")
    dock.setWidget(panel)
    return dock


def _column(widget: QWidget) -> QVBoxLayout:
    """A column that fills a widget."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def _write_names(bar: QToolBar, actions: Actions) -> None:
    """Some buttons have their names beside their icons."""
    for name, text in _WITH_TEXT.items():
        button = bar.widgetForAction(actions[name])
        if isinstance(button, QToolButton):
            actions[name].setIconText(text)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def _takes_focus(widget: QWidget) -> bool:
    return widget.isVisible() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode()


def _bytes(text: str) -> QByteArray:
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except ValueError:
        return QByteArray()
