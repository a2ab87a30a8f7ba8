"""Measures the frames of a clip as they are computed, and asks for those that are missing.

Tie: `CurveMeasuring(player, thread, protocol)` with a `LaneThread("measure clip",
FiguresHandler(), JobBridge())` of its own; `set_wanted(True)` while its panel is on the screen;
`start_again()` where the convention changes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import StudioError
from srstudio.core.frame import Frame
from srstudio.gui.document import TRUTH
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.video.filling import Filling, Place
from srstudio.gui.video.player import Player
from srstudio.jobs.clip_measuring import FiguresRequest
from srstudio.jobs.curves import Curves
from srstudio.jobs.events import Event, Failed, Finished, FrameMeasured
from srstudio.jobs.specs import next_number
from srstudio.metrics.protocol import Protocol


class CurveMeasuring(QObject):
    """One frame after the other: what is kept already, then what has to be computed for it.

    Frames wait to be measured only where they were asked for; all others are taken from what the
    player keeps, as long as they are there.

    Args:
        player: Has the clip.
        thread: Hosts the lane.
        protocol: The convention.

    Attributes:
        curves: What is known.

    Signals:
        started_again: Nothing is known any more.
        forgot: A source of which nothing is known any more.
        measured: A source and its `FrameFigures`.
        failed: A `StudioError`; nothing is measured any more, until it is started again.
    """

    started_again = Signal()
    forgot = Signal(str)
    measured = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self,
        player: Player,
        thread: LaneThread[FiguresRequest],
        protocol: Callable[[], Protocol],
    ) -> None:
        super().__init__()
        self._player, self._lane, self._protocol = player, thread.lane, protocol
        self.curves = Curves()
        self._filling = Filling(player)
        self._done: dict[str, set[int]] = {}
        self._last: dict[str, tuple[int, Frame]] = {}
        self._line: list[Place] = []
        self._running: tuple[Place, Frame] | None = None
        self._number = 0
        self._wanted = self._whole = self._broken = False
        thread.bridge.arrived.connect(self._take)
        player.opened_changed.connect(self.start_again)
        player.computed.connect(self._receive)
        player.kept_changed.connect(self._look)
        player.state_changed.connect(self._go_on)
        player.dropped.connect(self._drop)

    @property
    def busy(self) -> bool:
        """Whether a frame is being measured."""
        return self._running is not None

    def set_wanted(self, wanted: bool) -> None:
        """Measure what is kept, or nothing."""
        self._wanted = wanted
        self._follow()

    def set_whole(self, whole: bool) -> None:
        """Measure all other frames of the region, too: have them computed for that."""
        self._whole = whole
        self._follow()

    def start_again(self) -> None:
        """Forget everything: the clip is another one, or the convention."""
        self._stop()
        self._broken = False
        self.curves = Curves()
        self._done.clear()
        self.started_again.emit()
        self._look()

    def forget(self, key: str) -> None:
        """Forget what is known of a source: it has changed."""
        self._stop()
        self.curves.forget(key)
        self._done.pop(key, None)
        self.forgot.emit(key)
        self._look()

    def _drop(self, key: str) -> None:
        """A source shows something else from now on; empty: every source."""
        if key:
            self.forget(key)
        else:
            self.start_again()

    def close(self) -> None:
        """Measure nothing any more."""
        self._wanted = False
        self._stop()

    def _stop(self) -> None:
        """Let go of every frame."""
        self._number, self._running = 0, None
        self._lane.cancel()
        self._filling.stop()
        self._last.clear()
        self._line.clear()

    def _follow(self) -> None:
        if not (self._wanted and self._whole):
            self._filling.stop()
        self._look()

    def _receive(self, key: str, number: int, frame: Frame) -> None:
        if self._filling.receive(key, number, frame):
            self._go_on()

    def _look(self) -> None:
        """Line up what is kept and has not been measured, by numbers."""
        player = self._player
        kept = {key: player.kept(key) for key in player.keys} if self._wanted else {}
        self._line = [
            (key, number)
            for number, key in sorted((n, key) for key, numbers in kept.items() for n in numbers)
            if self._is_missing(key, number, number - 1 in kept[key])
        ]
        self._line.reverse()
        self._go_on()

    def _is_missing(self, key: str, number: int, has_before: bool) -> bool:
        """Whether there is something to be measured that could not be measured before."""
        if number in self._done.get(key, ()):
            return False
        return has_before or self.curves.at(key, number) is None

    def _go_on(self) -> None:
        """Measure the next frame, or ask for more, unless one is being measured."""
        if self._running is not None or self._broken or not self._wanted:
            return
        found = self._from_held() or self._from_kept()
        if found is not None:
            self._measure(*found)
        if self._whole and not self._line:  # what is kept need not be computed again
            last = {key: number for key, (number, _) in self._last.items()}
            self._filling.ask(self._done, last, "" if found is None else found[0][0])

    def _from_held(self) -> tuple[Place, Frame] | None:
        """The first frame of those that were asked for, unless it was only to compare with."""
        while self._filling.held:
            key, number = place = min(self._filling.held, key=lambda each: each[1])
            frame = self._filling.take(*place)
            if number not in self._done.get(key, ()):
                return place, frame
            self._last[key] = number, frame
        return None

    def _from_kept(self) -> tuple[Place, Frame] | None:
        """The first frame of the line that is still kept."""
        while self._line:
            key, number = place = self._line.pop()
            frame = self._player.frame(*place)
            if frame is not None and number not in self._done.get(key, ()):
                return place, frame
        return None

    def _measure(self, place: Place, frame: Frame) -> None:
        footage = self._player.footage
        if footage is None:
            return
        self._running, self._number = (place, frame), next_number()
        before = self._before(*place)
        truth = TRUTH if self.curves.at(TRUTH, place[1]) is None else ""
        self._lane.submit(
            FiguresRequest(footage, *place, frame, before, self._protocol(), truth, self._number)
        )

    def _before(self, key: str, number: int) -> Frame | None:
        """The frame before, if it is at hand."""
        last, frame = self._last.get(key, (-1, None))
        if number == 0 or last == number - 1:
            return frame if number else None
        return self._filling.look_at(key, number - 1) or self._player.frame(key, number - 1)

    def _take(self, event: Event, _made: object) -> None:
        if event.number != self._number or self._running is None:
            return
        (key, number), frame = self._running
        if isinstance(event, FrameMeasured):
            self._last[key] = (number, frame)
            if event.is_whole:
                self._done.setdefault(event.source, set()).add(number)
            self.curves.add(event.source, event.figures)
            self.measured.emit(event.source, event.figures)
        elif isinstance(event, Failed):
            self._running, self._broken = None, True
            self.failed.emit(StudioError(event.cause, event.advice))
        elif isinstance(event, Finished):
            self._running = None
            self._go_on()
