"""The training runs as the window has them: looked after and told what to do, off its thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.jobs import training
from srstudio.jobs.training import Order
from srstudio.jobs.training_runs import Snapshot, forget_run, known_runs, remember_run
from srstudio.jobs.training_watch import Watcher

_SEEN_MS, _UNSEEN_MS = 400, 2_000


class Training(QObject):
    """Every known run; the newest first.

    Attributes:
        runs: As they were found last.

    Signals:
        changed: The runs were looked at again.
        begun: Folder of a run that was started from here.
        failed: A `StudioError`.
    """

    changed = Signal()
    begun = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.runs: tuple[Snapshot, ...] = ()
        self._background = background
        self._watcher = Watcher()
        self._mine: set[Path] = set()
        self._looking = self._again = False
        self._seen = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)

    @property
    def active(self) -> tuple[Snapshot, ...]:
        """The runs that have a process."""
        return tuple(run for run in self.runs if run.state.alive)

    @property
    def mine(self) -> tuple[Snapshot, ...]:
        """Those of them that were started or gone on with from this window."""
        return tuple(run for run in self.active if run.folder in self._mine)

    def run(self, folder: Path) -> Snapshot | None:
        """The run of a folder."""
        return next((run for run in self.runs if run.folder == folder), None)

    def set_seen(self, seen: bool) -> None:
        """Look often while the runs are on the screen, else only while one is active."""
        self._seen = seen
        if seen:
            self.look()

    def look(self, search: bool = False) -> None:
        """Look at the runs again; `changed` follows.

        Args:
            search: One may just have begun or ended.
        """
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._background.submit(
            lambda: self._watcher.poll(known_runs(), search), self._found, self._fail_to_look
        )

    def start(self, order: Order) -> None:
        """Begin a run; `begun` follows, or `failed`."""
        folder = Path(order.out).resolve()

        def work() -> None:
            training.start(order)
            remember_run(folder)

        self._mine.add(folder)
        self._do(work, lambda: self.begun.emit(folder))

    def resume(self, folder: Path) -> None:
        """Go on with a run that is paused, or has ended early."""
        run = self.run(folder)
        if run is not None and run.state.alive:
            self._do(partial(training.go_on, folder))
        else:
            self._mine.add(folder)
            self._do(partial(training.resume, folder))

    def pause(self, folder: Path) -> None:
        """Let a run wait."""
        self._do(partial(training.pause, folder))

    def stop(self, folder: Path) -> None:
        """Let a run save itself and end."""
        self._do(partial(training.stop, folder))

    def stop_all(self, runs: Sequence[Snapshot], then: Callable[[], None]) -> None:
        """Let runs save themselves and end; call `then` as soon as they have been told."""

        def work() -> None:
            for run in runs:
                training.stop(run.folder)

        self._do(work, then)

    def add(self, folder: Path) -> None:
        """Put a run into the list that was started elsewhere."""
        self._do(partial(remember_run, folder))

    def forget(self, folder: Path) -> None:
        """Take a run out of the list; its files stay."""
        self._do(partial(forget_run, folder))

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _do(self, work: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        def done(_: None) -> None:
            if then is not None:
                then()
            self.look(search=True)

        self._background.submit(work, done, self.failed.emit)

    def _found(self, runs: tuple[Snapshot, ...]) -> None:
        self._looking = False
        self.runs = runs
        self.changed.emit()
        if self._again:
            self._again = False
            self.look(search=True)
        elif self._seen or self.active:
            self._timer.start(_SEEN_MS if self._seen else _UNSEEN_MS)

    def _fail_to_look(self, error: StudioError) -> None:
        self._looking = False
        self.failed.emit(error)
