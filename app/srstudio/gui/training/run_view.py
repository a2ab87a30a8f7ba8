"""One run or several, as they learn: header, curves, patches and configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from srstudio.gui.background import Background
from srstudio.gui.theme import Colours
from srstudio.gui.training.config_table import ConfigTable
from srstudio.gui.training.patches import Patches
from srstudio.gui.training.run_header import RunHeader
from srstudio.gui.training.step_slider import StepSlider
from srstudio.jobs.training_runs import Snapshot

if TYPE_CHECKING:
    from srstudio.gui.training.plots import Plots

_COMPARED = 6  # runs at most: so many colours can be told apart


class RunView(QWidget):
    """What is known of the selected runs.

    Args:
        background: Reads pictures.

    Signals:
        compare_asked: A run, and the place of the checkpoint to be shown in the comparison.
        install_asked: The checkpoint to be installed as a model.
        menu_asked: Show what else can be done, at a place on the screen.
    """

    compare_asked = Signal(object, int)
    install_asked = Signal(object)
    menu_asked = Signal(QPoint)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.runs: tuple[Snapshot, ...] = ()
        self._colours: Colours = {}
        self.header = RunHeader()
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.plots: Plots | None = None
        self.patches, self.slider = Patches(background), StepSlider()
        self.table = ConfigTable()
        self.compare = QPushButton("Show in the comparison")
        self.install = QPushButton("Install as a model")
        self._newest = True
        self._arrange()
        self.slider.chosen.connect(self._choose)
        self.compare.clicked.connect(lambda: self.compare_asked.emit(self._run, self.slider.place))
        self.install.clicked.connect(
            lambda: self.install_asked.emit(self._run.checkpoints[self.slider.place])
        )

    def add_plots(self, plots: Plots) -> None:
        """Have plots, which come later than the rest."""
        self.plots = plots
        plots.setMinimumWidth(360)
        self._split.insertWidget(0, plots)
        self._split.setSizes([640, 400])
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        if self._colours:
            plots.recolour(self._colours)
        self._show_plots()

    def drop_plots(self) -> None:
        """Take the plots down: left to the end of the program, their parts go in a wrong order."""
        if self.plots is not None:
            self.plots.close()
            self.plots = None

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        if self.plots is not None:
            self.plots.recolour(colours)

    def show_runs(self, runs: Sequence[Snapshot]) -> None:
        """Show these; the checkpoint that is looked at stays, unless it is the newest."""
        same = [run.folder for run in runs] == [run.folder for run in self.runs]
        self._newest = self._newest if same else True
        self.runs = tuple(runs[:_COMPARED])
        single = len(self.runs) == 1
        self.header.setVisible(single)
        self.title.setVisible(not single)
        self.title.setText(f"{len(self.runs)} runs compared")
        if single:
            self.header.show_run(self._run)
            self._show_checkpoint()
        self._tabs.setTabVisible(0, single)
        self._tabs.setTabText(1, "Configuration" if single else "Differences")
        self.table.show_runs(self.runs)
        self._show_plots()

    @property
    def _run(self) -> Snapshot:
        """The only run that is shown."""
        (run,) = self.runs
        return run

    def _arrange(self) -> None:
        pictures = QWidget()
        column = QVBoxLayout(pictures)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(10)
        buttons = QHBoxLayout()
        buttons.addWidget(self.compare, 1)
        buttons.addWidget(self.install, 1)
        column.addWidget(self.patches, 1)
        column.addWidget(self.slider)
        column.addLayout(buttons)
        self._tabs = QTabWidget()
        self._tabs.addTab(pictures, "Patches")
        self._tabs.addTab(self.table, "Configuration")
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(8)
        self._split.addWidget(self._tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.header)
        layout.addWidget(self.title)
        layout.addWidget(self._split, 1)

    def _show_plots(self) -> None:
        if self.plots is not None:
            curves = {run.name: run.curves for run in self.runs}
            self.plots.show_runs(curves, range(len(curves)))

    def _choose(self, place: int) -> None:
        self._newest = place == len(self._run.checkpoints) - 1
        self._show_checkpoint()

    def _show_checkpoint(self) -> None:
        run = self._run
        last = len(run.checkpoints) - 1
        place = last if self._newest else min(self.slider.place, last)
        self.slider.show_run(run, max(0, place))
        there = place >= 0
        for button in (self.compare, self.install):
            button.setEnabled(there)
        self.patches.show_picture(run.checkpoints[place].patches if there else None)
