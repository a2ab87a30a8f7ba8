"""Ties training to the window: its page, its line in the status bar, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from srstudio.gui.background import Background
from srstudio.gui.panels.engine_bar import NamedDevice
from srstudio.gui.panels.status import seconds_left
from srstudio.gui.plotting.exporting import ask_where, saver, write_picture, write_table
from srstudio.gui.theme import Colours
from srstudio.gui.training.compared_bar import ComparedBar
from srstudio.gui.training.comparing import ComparedRuns
from srstudio.gui.training.page import TrainingPage
from srstudio.gui.training.training import Training
from srstudio.jobs.checkpoints import Checkpoint
from srstudio.jobs.training_log import as_csv
from srstudio.jobs.training_runs import Snapshot

if TYPE_CHECKING:
    from srstudio.gui.document import Document
    from srstudio.gui.main_window import MainWindow


def _import_plots() -> None:
    """Import what draws plots, which takes a while."""
    import srstudio.gui.training.plots  # noqa: F401 - for its effect


class TrainingDesk(QObject):
    """Everything about training in one window.

    Args:
        document: Gets the weights that are compared.
        window: Shows the page.
        install: Called with a checkpoint to be installed.

    Signals:
        told: A sentence for the window.
        failed: A `StudioError`.
        compared: A run has become a source of the comparison.
    """

    told = Signal(str)
    failed = Signal(object)
    compared = Signal()

    def __init__(
        self, document: Document, window: MainWindow, install: Callable[[Checkpoint], None]
    ) -> None:
        super().__init__()
        self._window, self._install = window, install
        self._background = Background()
        self._colours: Colours = {}
        self._devices: Sequence[NamedDevice] = ()
        self.training = Training(self._background)
        self.runs = ComparedRuns(document, self.training, self._background)
        self.bar = ComparedBar(self.runs, install)
        self.page: TrainingPage | None = None
        for part in (self.training, self.runs):
            part.failed.connect(self.failed)
        self.training.changed.connect(self._show_status)

    def open_page(self) -> TrainingPage:
        """The page; made when it is needed for the first time, its plots a moment later."""
        if self.page is None:
            self.page = page = TrainingPage(self.training, self._background)
            page.view.compare_asked.connect(self.compare)
            page.view.install_asked.connect(self._install)
            page.folder_asked.connect(_show_in_files)
            page.export_asked.connect(self._export)
            page.form.head.set_devices(self._devices)
            page.recolour(self._colours)
            page.new_run()
            self._background.submit(_import_plots, lambda _: self._add_plots(), self.failed.emit)
        return self.page

    def set_seen(self, seen: bool) -> None:
        """Whether the page is on the screen."""
        self.training.set_seen(seen)

    def set_devices(self, devices: Sequence[NamedDevice]) -> None:
        """Where runs can learn; also the moment to look whether some do."""
        self._devices = devices
        if self.page is not None:
            self.page.form.head.set_devices(devices)
        self.training.look()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        self.bar.recolour(colours)
        if self.page is not None:
            self.page.recolour(colours)

    def compare(self, run: Snapshot, place: int) -> None:
        """Show a checkpoint in the comparison."""
        self.runs.show(run, place)
        self.compared.emit()

    @property
    def still_going(self) -> Sequence[str]:
        """The runs that were begun here and have not ended."""
        return [f"{run.name} is still training" for run in self.training.mine]

    def stop_all(self, then: Callable[[], None]) -> None:
        """Let them save themselves and end; call `then` as soon as they have been told."""
        self.training.stop_all(self.training.mine, then)

    def close(self) -> None:
        """Look after nothing any more; runs go on."""
        self.runs.hide_all()
        if self.page is not None:
            self.page.view.drop_plots()
        self.training.close()
        self._background.close()

    def _add_plots(self) -> None:
        from srstudio.gui.training.plots import Plots

        if self.page is not None:
            self.page.add_plots(Plots())

    def _show_status(self) -> None:
        active = self.training.active
        self._window.status.show_training(_status(active[0]) if active else "")

    def _export(self, kind: str) -> None:
        page = self.page
        if page is None or page.view.plots is None:
            return
        runs = {run.name: run.curves for run in page.view.runs}
        if kind == "csv":
            write: Callable[[Path], Path] = partial(write_table, partial(as_csv, runs))
        else:
            write = partial(write_picture, page.view.plots.grab().toImage())
        save = saver(self._background, write, self.told, self.failed)
        ask_where(page, kind, " and ".join(runs), save)


def _status(run: Snapshot) -> str:
    """A run in a few words: `run 3: 45 %, 12 min 3 s left`."""
    left = "" if run.seconds_left is None else f", {seconds_left(run.seconds_left)} left"
    return f"{run.name}: {run.fraction * 100:.0f} %{left}"


def _show_in_files(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
