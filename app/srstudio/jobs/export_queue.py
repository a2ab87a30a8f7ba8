"""The exports that wait, run and have ended; kept on disk, whoever comes and goes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from msgspec.structs import replace

from srstudio.core.errors import OutputError
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_files import ExportFiles, Listing, Order
from srstudio.jobs.export_status import ExportStatus, Report, State
from srstudio.jobs.export_work import Work
from srstudio.jobs.launching import launch

ENVIRONMENT = "SRSTUDIO_EXPORTS"
_WORKER = "srstudio.jobs.export_worker"
_ENDED = "its process was ended from outside"


def exports_folder() -> Path:
    """Where the queue is kept: `$SRSTUDIO_EXPORTS`, or as usual."""
    override = os.environ.get(ENVIRONMENT)
    if override:
        return Path(override)
    return platformdirs.user_data_path("srstudio", appauthor=False) / "exports"


class ExportQueue:
    """Exports in order, of which one runs at a time in a process of its own.

    Everything is in the folder: the processes outlive whoever has started them, and another
    queue on the same folder goes on with them. Every method does file work only, for one thread
    at a time that is not the window's.

    Args:
        folder: Where the exports are kept; `exports_folder()` if None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or exports_folder()
        self._listing = Listing(self.folder)

    def add(self, settings: ExportSettings) -> str:
        """Put an export at the end of the queue; `poll` starts it when its turn comes.

        Returns:
            Its id.

        Raises:
            OutputError: if the queue cannot be written, or the output is that of an export that
                has not ended.
        """
        settings = _absolute(settings)
        for status in self._statuses():
            if status.settings.output == settings.output and not status.state.ended:
                cause = f"{settings.output_path.name} is to be written by another export"
                raise OutputError(cause, "choose another name")
        ids, files = self._listing.ids(), self._listing.new()
        files.give(Order(settings))
        self._listing.write([*ids, files.folder.name])
        return files.folder.name

    def poll(self) -> tuple[ExportStatus, ...]:
        """All exports in their order, as they are now; starts the next where none is active."""
        statuses = self._statuses()
        if any(status.state.active for status in statuses):
            return statuses
        queued = next((each for each in statuses if each.state is State.QUEUED), None)
        if queued is None:
            return statuses
        self._start(queued.id)
        return self._statuses()

    def move(self, id: str, place: int) -> None:
        """Give an export another place in the order, 0 for the first."""
        ids = [each for each in self._listing.ids() if each != id]
        ids.insert(place, id)
        self._listing.write(ids)

    def remove(self, id: str) -> None:
        """Take an export out of the list. What it has written under its name stays.

        One that is active is cancelled, and leaves nothing; what an unfinished one could be
        resumed from is deleted.
        """
        status = self._status(id)
        if status is None:
            return
        if status.state.active:
            self._files(id).ask("forget")
            return
        self._forget(status)

    def pause(self, id: str) -> None:
        """Let an active export wait; it gives the device's memory back."""
        status = self._status(id)
        if status is not None and status.state in (State.STARTING, State.RUNNING):
            self._files(id).ask("pause")

    def resume(self, id: str) -> None:
        """Let an export go on.

        One that is paused does so at once; one that has ended unfinished goes on from its last
        whole segment when its turn comes.
        """
        status = self._status(id)
        if status is None:
            return
        if status.state in (State.PAUSING, State.PAUSED):
            self._files(id).ask("")
        elif status.state.ended and status.state is not State.FINISHED:
            self._files(id).give(Order(status.settings, resume=True))

    def cancel(self, id: str, *, keep: bool) -> None:
        """End an export; one that has not begun is cancelled at once.

        Args:
            id: The export.
            keep: Whether what is done becomes a file that can be played; else nothing is left.
        """
        status = self._status(id)
        if status is None or status.state.ended:
            return
        if status.state is State.QUEUED:
            self._files(id).tell_report(Report(state=State.CANCELLED), last=True)
        else:
            self._files(id).ask("keep" if keep else "discard")

    def suspend(self, id: str) -> None:
        """End an active export so that it can be resumed; nothing appears under its name."""
        status = self._status(id)
        if status is not None and status.state.active:
            self._files(id).ask("suspend")

    def retry(self, id: str) -> None:
        """Put an export that has ended in the queue again, to begin from its beginning."""
        status = self._status(id)
        if status is not None and status.state.ended:
            _discard(status)
            self._files(id).give(Order(status.settings))

    def _start(self, id: str) -> None:
        files = self._files(id)
        try:
            files.tell_process(launch([str(files.folder)], files.messages, _WORKER))
        except OutputError as error:
            failed = Report(state=State.FAILED, cause=error.cause, advice=error.advice)
            files.tell_report(failed, last=True)

    def _forget(self, status: ExportStatus) -> None:
        _discard(status)
        self._files(status.id).delete()
        self._listing.write([each for each in self._listing.ids() if each != status.id])

    def _files(self, id: str) -> ExportFiles:
        return ExportFiles(self.folder / id)

    def _statuses(self) -> tuple[ExportStatus, ...]:
        found = [self._status(id) for id in self._listing.ids()]
        return tuple(status for status in found if status is not None)

    def _status(self, id: str) -> ExportStatus | None:
        """An export as it is; None where it is gone, or was removed and has ended by now."""
        files = self._files(id)
        order = files.order()
        if order is None:
            return None
        state, report = find_state(files)
        resumable = (
            state.ended and state is not State.FINISHED and Work(order.settings.output_path).exists
        )
        status = ExportStatus(id, order.settings, state, report, resumable)
        if state.ended and files.word() == "forget":
            self._forget(status)
            return None
        return status


def find_state(files: ExportFiles) -> tuple[State, Report]:
    """How an export stands, and what it last said."""
    process, report = files.process(), files.report() or Report()
    if report.state.ended:
        return report.state, report
    if process is None:
        return State.QUEUED, report
    if not process.alive:
        return _gone(files)
    return _asked(report.state, files.word()), report


def _gone(files: ExportFiles) -> tuple[State, Report]:
    """An export whose process is not there; it may have said its last word in this moment."""
    report = files.report() or Report()
    if report.state.ended:
        return report.state, report
    words = files.last_words()
    cause = f"its process has ended without a word ({words})" if words else _ENDED
    advice = "resume it: it goes on from the last segment that is whole"
    return State.INTERRUPTED, replace(report, cause=cause, advice=advice, seconds_left=None)


def _asked(state: State, word: str) -> State:
    """The state of an export that has been asked for something."""
    if word in ("keep", "discard", "forget", "suspend"):
        return State.CANCELLING
    if word == "pause" and state is not State.PAUSED:
        return State.PAUSING
    return State.RUNNING if not word and state is State.PAUSED else state


def _discard(status: ExportStatus) -> None:
    """Delete what could be gone on with, if this export has made it."""
    if status.state is not State.FINISHED and status.report.frames:
        Work(status.settings.output_path).discard()


def _absolute(settings: ExportSettings) -> ExportSettings:
    """Settings that mean the same in a process that runs elsewhere."""
    source, output = settings.source_path.absolute(), settings.output_path.absolute()
    return replace(settings, source=str(source), output=str(output))
