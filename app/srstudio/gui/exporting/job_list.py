"""The list of the exports: how each stands; dragged into another order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from srstudio.gui.exporting.words import about, name_of, pace_text, percent, state_text
from srstudio.gui.panels.two_lines import Index, TwoLineDelegate, TwoLines, Words
from srstudio.jobs.export_status import ExportStatus, State

_JOB = Qt.ItemDataRole.UserRole
_COLOURS = {
    State.STARTING: "good",
    State.RUNNING: "good",
    State.FINISHED: "good",
    State.PAUSED: "warning",
    State.INTERRUPTED: "warning",
    State.FAILED: "error",
}


class JobList(QListWidget):
    """The exports in the order of the queue.

    Signals:
        chosen: Id of the selected export, or nothing.
        moved: Id of an export, and the place that it was dropped at.
        menu_asked: A place on the screen.
        removal_asked: The selected export is to be taken out.
    """

    chosen = Signal(str)
    moved = Signal(str, int)
    menu_asked = Signal(QPoint)
    removal_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Exports")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.delegate = JobDelegate(self)
        self.setItemDelegate(self.delegate)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.selected))
        self.customContextMenuRequested.connect(self._ask_menu)

    @property
    def ids(self) -> list[str]:
        """Of all exports in the list."""
        return [self.item(row).data(_JOB).id for row in range(self.count())]

    @property
    def selected(self) -> str:
        """Id of the selected export; empty for none."""
        rows = self.selectedIndexes()
        return str(rows[0].data(_JOB).id) if rows else ""

    def show_jobs(self, jobs: Sequence[ExportStatus]) -> None:
        """Show these; what is selected stays so."""
        selected = self.selected
        if [job.id for job in jobs] != self.ids:
            self._fill(jobs, selected)
        for row, job in enumerate(jobs):
            self.item(row).setData(_JOB, job)
            self.item(row).setToolTip(job.settings.output)
        if self.selected != selected:
            self.chosen.emit(self.selected)

    def select(self, id: str) -> None:
        """Select an export."""
        if id in self.ids:
            self.setCurrentRow(self.ids.index(id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take an export out by the keyboard."""
        if event.matches(QKeySequence.StandardKey.Delete):
            self.removal_asked.emit()
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for another order; the list shows it once the queue has it."""
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if event.source() is self and self.selected:
            place = self._place(event.position().toPoint())
            id = self.selected
            # Not within the drop, after which Qt goes on with the row that was dragged.
            QTimer.singleShot(0, self, lambda: self.moved.emit(id, place))

    def _place(self, at: QPoint) -> int:
        """The place in the order where something that is dropped here goes."""
        index, own = self.indexAt(at), self.ids.index(self.selected)
        if not index.isValid():
            return self.count() - 1
        below = at.y() > self.visualRect(index).center().y()
        gap = index.row() + below
        return gap - 1 if gap > own else gap

    def _fill(self, jobs: Sequence[ExportStatus], selected: str) -> None:
        self.blockSignals(True)
        self.clear()
        for job in jobs:
            item = QListWidgetItem()
            item.setData(_JOB, job)
            self.addItem(item)
            if job.id == selected:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def _ask_menu(self, at: QPoint) -> None:
        if self.itemAt(at) is not None:
            self.menu_asked.emit(self.viewport().mapToGlobal(at))


class JobDelegate(TwoLineDelegate):
    """Draws an export in two lines: its name and how far it is; its source, model and speed."""

    def words(self, index: Index) -> TwoLines:
        """What is said of an export."""
        job: ExportStatus = index.data(_JOB)
        going = job.state.active and job.report.total > 0
        colour = _COLOURS.get(job.state, "muted")
        return TwoLines(
            Words(name_of(job.settings), bold=True),
            Words(state_text(job), colour),
            Words(about(job.settings), "muted"),
            Words(pace_text(job), "muted"),
            done=percent(job) / 100 if going else None,
        )
