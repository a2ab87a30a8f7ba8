"""Ties exporting to the window: its page, its dialog, its line in the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from srstudio.core.errors import OutputError
from srstudio.gui.background import Background
from srstudio.gui.exporting.dialog import ExportDialog
from srstudio.gui.exporting.exports import Exports, Queue
from srstudio.gui.exporting.facts import Given
from srstudio.gui.exporting.page import ExportPage
from srstudio.gui.exporting.words import name_of, percent, place_of, status_text
from srstudio.gui.theme import Colours
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_queue import ExportQueue
from srstudio.jobs.export_status import ExportStatus, State
from srstudio.settings.schema import ExportChoices

if TYPE_CHECKING:
    from srstudio.gui.document import Document
    from srstudio.gui.main_window import MainWindow

_SUFFIXES = ("mp4", "mkv", "mov", "webm", "avi", "m4v", "mpg", "ts", "wmv", "flv", "gif", "apng")
_VIDEOS = "Videos (" + " ".join(f"*.{suffix}" for suffix in _SUFFIXES) + ")"
_ALL = "All files (*)"


class ExportDesk(QObject):
    """Everything about exporting in one window.

    Args:
        document: Has the models.
        window: Shows the page.
        choices: What was chosen the last time; kept up to date.
        queue: The exports; those of this machine if None.

    Signals:
        failed: A `StudioError`.
        page_asked: The queue is to be seen.
        compare_asked: Paths to be opened: what was exported, and what it was made of.
    """

    failed = Signal(object)
    page_asked = Signal()
    compare_asked = Signal(object)

    def __init__(
        self,
        document: Document,
        window: MainWindow,
        choices: ExportChoices,
        queue: Queue | None = None,
    ) -> None:
        super().__init__()
        self._document, self._window, self._choices = document, window, choices
        self._background = Background()
        self._colours: Colours = {}
        self._offered = False
        self.exports = Exports(queue or ExportQueue())
        self.page: ExportPage | None = None
        self.exports.failed.connect(self.failed)
        self.exports.changed.connect(self._show_status)
        self.exports.added.connect(self._tell_added)

    # -- the window -----------------------------------------------------------------------

    @property
    def still_going(self) -> Sequence[str]:
        """The exports that were begun here and have not ended."""
        waiting = self.exports.waiting
        rest = (
            f" and {waiting} more {'wait' if waiting > 1 else 'waits'} for a window"
            if waiting
            else ""
        )
        going = [f"{name_of(job.settings)} is still being exported" for job in self.exports.mine]
        return [*going[:-1], going[-1] + rest] if going else []

    def stop_all(self, then: Callable[[], None]) -> None:
        """Let them end so that they can be resumed; call `then` as soon as they know."""
        self.exports.suspend_all(self.exports.mine, then)

    def look(self) -> None:
        """Look whether there are exports; offer to resume what was interrupted."""
        self.exports.look()

    def open_page(self) -> ExportPage:
        """The page; made when it is needed for the first time."""
        if self.page is None:
            self.page = page = ExportPage(self.exports, self._background)
            page.add_asked.connect(self._ask_for_video)
            page.files_dropped.connect(self._ask_about)
            page.compare_asked.connect(self._compare)
            page.folder_asked.connect(_show_in_files)
            page.recolour(self._colours)
        return self.page

    def set_seen(self, seen: bool) -> None:
        """Whether the page is on the screen."""
        self.exports.set_seen(seen)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self._colours = colours
        if self.page is not None:
            self.page.recolour(colours)

    def close(self) -> None:
        """Look after nothing any more; exports go on."""
        self.exports.close()
        self._background.close()

    # -- asking ---------------------------------------------------------------------------

    def ask(self, given: Given, model: str = "", part: range | None = None) -> ExportDialog:
        """Ask how to export a video.

        Args:
            given: The video.
            model: The model to begin with, by its id without the scale; empty for the last one.
            part: The frames to begin with; None for all.
        """
        choices, document = self._choices, self._document
        dialog = ExportDialog(given, document, choices, self._background, self._window)
        dialog.accepted_export.connect(self._add)
        dialog.show()
        scale = document.scale if model else choices.scale
        dialog.begin(model or choices.model, scale, part, self.exports.promised)
        return dialog

    def _ask_for_video(self) -> None:
        dialog = QFileDialog(self._window, "Export a video", "", f"{_VIDEOS};;{_ALL}")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.ask(Given(Path(name))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _ask_about(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.ask(Given(path))

    def _add(self, settings: ExportSettings, next_in_line: bool) -> None:
        self.exports.add(settings, next_in_line=next_in_line)
        if next_in_line:
            self.page_asked.emit()

    def _tell_added(self, id: str) -> None:
        if self.page is not None:
            self.page.select(id)
        self._window.status.showMessage("Added to the queue of exports (F4)", 6_000)

    # -- what comes of it -----------------------------------------------------------------

    def _show_status(self) -> None:
        active = self.exports.active
        self._window.status.show_export(status_text(active[0]) if active else "")
        if not self._offered:
            self._offered = True
            self._offer(self.exports.interrupted)

    def _offer(self, jobs: Sequence[ExportStatus]) -> None:
        """Offer to go on with what was interrupted while no window was open."""
        if jobs:
            self._window.strip.show_offer(_offer_text(jobs), "Resume", lambda: self._resume(jobs))

    def _resume(self, jobs: Sequence[ExportStatus]) -> None:
        for job in jobs:
            self.exports.resume(job.id)
        self.page_asked.emit()
        self.open_page().select(jobs[0].id)

    def _compare(self, job: ExportStatus) -> None:
        """Open the result, and beside it what it was made of where frame fits frame."""
        settings, output = job.settings, job.report.output
        if output is None:
            self.failed.emit(OutputError("there is no result yet"))
            return
        result = place_of(output)
        beside = settings.start == 0 and settings.stop is None and settings.size is None
        complete = beside and job.state is State.FINISHED and (settings.scale or 1) > 1
        self.compare_asked.emit([settings.source_path, result] if complete else [result])


def _offer_text(jobs: Sequence[ExportStatus]) -> str:
    if len(jobs) > 1:
        return f"{len(jobs)} exports were interrupted; they can go on from where they were."
    (job,) = jobs
    done = percent(job)
    return f"The export of {name_of(job.settings)} was interrupted at {done} %; it can go on."


def _show_in_files(job: ExportStatus) -> None:
    folder = job.settings.output_path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
