"""The queue of exports as the window has it: looked after and told what to do, off its thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.exporting.latest import Latest
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import ExportStatus, State

_SEEN_MS, _UNSEEN_MS = 250, 1_500


class Queue(Protocol):
    """What is asked of an `ExportQueue`."""

    def add(self, settings: ExportSettings) -> str:
        """Put an export at the end."""

    def poll(self) -> tuple[ExportStatus, ...]:
        """All exports as they are now."""

    def move(self, id: str, place: int) -> None:
        """Give an export another place."""

    def remove(self, id: str) -> None:
        """Take an export out of the list."""

    def pause(self, id: str) -> None:
        """Let an export wait."""

    def resume(self, id: str) -> None:
        """Let an export go on."""

    def cancel(self, id: str, *, keep: bool) -> None:
        """End an export."""

    def suspend(self, id: str) -> None:
        """End an export so that it can be resumed."""

    def retry(self, id: str) -> None:
        """Begin an export again."""


class Exports(QObject):
    """Every export of the queue, in its order.

    Args:
        queue: Asked by one thread at a time.

    Attributes:
        jobs: As they were found last.

    Signals:
        changed: The exports were looked at again.
        added: Id of an export that was put in the queue.
        failed: A `StudioError`.
    """

    changed = Signal()
    added = Signal(str)
    failed = Signal(object)

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self.jobs: tuple[ExportStatus, ...] = ()
        self._queue = queue
        self._thread = Background(threads=1)
        self._look = Latest(self._thread, self._found, self._fail_to_look)
        self._mine: set[str] = set()
        self._seen, self._trouble = False, ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)

    @property
    def active(self) -> tuple[ExportStatus, ...]:
        """The exports that have a process."""
        return tuple(job for job in self.jobs if job.state.active)

    @property
    def mine(self) -> tuple[ExportStatus, ...]:
        """Those of them that were put in or gone on with from this window."""
        return tuple(job for job in self.active if job.id in self._mine)

    @property
    def waiting(self) -> int:
        """How many have not begun."""
        return sum(job.state is State.QUEUED for job in self.jobs)

    @property
    def promised(self) -> tuple[str, ...]:
        """What is going to be written: the outputs of those that have not ended, or can go on."""
        return tuple(j.settings.output for j in self.jobs if not j.state.ended or j.resumable)

    @property
    def interrupted(self) -> tuple[ExportStatus, ...]:
        """Those whose process is gone without a word."""
        return tuple(job for job in self.jobs if job.state is State.INTERRUPTED)

    def job(self, id: str) -> ExportStatus | None:
        """The export of an id."""
        return next((job for job in self.jobs if job.id == id), None)

    def set_seen(self, seen: bool) -> None:
        """Look often while the queue is on the screen, else only while something waits or runs."""
        self._seen = seen
        if seen:
            self.look()

    def look(self) -> None:
        """Look at the exports again; `changed` follows."""
        self._look.ask(self._queue.poll)

    def add(self, settings: ExportSettings, *, next_in_line: bool = False) -> None:
        """Put an export in the queue; `added` follows, or `failed`.

        Args:
            settings: The export.
            next_in_line: Before all that have not begun, and not after them.
        """

        def work() -> str:
            id = self._queue.add(settings)
            if next_in_line:
                self._queue.move(id, _first_waiting(self._queue.poll(), id))
            return id

        def done(id: str) -> None:
            self._mine.add(id)
            self.added.emit(id)
            self.look()

        self._thread.submit(work, done, self.failed.emit)

    def resume(self, id: str) -> None:
        """Let an export go on that is paused, or has ended unfinished."""
        self._mine.add(id)
        self._do(partial(self._queue.resume, id))

    def retry(self, id: str) -> None:
        """Begin an export again that has ended."""
        self._mine.add(id)
        self._do(partial(self._queue.retry, id))

    def pause(self, id: str) -> None:
        """Let an export wait."""
        self._do(partial(self._queue.pause, id))

    def cancel(self, id: str, *, keep: bool) -> None:
        """End an export; what is done is kept as a file that can be played, or nothing is."""
        self._do(partial(self._queue.cancel, id, keep=keep))

    def move(self, id: str, place: int) -> None:
        """Give an export another place in the order."""
        self._do(partial(self._queue.move, id, place))

    def remove(self, id: str) -> None:
        """Take an export out of the list."""
        self._do(partial(self._queue.remove, id))

    def suspend_all(self, jobs: Sequence[ExportStatus], then: Callable[[], None]) -> None:
        """Let exports end so that they can be resumed; call `then` as soon as they know."""

        def work() -> None:
            for job in jobs:
                self._queue.suspend(job.id)

        self._do(work, then)

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._look.drop()
        self._thread.close()

    def _do(self, work: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        def done(_: None) -> None:
            if then is not None:
                then()
            self.look()

        self._thread.submit(work, done, self._fail)

    def _fail(self, error: StudioError) -> None:
        self.failed.emit(error)
        self.look()

    def _found(self, jobs: tuple[ExportStatus, ...]) -> None:
        self.jobs, self._trouble = jobs, ""
        self.changed.emit()
        going = any(job.state.active or job.state is State.QUEUED for job in jobs)
        if self._seen or going:
            self._timer.start(_SEEN_MS if self._seen else _UNSEEN_MS)

    def _fail_to_look(self, error: StudioError) -> None:
        """Say so, once, and try again."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            self.failed.emit(error)
        self._timer.start(_UNSEEN_MS)


def _first_waiting(jobs: Sequence[ExportStatus], but: str) -> int:
    """The place of the first export that has not begun; that of `but` if there is no other."""
    waiting = [place for place, job in enumerate(jobs) if job.state is State.QUEUED]
    own = next(place for place, job in enumerate(jobs) if job.id == but)
    return min([*waiting, own])
