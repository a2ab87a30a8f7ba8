"""The training page: the runs at the left, beside them a new run or what is known of some."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from srstudio.gui.background import Background
from srstudio.gui.panels.list_page import lay_out
from srstudio.gui.theme import Colours
from srstudio.gui.training.folders_edit import ask_for_folder
from srstudio.gui.training.form import RunForm
from srstudio.gui.training.run_list import RunList
from srstudio.gui.training.run_view import RunView
from srstudio.gui.training.training import Training
from srstudio.jobs.training_runs import Snapshot

if TYPE_CHECKING:
    from srstudio.gui.training.plots import Plots

_LIST_WIDTH = 290
_NONE = "No runs yet"
_HINT = "Ctrl+click compares several"
_CURVES = 6  # colours of the theme for curves


class TrainingPage(QWidget):
    """Runs, the form, and the curves.

    Args:
        training: Has the runs.
        background: Reads files.

    Signals:
        folder_asked: A folder to be shown in the system's file manager.
        export_asked: Kind of the file in which the curves are to be saved: `png` or `csv`.
    """

    folder_asked = Signal(object)
    export_asked = Signal(str)

    def __init__(self, training: Training, background: Background) -> None:
        super().__init__()
        self._training = training
        self._colours: Colours = {}
        self._awaited: Path | None = None
        self.list = RunList()
        self.form, self.view = RunForm(background), RunView(background)
        self._new, self._add = QPushButton("New run"), QPushButton("Add...")
        self._add.setToolTip("Put a run into the list that was started elsewhere")
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "muted")
        self._stack = QStackedWidget()
        self._arrange()
        self._connect()
        self._show_runs()

    @property
    def filling_in(self) -> bool:
        """Whether the form is shown."""
        return self._stack.currentWidget() is self.form

    def add_plots(self, plots: Plots) -> None:
        """Have plots, which come later than the rest."""
        self.view.add_plots(plots)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.list.delegate.colours = colours
        self.list.viewport().update()
        self.form.recolour(colours)
        self.view.recolour(colours)
        self._choose(self.list.selected)

    def select(self, folder: Path) -> None:
        """Show a run, as soon as it is in the list."""
        self._awaited = folder
        self._show_runs()

    def new_run(self) -> None:
        """Show the form."""
        self.list.select([])
        self.form.suggest(self._training.runs)

    def menu(self) -> QMenu:
        """What can be done with the selected runs, besides pausing and stopping."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folders = self.list.selected
        for text, kind in (("Save curves as &PNG...", "png"), ("Save curves as &CSV...", "csv")):
            export = menu.addAction(text)
            export.triggered.connect(lambda _=False, kind=kind: self.export_asked.emit(kind))
        menu.addSeparator()
        if len(folders) == 1:
            show = menu.addAction("&Open folder")
            show.triggered.connect(lambda: self.folder_asked.emit(folders[0]))
        forget = menu.addAction("&Remove from the list; the files stay")
        forget.triggered.connect(lambda: self._forget(folders))
        return menu

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._new, 1)
        buttons.addWidget(self._add)
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.view)
        lay_out(self, buttons, [self.list, self._hint], self._stack, _LIST_WIDTH)

    def _connect(self) -> None:
        training, header = self._training, self.view.header
        training.changed.connect(self._show_runs)
        training.begun.connect(self.select)
        self.list.chosen.connect(self._choose)
        self.list.menu_asked.connect(lambda _, at: self._pop_up(at))
        self._new.clicked.connect(lambda: self.new_run())
        self._add.clicked.connect(lambda: self._ask_for_run())
        self.form.start_asked.connect(training.start)
        header.pause_asked.connect(lambda: training.pause(self.list.selected[0]))
        header.resume_asked.connect(lambda: training.resume(self.list.selected[0]))
        header.stop_asked.connect(lambda: training.stop(self.list.selected[0]))
        self.view.menu_asked.connect(self._pop_up)

    def _show_runs(self) -> None:
        """Show the runs as they are now."""
        runs = self._training.runs
        self.list.show_runs(runs)
        self._hint.setText((_HINT if len(runs) > 1 else "") if runs else _NONE)
        if self._awaited in self.list.folders:
            folder, self._awaited = self._awaited, None
            self.list.select([folder])
        elif not self.filling_in:
            self._choose(self.list.selected)

    def _choose(self, folders: Sequence[Path]) -> None:
        """Show these runs; without any, the form."""
        found = [self._training.run(folder) for folder in folders]
        runs: list[Snapshot] = [run for run in found if run is not None]
        self._stack.setCurrentWidget(self.view if runs else self.form)
        if runs:
            self.view.show_runs(runs)
        colours = [self._colours.get(f"curve_{n % _CURVES + 1}", "") for n in range(len(folders))]
        self.list.set_colours(colours)

    def _pop_up(self, at: QPoint) -> None:
        self.menu().popup(at)

    def _forget(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            self._training.forget(folder)

    def _ask_for_run(self) -> None:
        title = "The folder of a run"
        ask_for_folder(self, title, lambda name: self._add_run(Path(name)), "")

    def _add_run(self, folder: Path) -> None:
        self._awaited = folder.resolve()
        self._training.add(folder)
