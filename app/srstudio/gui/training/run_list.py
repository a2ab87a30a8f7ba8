"""The list of the runs: how each is, and how good it has become."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from srstudio.gui.panels.two_lines import Index, TwoLineDelegate, TwoLines, Words
from srstudio.jobs.training_runs import Snapshot, State

_RUN = Qt.ItemDataRole.UserRole
_COLOUR = Qt.ItemDataRole.UserRole + 1


class RunList(QListWidget):
    """The runs from the newest to the oldest; several can be selected.

    Signals:
        chosen: Folders of the selected runs.
        menu_asked: Folder of a run, and the place on the screen.
    """

    chosen = Signal(object)
    menu_asked = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Runs")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.delegate = RunDelegate(self)
        self.setItemDelegate(self.delegate)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.selected))
        self.customContextMenuRequested.connect(self._ask_menu)

    @property
    def folders(self) -> list[Path]:
        """Of all runs in the list."""
        return [self.item(row).data(_RUN).folder for row in range(self.count())]

    @property
    def selected(self) -> list[Path]:
        """Of the selected runs, in the order of the list."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self.item(row).data(_RUN).folder for row in rows]

    def show_runs(self, runs: Sequence[Snapshot]) -> None:
        """Show these; what is selected stays so."""
        if [run.folder for run in runs] != self.folders:
            selected = set(self.selected)
            self.blockSignals(True)
            self.clear()
            for run in runs:
                item = QListWidgetItem()
                item.setData(_RUN, run)
                self.addItem(item)
                item.setSelected(run.folder in selected)
            self.blockSignals(False)
            if set(self.selected) != selected:
                self.chosen.emit(self.selected)
        for row, run in enumerate(runs):
            self.item(row).setData(_RUN, run)
            self.item(row).setToolTip(str(run.folder))

    def select(self, folders: Sequence[Path]) -> None:
        """Select these, and nothing else."""
        self.blockSignals(True)
        for row, folder in enumerate(self.folders):
            self.item(row).setSelected(folder in folders)
        self.blockSignals(False)
        self.chosen.emit(self.selected)

    def set_colours(self, colours: Sequence[str]) -> None:
        """The colours of the selected runs' curves, in the order of the list."""
        wanted = dict(zip(self.selected, colours, strict=True))
        for row, folder in enumerate(self.folders):
            self.item(row).setData(_COLOUR, wanted.get(folder, ""))

    def _ask_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is not None:
            self.menu_asked.emit(item.data(_RUN).folder, self.viewport().mapToGlobal(at))


class RunDelegate(TwoLineDelegate):
    """Draws a run in two lines: name and quality; recipe, scale and state."""

    def words(self, index: Index) -> TwoLines:
        """What is said of a run."""
        run: Snapshot = index.data(_RUN)
        best = "" if run.curves.best is None else f"{run.curves.best:.2f} dB"
        return TwoLines(
            Words(run.name, bold=True),
            Words(best),
            Words(" ".join(filter(None, (run.recipe, run.scales))), "muted"),
            Words(state_text(run), _state_colour(run.state)),
            mark=index.data(_COLOUR) or "",
        )


def state_text(run: Snapshot) -> str:
    """How a run is, and how far."""
    if run.state in (State.RUNNING, State.PAUSED):
        return f"{run.state.value} {run.fraction * 100:.0f} %"
    return str(run.state.value)


def _state_colour(state: State) -> str:
    if state is State.FAILED:
        return "error"
    return "good" if state.alive else "muted"
