"""Keeps the engine busy with the frames of a clip that are looked at, or will be soon."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import ModelError
from srstudio.gui.document import Document, SourceState, Stage
from srstudio.gui.engine_thread import LaneThread
from srstudio.jobs.clip_agenda import Agenda, Want
from srstudio.jobs.clip_cache import ClipCache
from srstudio.jobs.clip_footage import Footage
from srstudio.jobs.clip_specs import ClipRequest
from srstudio.jobs.engine import EngineRequest
from srstudio.jobs.events import Event, Failed, Finished, FrameComputed, ModelFailed, Stopped
from srstudio.jobs.specs import next_number


class Computing(QObject):
    """The engine's work on the clip that is open.

    Args:
        document: Says on which device and in which precision.
        thread: Hosts the engine's lane.

    Signals:
        computed: A `FrameComputed`.
        busy_changed: Whether something is being computed.
        failed: A `StudioError`: nothing can be computed.
    """

    computed = Signal(object)
    busy_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, document: Document, thread: LaneThread[EngineRequest]) -> None:
        super().__init__()
        self._document, self._lane = document, thread.lane
        self._footage: Footage | None = None
        self._agenda: Agenda | None = None
        self._want = Want()
        self._running, self._busy, self._stopped = 0, False, False
        self._valid_from = 0
        thread.bridge.arrived.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether something is being computed."""
        return bool(self._running) and self._agenda is not None and not self._agenda.idle

    @property
    def stopped(self) -> bool:
        """Whether nothing is computed until `resume`."""
        return self._stopped

    def open(self, footage: Footage, cache: ClipCache) -> None:
        """Compute frames of this clip from now on."""
        self._footage, self._agenda = footage, Agenda(cache)
        self._want, self._stopped, self._running = Want(), False, 0
        self._valid_from = next_number()

    def close(self) -> None:
        """Compute nothing any more."""
        if self._running:
            self._lane.cancel()
        self._footage, self._agenda, self._running = None, None, 0
        self._tell()

    def want(self, want: Want) -> None:
        """Compute this next; a frame that is begun is finished, unless the shown one waits."""
        self._want = want
        if self._agenda is None or self._stopped:
            return
        self._agenda.set(want)
        if not self._running or self._in_the_way(self._agenda):
            self._submit()
        self._tell()

    def restart(self) -> None:
        """Begin anew: on another device, or with other weights."""
        if self._agenda is not None and not self._stopped:
            self._agenda.retry()
            self._submit()
            self._tell()

    def stop(self) -> None:
        """Compute nothing, until `resume`."""
        self._stopped = True
        if self._running:
            self._lane.cancel()
        self._running = 0
        self._tell()

    def resume(self) -> None:
        """Go on with what was stopped, and try again what has failed."""
        self._stopped = False
        self.restart()
        self.want(self._want)

    def _in_the_way(self, agenda: Agenda) -> bool:
        """Whether what is begun delays the frame that is looked at."""
        begun, shown = agenda.taken, self._want.upcoming[:1]
        if begun is None or begun[1] in shown:
            return False
        first = agenda.first
        return first is not None and first[1] in shown and first[0] in self._want.visible

    def _submit(self) -> None:
        footage, agenda, engine = self._footage, self._agenda, self._document.engine
        if footage is None or agenda is None:
            return
        number = next_number()
        self._lane.submit(ClipRequest(footage, agenda, engine.device, engine.precision, number))
        self._running = number

    def _take(self, event: Event, _made: object) -> None:
        footage = self._footage
        if isinstance(event, Finished | Failed | Stopped):
            self._end(event)
        elif event.number < self._valid_from:
            return
        elif isinstance(event, FrameComputed) and footage and event.clip == footage.key:
            self.computed.emit(event)
            self._tell()
        elif isinstance(event, ModelFailed) and footage and event.picture == footage.key:
            error = ModelError(event.cause, event.advice)
            state = SourceState(Stage.FAILED, reason=str(error))
            self._document.set_state(event.model, state)
            self.failed.emit(error)
            self._tell()

    def _end(self, event: Finished | Failed | Stopped) -> None:
        if event.number != self._running:
            return
        self._running = 0
        if isinstance(event, Failed):
            self._stopped = True
            self.failed.emit(ModelError(event.cause, event.advice))
        self._tell()

    def _tell(self) -> None:
        if self.busy != self._busy:
            self._busy = self.busy
            self.busy_changed.emit(self._busy)
