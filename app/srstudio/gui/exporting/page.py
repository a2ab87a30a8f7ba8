"""The export page: the queue at the left, beside it what is known of one export."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from srstudio.gui.background import Background
from srstudio.gui.exporting.ending import EndingDialog
from srstudio.gui.exporting.exports import Exports
from srstudio.gui.exporting.job_list import JobList
from srstudio.gui.exporting.job_view import JobView
from srstudio.gui.icons import icon
from srstudio.gui.panels.empty_page import notice
from srstudio.gui.panels.list_page import lay_out
from srstudio.gui.theme import Colours
from srstudio.gui.viewer import drops
from srstudio.jobs.export_status import ExportStatus, State

_LIST_WIDTH = 370
_ICON = QSize(18, 18)
_EMPTY = "Nothing is being exported"
_HOW = "Drop a video here, or open one and press Ctrl+E. Exports run one after the other."


class ExportPage(QWidget):
    """The queue, and one export of it.

    Args:
        exports: Has the queue.
        background: Reads pictures.

    Signals:
        add_asked: A video is to be exported that is not open.
        files_dropped: Paths of what is to be exported.
        compare_asked: An `ExportStatus` whose result is to be looked at.
        folder_asked: An `ExportStatus` whose result is to be shown in the file manager.
    """

    add_asked = Signal()
    files_dropped = Signal(object)
    compare_asked = Signal(object)
    folder_asked = Signal(object)

    def __init__(self, exports: Exports, background: Background) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._exports = exports
        self._awaited = ""
        self.list, self.view = JobList(), JobView(background)
        self.add = QPushButton("Add video...")
        self.up, self.down = _tool("Earlier"), _tool("Later")
        self.remove = _tool("Take it out of the list; what it has written stays")
        self._empty = notice(_EMPTY, _HOW)
        self._stack = QStackedWidget()
        self._arrange()
        self._connect()
        self._show_jobs()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.list.delegate.colours = colours
        self.list.viewport().update()
        for tool, name in ((self.up, "up"), (self.down, "fold"), (self.remove, "close")):
            tool.setIcon(icon(name, colours["text"]))

    def select(self, id: str) -> None:
        """Show an export, as soon as it is in the list."""
        self._awaited = id
        self._show_jobs()

    @property
    def job(self) -> ExportStatus | None:
        """The export that is shown."""
        return self._exports.job(self.list.selected)

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return self._stack.currentWidget() is self._empty

    def menu(self) -> QMenu:
        """What can be done with the selected export besides what its buttons say."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        job = self.job
        if job is not None:
            show = menu.addAction("&Open folder")
            show.triggered.connect(lambda: self.folder_asked.emit(job))
            again = menu.addAction("&Start again")
            again.setEnabled(job.state.ended and job.state is not State.FINISHED)
            again.triggered.connect(lambda: self._exports.retry(job.id))
            menu.addSeparator()
            menu.addAction("&Remove from the list").triggered.connect(self._remove)
        return menu

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if drops.local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Export the files."""
        event.acceptProposedAction()
        self.files_dropped.emit(drops.local_files(event.mimeData()))

    def _arrange(self) -> None:
        tools = QHBoxLayout()
        tools.addWidget(self.add, 1)
        for tool in (self.up, self.down, self.remove):
            tools.addWidget(tool)
        for page in (self._empty, self.view):
            self._stack.addWidget(page)
        lay_out(self, tools, [self.list], self._stack, _LIST_WIDTH)

    def _connect(self) -> None:
        exports, header = self._exports, self.view.header
        exports.changed.connect(self._show_jobs)
        self.list.chosen.connect(lambda _: self._show_job())
        self.list.moved.connect(exports.move)
        self.list.menu_asked.connect(self._pop_up)
        self.list.removal_asked.connect(self._remove)
        self.add.clicked.connect(lambda: self.add_asked.emit())
        self.up.clicked.connect(lambda: self._shift(-1))
        self.down.clicked.connect(lambda: self._shift(1))
        self.remove.clicked.connect(lambda: self._remove())
        header.pause_asked.connect(lambda: exports.pause(self.list.selected))
        header.resume_asked.connect(lambda: exports.resume(self.list.selected))
        header.retry_asked.connect(lambda: exports.retry(self.list.selected))
        header.cancel_asked.connect(self._ask_how_to_end)
        header.compare_asked.connect(lambda: self.compare_asked.emit(self.job))
        header.folder_asked.connect(lambda: self.folder_asked.emit(self.job))

    def _show_jobs(self) -> None:
        """Show the exports as they are now."""
        jobs = self._exports.jobs
        self.list.show_jobs(jobs)
        if self._awaited in self.list.ids:
            awaited, self._awaited = self._awaited, ""
            self.list.select(awaited)
        elif jobs and not self.list.selected:
            going = next((job for job in jobs if job.state.active), jobs[-1])
            self.list.select(going.id)
        self._show_job()

    def _show_job(self) -> None:
        """Show the selected export, and what can be done in the list."""
        job, ids = self.job, self.list.ids
        self._stack.setCurrentWidget(self._empty if job is None else self.view)
        if job is not None:
            self.view.show_job(job)
        place = ids.index(self.list.selected) if self.list.selected else -1
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(ids) - 1)
        self.remove.setEnabled(place >= 0)

    def _shift(self, by: int) -> None:
        id = self.list.selected
        self._exports.move(id, self.list.ids.index(id) + by)

    def _remove(self) -> None:
        job = self.job
        if job is not None and job.state.active:
            self._ask_how_to_end()
        elif job is not None:
            self._exports.remove(job.id)

    def _ask_how_to_end(self) -> None:
        job = self.job
        if job is not None:
            cancel = self._exports.cancel
            EndingDialog(job, lambda keep: cancel(job.id, keep=keep), self.window()).show()

    def _pop_up(self, at: QPoint) -> None:
        self.menu().popup(at)


def _tool(tip: str) -> QToolButton:
    tool = QToolButton()
    tool.setToolTip(tip)
    tool.setAccessibleName(tip)
    tool.setIconSize(_ICON)
    tool.setAutoRaise(True)
    return tool
