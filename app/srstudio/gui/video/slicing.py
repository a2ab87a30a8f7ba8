"""Cuts a line out of the frames that are kept, for what is shown beside each other over time.

Tie: `Slicing(player, view, thread)` with a `LaneThread("slices", SliceHandler(), JobBridge())` of
its own; its panel switches it on and off.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.compare.slice_line import SliceLine
from srstudio.core.errors import StudioError
from srstudio.core.frame import Frame, Pixels
from srstudio.gui.document import TRUTH
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.video.player import Player
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.jobs.clip_footage import Footage
from srstudio.jobs.clip_slices import SliceRequest
from srstudio.jobs.events import Event, Failed, Finished, LineCut
from srstudio.jobs.specs import next_number

REACH = 600  # frames before and behind the play head
_LOOK_MS = 150
_AT_ONCE = 64  # frames of a request


class Slicing(QObject):
    """Has the lines of the visible sources, as far as their frames are or were kept.

    Args:
        player: Has the frames.
        view: Has the line, and says which sources are visible.
        thread: Hosts the lane.

    Signals:
        changed: There are other lines than before.
        failed: A `StudioError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, player: Player, view: ComparisonView, thread: LaneThread[SliceRequest]
    ) -> None:
        super().__init__()
        self._player, self._view, self._lane = player, view, thread.lane
        self._lines: dict[str, dict[int, Pixels]] = {}
        self._number = 0
        self._on = False
        self._look_later = QTimer(self, interval=_LOOK_MS, singleShot=True)
        self._look_later.timeout.connect(self._look)
        thread.bridge.arrived.connect(self._take)
        view.slice_changed.connect(lambda _: self._begin())
        view.comparison_changed.connect(lambda _: self._look_soon())
        player.opened_changed.connect(self._open)
        player.dropped.connect(lambda _: self._begin())
        player.kept_changed.connect(self._look_soon)
        player.moved.connect(lambda _: self._look_soon())

    @property
    def keys(self) -> tuple[str, ...]:
        """The sources that are visible, in the order of the panes."""
        return self._view.comparison.visible if self._player.clip is not None else ()

    @property
    def span(self) -> range:
        """The frames from the first to the last of which there is a line, near the play head."""
        numbers = [n for key in self.keys for n in self._lines.get(key, ())]
        return range(min(numbers), max(numbers) + 1) if numbers else range(0)

    def lines(self, key: str) -> Mapping[int, Pixels]:
        """The lines of a source, by frame."""
        return self._lines.get(key, {})

    def set_on(self, on: bool) -> None:
        """Show the line in the view, and cut; or neither."""
        self._on = on
        self._open()

    def close(self) -> None:
        """Cut nothing any more."""
        self._on = False
        self._look_later.stop()
        self._stop()

    def _open(self) -> None:
        """Have a line where there is a clip and somebody wants one."""
        there = self._on and self._player.clip is not None
        line = self._view.slice_line
        if not there:
            self._view.set_slice(None)
        elif line is None or line.content != self._view.viewport.content:
            self._view.set_slice(SliceLine.middle(self._view.viewport.content))
        self._begin()

    def _begin(self) -> None:
        """The line is another one, or the frames are."""
        self._stop()
        self._lines.clear()
        self.changed.emit()
        self._look()

    def _stop(self) -> None:
        self._number = 0
        self._lane.cancel()

    def _look_soon(self) -> None:
        if self._on and not self._look_later.isActive():
            self._look_later.start()

    def _look(self) -> None:
        """Cut what is kept and has no line yet, unless something is being cut."""
        line, footage = self._view.slice_line, self._player.footage
        if not self._on or line is None or footage is None or self._number:
            return
        self._forget_far()
        frames, truths = self._missing_frames(), self._missing_truths(footage)
        if frames or truths:
            self._number = next_number()
            self._lane.submit(SliceRequest(footage, line, frames, TRUTH, truths, self._number))

    def _missing_frames(self) -> tuple[tuple[str, int, Frame], ...]:
        """The nearest to the play head of what is kept and has no line."""
        player, near = self._player, self._near
        places = [
            (abs(number - player.number), key, number)
            for key in self.keys
            if key != TRUTH
            for number in player.kept(key)
            if number in near and number not in self.lines(key)
        ]
        wanted = [(key, n, player.frame(key, n)) for _, key, n in sorted(places)[:_AT_ONCE]]
        return tuple((key, n, frame) for key, n, frame in wanted if frame is not None)

    def _missing_truths(self, footage: Footage) -> tuple[int, ...]:
        """Frames in order whose ground truth has no line, while other sources have one."""
        if TRUTH not in self.keys:
            return ()
        others = (self.lines(key) for key in self.keys if key != TRUTH)
        known = {number for lines in others for number in lines} | {self._player.number}
        missing = sorted(known - self.lines(TRUTH).keys())
        return tuple(n for n in missing if footage.truth_number(n) is not None)[:_AT_ONCE]

    @property
    def _near(self) -> range:
        """The frames of which lines are kept."""
        number = self._player.number
        return range(max(0, number - REACH), number + REACH + 1)

    def _forget_far(self) -> None:
        near = self._near
        for key, lines in self._lines.items():
            self._lines[key] = {n: line for n, line in lines.items() if n in near}

    def _take(self, event: Event, _made: object) -> None:
        if not self._number or event.number != self._number:
            return
        if isinstance(event, LineCut):
            self._lines.setdefault(event.source, {})[event.index] = event.pixels
            self.changed.emit()
        elif isinstance(event, Finished):
            self._number = 0
            self._look()
        elif isinstance(event, Failed):
            self._on, self._number = False, 0
            self.failed.emit(StudioError(event.cause, event.advice))
