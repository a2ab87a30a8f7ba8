"""Where a running export writes how far it is, and others read it; from any thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from srstudio.jobs.export_status import Report, State

_REMEMBERED = 64  # frames that the speed is taken from
_ALL_FRAMES = 0.99  # how much is done when only the file is to be closed


class Board:
    """The report of an export, kept up to date."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._report = Report()
        self._began = time.monotonic()
        self._waited = 0.0
        self._pause: float | None = None
        self._moments: deque[float] = deque(maxlen=_REMEMBERED)
        self._first = 0
        self._first_at = 0.0
        self._mean: float | None = None

    def report(self) -> Report:
        """How the export stands at this moment."""
        with self._lock:
            now = self._working()
            speed, left = self._speed(), self._left(now)
            return replace(self._report, seconds=now, fps=speed, seconds_left=left)

    def change(self, **fields: Any) -> None:
        """Give fields of the report other values."""
        with self._lock:
            self._report = replace(self._report, **fields)

    def note(self, sentences: Iterable[str]) -> None:
        """Add sentences worth showing, each once."""
        with self._lock:
            notes = dict.fromkeys([*self._report.notes, *sentences])
            self._report = replace(self._report, notes=tuple(notes))

    def expect(self, frames: int, total: int) -> None:
        """Say that so many of all frames are there, and that the others begin now."""
        with self._lock:
            self._first, self._first_at = frames, self._working()
            self._count(frames, total)

    def advance(self) -> None:
        """Count a frame."""
        with self._lock:
            self._moments.append(self._working())
            self._count(self._report.frames + 1, self._report.total)

    def finish(self, output: Path) -> None:
        """Say that the output is closed under its name; the clock stops."""
        with self._lock:
            done, seconds = self._report.frames - self._first, self._working() - self._first_at
            self._mean = done / seconds if done and seconds else None
            self._pause = time.monotonic()
            self._report = replace(
                self._report, state=State.FINISHED, stage="", fraction=1.0, output=output
            )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the clock, and say so."""
        with self._lock:
            self._pause = time.monotonic()
            self._report = replace(self._report, state=State.PAUSED)
        try:
            yield
        finally:
            with self._lock:
                self._waited += time.monotonic() - self._pause
                self._pause = None
                self._report = replace(self._report, state=State.RUNNING)

    def _count(self, frames: int, total: int) -> None:
        fraction = _ALL_FRAMES * frames / total if total else 0.0
        self._report = replace(self._report, frames=frames, total=total, fraction=fraction)

    def _working(self) -> float:
        """Seconds since the beginning, pauses left out."""
        now = time.monotonic() if self._pause is None else self._pause
        return now - self._began - self._waited

    def _speed(self) -> float | None:
        """Frames in a second, lately; at the end, on average."""
        if self._mean is not None:
            return self._mean
        if len(self._moments) < 2 or self._moments[-1] <= self._moments[0]:
            return None
        return (len(self._moments) - 1) / (self._moments[-1] - self._moments[0])

    def _left(self, now: float) -> float | None:
        """Seconds, at the mean speed since the frames began."""
        done = self._report.frames - self._first
        if not done:
            return None
        return (self._report.total - self._report.frames) * (now - self._first_at) / done
