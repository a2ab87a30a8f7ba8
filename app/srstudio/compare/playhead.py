"""Which frame of a clip is shown, and how it goes on: transport without clock and without Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from srstudio.media.video.timeline import Timeline

FASTEST = 8.0

Ready = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Playhead:
    """An immutable place on a timeline; every operation returns a new one.

    Attributes:
        timeline: The times of the frames.
        number: The frame that is shown.
        rate: Times as fast as the clip; 0 stands still, below 0 goes backwards.
        looped: Whether it begins again at the end.
        marks: The part that is played, from the in point to the out point; None for all.
        waiting: Whether the next frame is due and not there yet.
        shown: Seconds of the clip for which the frame has been shown.
    """

    timeline: Timeline
    number: int = 0
    rate: float = 0.0
    looped: bool = False
    marks: range | None = None
    waiting: bool = False
    shown: float = 0.0

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self.rate != 0.0

    @property
    def direction(self) -> int:
        """1, or -1 while it goes backwards."""
        return -1 if self.rate < 0 else 1

    @property
    def region(self) -> range:
        """The frames that are played: those between the marks, or all."""
        return self.marks or range(len(self.timeline))

    # -- where it is ----------------------------------------------------------------------

    def sought(self, number: int) -> Self:
        """At another frame; the first or the last one beyond the clip."""
        number = min(max(number, 0), len(self.timeline) - 1)
        return replace(self, number=number, waiting=False, shown=self._begin(number, self.rate))

    def stepped(self, frames: int) -> Self:
        """Some frames on (or back), standing still."""
        return self.paused().sought(self.number + frames)

    def skipped(self, seconds: int) -> Self:
        """Some seconds on (or back), and at least one frame."""
        target = self.timeline.index(self.timeline.time(self.number) + seconds)
        if target == self.number:
            target += 1 if seconds > 0 else -1
        return self.sought(target)

    # -- how it moves ---------------------------------------------------------------------

    def played(self, rate: float) -> Self:
        """At a rate; from the other end where there is nothing left to be played."""
        if rate == 0.0:
            return self.paused()
        at_end = self.number == (self.region[-1] if rate > 0 else self.region[0])
        stays = self.number in self.region and not at_end
        number = self.number if stays else (self.region[0] if rate > 0 else self.region[-1])
        return replace(self, rate=max(-FASTEST, min(rate, FASTEST))).sought(number)

    def paused(self) -> Self:
        """Standing still."""
        return replace(self, rate=0.0, waiting=False, shown=0.0)

    def toggled(self) -> Self:
        """Playing forwards, or standing still."""
        return self.paused() if self.playing else self.played(1.0)

    def shuttled(self, direction: int) -> Self:
        """As the keys J (-1) and L (1) do it: at the clip's speed, or else twice as fast."""
        same = self.rate * direction > 0
        return self.played(self.rate * 2 if same else float(direction))

    def with_looped(self, looped: bool) -> Self:
        """Beginning again at the end, or not."""
        return replace(self, looped=looped)

    # -- which part -----------------------------------------------------------------------

    def with_marks(self, marks: range | None) -> Self:
        """Playing this part only; all of the clip where it is empty or the whole."""
        if marks is not None:
            marks = range(max(marks.start, 0), min(marks.stop, len(self.timeline)))
        whole = not marks or marks == range(len(self.timeline))
        return replace(self, marks=None if whole else marks)

    def with_in(self) -> Self:
        """Playing from the frame that is shown."""
        stop = self.region.stop if self.number < self.region.stop else len(self.timeline)
        return self.with_marks(range(self.number, stop))

    def with_out(self) -> Self:
        """Playing up to the frame that is shown, and it."""
        start = self.region.start if self.number >= self.region.start else 0
        return self.with_marks(range(start, self.number + 1))

    # -- the passing of time --------------------------------------------------------------

    def advanced(self, seconds: float, ready: Ready) -> Self:
        """After some seconds of playing.

        Frames are passed over where time demands it, but none that is not there yet: for that it
        waits, and time waits with it.

        Args:
            seconds: Since it was asked last.
            ready: Whether a frame can be shown.
        """
        head = replace(self, waiting=False, shown=self.shown + seconds * self.rate)
        while (following := head._following()) is not None:
            if not ready(following):
                return replace(head, waiting=True, shown=head._held())
            left = head.shown - head._length() if head.rate > 0 else head.shown
            length = float(head.timeline.duration(following))
            head = replace(head, number=following, shown=left if head.rate > 0 else left + length)
        return head.paused() if head._ended() else head

    def upcoming(self, count: int) -> list[int]:
        """The frame that is shown and those that come after it, in the order of playing."""
        order = self._played[:: self.direction]
        place = order.index(self.number)
        ahead = order[place : place + count]
        again = order[: min(count - len(ahead), place)] if self._repeats else ()
        return [*ahead, *again]

    @property
    def _played(self) -> range:
        """What is played from here: the part between the marks, or outside of it the clip."""
        return self.region if self.number in self.region else range(len(self.timeline))

    @property
    def _repeats(self) -> bool:
        return self.looped and self.number in self.region

    def _length(self) -> float:
        return float(self.timeline.duration(self.number))

    def _due(self) -> bool:
        """Whether the frame has been shown for as long as it lasts."""
        return self.shown >= self._length() if self.rate > 0 else self.shown < 0.0

    def _ends(self) -> tuple[int, int]:
        """Where it begins and where it ends, in the order of playing."""
        order = self._played[:: self.direction]
        return order[0], order[-1]

    def _following(self) -> int | None:
        """The frame that is due; None where none is, or where there is no more."""
        if not self.playing or not self._due():
            return None
        first, last = self._ends()
        if self.number != last:
            return self.number + self.direction
        return first if self._repeats else None

    def _ended(self) -> bool:
        return self.playing and self._due()

    def _held(self) -> float:
        """The time at which it waits: the very end of the frame."""
        return self._length() if self.rate > 0 else 0.0

    def _begin(self, number: int, rate: float) -> float:
        return float(self.timeline.duration(number)) if rate < 0 else 0.0
