"""A token that reports progress and carries cancellation; it nests: tile in frame in video."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Cancelled(Exception):  # noqa: N818 - a request, not an error
    """Raised by `Progress.check` once cancellation was asked for."""


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """A moment of a long operation.

    Attributes:
        stage: What is happening, in a few words ("Super-resolving").
        fraction: Done so far, 0 to 1 over the whole operation.
        elapsed: Seconds since the operation began.
    """

    stage: str
    fraction: float
    elapsed: float

    @property
    def remaining(self) -> float | None:
        """Seconds left at the mean speed so far; None before anything is known."""
        if self.fraction <= 0.0:
            return None
        return self.elapsed * (1.0 - self.fraction) / self.fraction


Listener = Callable[[ProgressEvent], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """Reports on a sub-range of an operation and lets it be cancelled from any thread.

    Every long operation takes one, calls `report` as it goes and `check` between units of
    work (a tile, a frame), and hands parts of its range on with `part`.
    """

    listener: Listener | None = None
    start: float = 0.0
    stop: float = 1.0
    stage: str = ""
    began: float = field(default_factory=time.monotonic)
    _cancel: threading.Event = field(default_factory=threading.Event)

    def report(self, fraction: float, stage: str | None = None) -> None:
        """Tell the listener that `fraction` (0 to 1) of this part is done.

        Raises:
            Cancelled: if cancellation was asked for.
        """
        self.check()
        if self.listener is not None:
            whole = self.start + (self.stop - self.start) * min(max(fraction, 0.0), 1.0)
            elapsed = time.monotonic() - self.began
            self.listener(ProgressEvent(stage or self.stage, whole, elapsed))

    def part(self, start: float, stop: float, stage: str | None = None) -> Progress:
        """A token for the part from `start` to `stop` (0 to 1) of this one."""
        span = self.stop - self.start
        return Progress(
            listener=self.listener,
            start=self.start + span * start,
            stop=self.start + span * stop,
            stage=stage or self.stage,
            began=self.began,
            _cancel=self._cancel,
        )

    def cancel(self) -> None:
        """Ask the operation, with all its parts, to stop; returns at once, from any thread."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether cancellation was asked for."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was asked for."""
        if self._cancel.is_set():
            raise Cancelled
