"""What the screen needs of a clip: read and drawn ahead of the play head, in a thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.gui.document import Opened
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.job_bridge import JobBridge
from srstudio.gui.opening import display_pyramid, seed_pyramid
from srstudio.gui.roles import Roles, opened_frame
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.clip_footage import Footage
from srstudio.jobs.clip_reading import ReadHandler
from srstudio.jobs.clip_specs import Draw, ReadRequest
from srstudio.jobs.events import Event, Failed, Finished, FrameDrawn, PairRead, Stopped
from srstudio.jobs.specs import next_number

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A frame of a clip, ready for the screen.

    Attributes:
        opened: The frame and its ground truth.
        seed: The frame enlarged, for sources that have no picture of it yet.
        truth: The ground truth; None where there is none.
    """

    opened: Opened
    seed: Pyramid
    truth: Pyramid | None


@dataclass(frozen=True, slots=True)
class _Film:
    """What is read at present."""

    footage: Footage
    roles: Roles


class Projection(QObject):
    """Reads frames of a clip and draws what models have computed, the most urgent first.

    Signals:
        arrived: Something is there that was not.
        warned: A sentence about what is wrong with a file.
        failed: A `StudioError`: a frame cannot be read.
    """

    arrived = Signal()
    warned = Signal(str)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._film: _Film | None = None
        self._pairs: dict[int, Pair] = {}
        self._pictures: dict[Place, Pyramid] = {}
        self._running: tuple[int, tuple[int | Draw, ...]] = (0, ())
        self._warned: set[str] = set()
        self._valid_from = 0
        self.thread_of_it: LaneThread[ReadRequest] = LaneThread(
            "read clip", ReadHandler(), JobBridge(self._drawn)
        )
        self.thread_of_it.bridge.arrived.connect(self._take)

    def open(self, footage: Footage, roles: Roles) -> None:
        """Read this from now on."""
        self.close()
        self._film = _Film(footage, roles)

    def close(self) -> None:
        """Read nothing any more."""
        self._film = None
        self._warned.clear()
        self._stop()
        self._pairs.clear()
        self._pictures.clear()

    def pair(self, number: int) -> Pair | None:
        """A frame, if it is there."""
        return self._pairs.get(number)

    def picture(self, key: str, number: int) -> Pyramid | None:
        """What a source shows of a frame, if it is there."""
        return self._pictures.get((key, number))

    def forget(self, keys: Collection[str]) -> None:
        """Sources have other pictures now."""
        for place in [place for place in self._pictures if place[0] in keys]:
            del self._pictures[place]
        self._valid_from = next_number()
        self._stop()

    def want(self, frames: Mapping[int, Mapping[str, Frame]]) -> None:
        """Have these frames, and let go of all others.

        Args:
            frames: By number, the most urgent first: what sources show, as far as it is there.
        """
        if self._film is None:
            return
        self._pairs = {number: pair for number, pair in self._pairs.items() if number in frames}
        self._pictures = {at: drawn for at, drawn in self._pictures.items() if at[1] in frames}
        tasks = tuple(task for number in frames for task in self._tasks(number, frames[number]))
        urgent = {_name(task) for task in tasks if _place(task) == next(iter(frames))}
        number, running = self._running
        if tasks and (not number or not urgent <= {_name(task) for task in running}):
            request = ReadRequest(self._film.footage, tasks, next_number())
            self._running = (request.number, tasks)
            self.thread_of_it.lane.submit(request)

    def _tasks(self, number: int, sources: Mapping[str, Frame]) -> Sequence[int | Draw]:
        """What is missing of a frame."""
        read = [] if number in self._pairs else [number]
        missing = [key for key in sources if (key, number) not in self._pictures]
        return [*read, *(Draw(key, number, sources[key]) for key in missing)]

    def _stop(self) -> None:
        if self._running[0]:
            self.thread_of_it.lane.cancel()
        self._running = (0, ())

    def _drawn(self, event: Event) -> object:
        """Pictures for the screen; called in the thread that reads."""
        film = self._film
        if isinstance(event, FrameDrawn):
            return display_pyramid(event.frame)
        if isinstance(event, PairRead) and film is not None and event.clip == film.footage.key:
            opened = opened_frame(film.roles, film.footage, event.index, event.low, event.truth)
            truth = None if event.truth is None else display_pyramid(event.truth)
            return Pair(opened, seed_pyramid(opened), truth)
        return None

    def _take(self, event: Event, made: object) -> None:
        if isinstance(event, Finished | Failed | Stopped):
            self._end(event)
        elif self._film is None or getattr(event, "clip", "") != self._film.footage.key:
            return
        elif isinstance(event, PairRead) and isinstance(made, Pair):
            self._pairs[event.index] = made
            self._warn(event.warnings)
            self.arrived.emit()
        elif event.number < self._valid_from:
            return
        elif isinstance(event, FrameDrawn) and isinstance(made, Pyramid):
            self._pictures[event.source, event.index] = made
            self.arrived.emit()

    def _end(self, event: Finished | Failed | Stopped) -> None:
        if event.number != self._running[0]:
            return
        self._running = (0, ())
        if isinstance(event, Failed):
            self.failed.emit(InputError(event.cause, event.advice))
        elif isinstance(event, Finished):
            self.arrived.emit()

    def _warn(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            if sentence not in self._warned:
                self._warned.add(sentence)
                self.warned.emit(sentence)


def _name(task: int | Draw) -> object:
    return task if isinstance(task, int) else (task.source, task.index)


def _place(task: int | Draw) -> int:
    return task if isinstance(task, int) else task.index
