"""The clip that is open in the window: what is shown of it, what is there, what is asked for."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, QTimer, Signal

from srstudio.compare.playhead import Playhead
from srstudio.core.frame import Frame
from srstudio.gui.document import Document
from srstudio.gui.roles import Roles
from srstudio.gui.room import clip_budget
from srstudio.gui.video.ahead import Ahead
from srstudio.gui.video.computing import Computing
from srstudio.gui.video.moving import Moving
from srstudio.gui.video.pace import Pace
from srstudio.gui.video.projection import Projection
from srstudio.gui.video.showing import Showing
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.jobs.clip_cache import ClipCache
from srstudio.jobs.clip_footage import Footage
from srstudio.jobs.events import FrameComputed, Progressed
from srstudio.media.video.clip import Clip

TICK_MS = 8
_TELL_MS = 200
_LONGEST_TICK = 0.25  # seconds; a window that was held up goes on from where it was


class Player(Moving):
    """Shows the frames of a clip, each with all of its sources.

    Everything that plays and seeks does nothing while a picture, or nothing, is open.

    Args:
        document: Gets the frame that is shown.
        view: Says which sources are seen.
        computing: Computes frames.
        projection: Reads and draws them.
        showing: Shows them.

    Signals:
        opened_changed: Another clip, or none.
        moved: The number of the frame that is shown now.
        state_changed: `playing`, `rate`, `looped`, `waiting`, `measured_fps` or `marks`.
        computed: A source, a number and its `Frame`: every frame of a model as it is computed.
        kept_changed: What `kept` says is no longer true; told at most some times a second.
        dropped: A source whose frames hold no more: it has other weights; empty: all sources.
        progressed: A `Progressed`: how much of what is wanted is computed.
    """

    opened_changed = Signal()
    moved = Signal(int)
    state_changed = Signal()
    computed = Signal(str, int, object)
    kept_changed = Signal()
    dropped = Signal(str)
    progressed = Signal(object)

    def __init__(
        self,
        document: Document,
        view: ComparisonView,
        computing: Computing,
        projection: Projection,
        showing: Showing,
    ) -> None:
        super().__init__()
        self._document, self._view = document, view
        self._computing, self._projection, self._showing = computing, projection, showing
        self._footage: Footage | None = None
        self._ahead = Ahead(document, view, computing, projection)
        self._pace, self._made = Pace(), Pace()
        self._ticked = 0.0
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._advance)
        self._told = QTimer(self, interval=_TELL_MS, singleShot=True)
        self._told.timeout.connect(self._tell_kept)
        self._connect()

    def _connect(self) -> None:
        document = self._document
        self._computing.computed.connect(self._take)
        self._projection.arrived.connect(self._refresh)
        self._view.comparison_changed.connect(lambda _: self.plan())
        document.models_changed.connect(self._change_models)
        document.engine_changed.connect(self._drop_all)
        document.result_dropped.connect(self._drop)

    # -- what is open ---------------------------------------------------------------------

    def open(self, footage: Footage, roles: Roles, number: int = 0) -> None:
        """Play this; the frame of that number is shown already."""
        marks = self.marks if self._is_same(footage) else None
        looped = self.looped
        self._let_go()
        self._footage, self._ahead.cache = footage, ClipCache(clip_budget())
        self._ahead.models = self._document.models
        self._head = Playhead(footage.timeline, number, looped=looped).with_marks(marks)
        self._projection.open(footage, roles)
        self._computing.open(footage, self._ahead.cache)
        self.opened_changed.emit()
        self.plan()
        self.moved.emit(number)
        self.state_changed.emit()

    def close(self) -> None:
        """Let the clip go, and stop working on it."""
        if self._footage is not None:
            self._let_go()
            self.opened_changed.emit()

    @property
    def footage(self) -> Footage | None:
        """What is played; opens readers for other threads. None for a picture."""
        return self._footage

    @property
    def clip(self) -> Clip | None:
        """What is open: the low-resolution clip, or the ground truth it is made from."""
        return None if self._footage is None else self._footage.shown.clip

    @property
    def keys(self) -> tuple[str, ...]:
        """The models that are shown: sources for which frames are computed."""
        return () if self._footage is None else tuple(spec.id for spec in self._document.models)

    @property
    def has_truth(self) -> bool:
        """Whether there is a ground truth."""
        return self._footage is not None and self._footage.truth is not None

    def title(self, key: str) -> str:
        """What a person reads for a source."""
        return self._document.title(key)

    def truth_number(self, number: int) -> int | None:
        """The frame of the ground truth that is shown with a frame; None without one."""
        return None if self._footage is None else self._footage.truth_number(number)

    # -- what is shown --------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        """Whether it plays, and waits for frames that are not there yet."""
        return self.playing and self._pace.waited_lately

    @property
    def measured_fps(self) -> float | None:
        """Frames shown in a second of late; None while that is not known."""
        return self._pace.frames_a_second if self.playing else None

    # -- what is there --------------------------------------------------------------------

    def kept(self, key: str) -> frozenset[int]:
        """The frames of a source that can be shown at once."""
        return self._ahead.cache.numbers(key)

    def frame(self, key: str, number: int) -> Frame | None:
        """A frame of a model, if it is kept."""
        return self._ahead.cache.get(key, number)

    @property
    def busy(self) -> bool:
        """Whether something is missing of what is shown."""
        return self._head is not None and (
            self._computing.busy or not self._ahead.ready(self._head.number)
        )

    def ask_further(self, wanted: Mapping[str, Collection[int]]) -> None:
        """Frames to be computed, by source, once nothing is missing that is looked at.

        Each is told by `computed`; not all of them are kept. Ask for a few at a time, and for
        the next when those are dealt with: what is told waits in memory. Another call takes the
        place of the one before.
        """
        self._ahead.further = wanted
        self.plan()

    # -- inner ----------------------------------------------------------------------------

    def _is_same(self, footage: Footage) -> bool:
        return self._footage is not None and self._footage.shown.path == footage.shown.path

    def _let_go(self) -> None:
        self._tick.stop()
        self._computing.close()
        self._projection.close()
        self._showing.reset()
        self._ahead.cache.clear()
        self._footage, self._head, self._ahead.further = None, None, {}
        self._document.passing = False

    def _move(self, head: Playhead) -> None:
        """Take over another place or another way of moving, and have it seen."""
        before, self._head = self._head, head
        if before is None or before == head:
            return
        if head.playing != before.playing:
            self._start(head.playing)
        if head.number != before.number:
            self._refresh()
            self.moved.emit(head.number)
        self.plan()
        if _state(before) != _state(head):
            self.state_changed.emit()

    def _start(self, playing: bool) -> None:
        self._document.passing = playing
        self._ticked = time.perf_counter()
        self._pace.reset()
        if playing and self._computing.stopped:
            self._computing.resume()
        (self._tick.start if playing else self._tick.stop)()

    def _advance(self) -> None:
        """Let time pass."""
        head = self._head
        if head is None:
            return
        now = time.perf_counter()
        passed, self._ticked = min(now - self._ticked, _LONGEST_TICK), now
        later = head.advanced(passed, self._ahead.ready)
        shown = self._pace.tick(now, moved=later.number != head.number, waits=later.waiting)
        self._move(later)
        if shown:
            self.state_changed.emit()

    def _refresh(self) -> None:
        """Show what has come, if it is what should be shown."""
        head = self._head
        if head is None:
            return
        if (
            not head.playing
            or head.number == self._showing.number
            or self._ahead.ready(head.number)
        ):
            self._showing.show(head.number, self._ahead.cache)
        self._ahead.draw(head)

    def plan(self) -> None:
        """Say what is to be computed, read and drawn next."""
        head = self._head
        if head is None or self._footage is None:
            return
        self._ahead.plan(head)

    def _take(self, event: FrameComputed) -> None:
        head = self._head
        if head is None:
            return
        if event.model not in self.keys:  # begun before it was hidden
            self._ahead.cache.drop(event.model)
            return
        self._made.tick(time.perf_counter(), moved=True, waits=False)
        self.computed.emit(event.model, event.index, event.frame)
        if self._ahead.is_soon(head, event.index):
            self._refresh()
        if not self._told.isActive():
            self._told.start()

    def _tell_kept(self) -> None:
        if self._footage is not None:
            self.kept_changed.emit()
            self._tell_progress()

    def _tell_progress(self) -> None:
        if self._head is None or not self._computing.busy:
            return
        made, done = self._made.frames_a_second, self._ahead.share(self._head)
        speed = "" if made is None else f"{made:.1f} frames/s"
        self.progressed.emit(Progressed(0, "Computing frames", done, speed, None))

    def _change_models(self) -> None:
        self._ahead.models = self._document.models
        self._ahead.cache.keep_only([spec.id for spec in self._ahead.models])
        self._showing.reset()
        self._refresh()
        self.plan()
        self._told.start()

    def _drop(self, key: str) -> None:
        """What a source has shown holds no more."""
        if self._footage is not None:
            self._begin_anew(self._footage, self._ahead.cache.without(key), [key])
            self.dropped.emit(key)
            self._told.start()

    def _drop_all(self) -> None:
        if self._footage is not None:
            self._begin_anew(self._footage, ClipCache(clip_budget()), self.keys)
            self.dropped.emit("")
            self._told.start()

    def _begin_anew(self, footage: Footage, cache: ClipCache, keys: Collection[str]) -> None:
        """Compute sources again; what is still under way of them goes where nobody looks."""
        self._ahead.cache, self._ahead.models = cache, self._document.models
        self._computing.open(footage, cache)
        self._projection.forget(keys)
        self._showing.reset()
        self._refresh()
        self.plan()


def _state(head: Playhead) -> tuple[object, ...]:
    return head.rate, head.looped, head.marks
