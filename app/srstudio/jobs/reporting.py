"""Progress of a job as events, not more often than a person can read."""

from __future__ import annotations

import time

from srstudio.jobs.events import Progressed
from srstudio.jobs.lanes import Emit

_INTERVAL = 0.1


class Reporter:
    """Turns work that is done into `Progressed` events, at most ten a second within a stage.

    Args:
        number: Of the request.
        emit: Receives the events.
    """

    def __init__(self, number: int, emit: Emit) -> None:
        self._number = number
        self._emit = emit
        self._began = self._stage_began = time.monotonic()
        self._emitted = 0.0
        self._stage = ""
        self._pixels = 0
        self._done = 0.0
        self._total = 0.0

    def expect(self, work: float) -> None:
        """Say how much there is to do, in any unit; the time left is counted from here."""
        self._total = work
        self._began = time.monotonic()

    def stage(self, stage: str) -> None:
        """Say what is happening now."""
        if stage != self._stage:
            self._stage, self._pixels = stage, 0
            self._stage_began = time.monotonic()
            self._tell()

    def advance(self, work: float, pixels: int) -> None:
        """Count work that is done, and the output pixels that came of it."""
        self._done += work
        self._pixels += pixels
        if time.monotonic() - self._emitted >= _INTERVAL:
            self._tell()

    def _tell(self) -> None:
        now = self._emitted = time.monotonic()
        fraction = min(self._done / self._total, 1.0) if self._total else 0.0
        remaining = (now - self._began) * (1.0 - fraction) / fraction if fraction else None
        seconds = now - self._stage_began
        speed = f"{self._pixels / seconds / 1e6:.2g} Mpx/s" if self._pixels and seconds else ""
        self._emit(Progressed(self._number, self._stage, fraction, speed, remaining))
