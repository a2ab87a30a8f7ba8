"""How an export stands: what its process writes down, and what the window reads."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

from srstudio.jobs.export import ExportSettings


class State(Enum):
    """How an export stands, as a person reads it."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # suspended, or its process is gone: it can be resumed

    @property
    def active(self) -> bool:
        """Whether there is a process."""
        return self in _ACTIVE

    @property
    def ended(self) -> bool:
        """Whether there was one, and there is none any more."""
        return self is not State.QUEUED and not self.active


_ACTIVE = (State.STARTING, State.RUNNING, State.PAUSING, State.PAUSED, State.CANCELLING)


class Preview(msgspec.Struct, frozen=True):
    """A frame before and after, to be compared while the export runs.

    Attributes:
        number: Of the frame in the source.
        before: PNG file of the low-resolution frame, enlarged to the size of the other.
        after: PNG file of the result, shrunk where it is large.
    """

    number: int
    before: Path
    after: Path


class Report(msgspec.Struct, frozen=True):
    """What an export says of itself at one moment.

    Attributes:
        state: One of STARTING, RUNNING, PAUSED, FINISHED, FAILED and CANCELLED.
        stage: What is being done, in a few words ("Super-resolving").
        fraction: 0 to 1; 1 only when the output is closed under its name.
        frames: Written so far, those of an earlier run too.
        total: Frames to be written; 0 while that is not known.
        fps: Frames in a second, lately; None before that is known.
        seconds: That it has worked, pauses left out.
        seconds_left: None before that is known.
        size: Width and height of the result.
        notes: Sentences worth showing: what was left out, what is wrong with the source.
        cause: Why it failed.
        advice: What can be done about it.
        preview: The latest frame that can be looked at.
        output: What was written, once it is there; of pictures the pattern.
    """

    state: State = State.STARTING
    stage: str = ""
    fraction: float = 0.0
    frames: int = 0
    total: int = 0
    fps: float | None = None
    seconds: float = 0.0
    seconds_left: float | None = None
    size: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    cause: str = ""
    advice: str = ""
    preview: Preview | None = None
    output: Path | None = None


class ExportStatus(msgspec.Struct, frozen=True):
    """An export of the queue as it was found.

    Attributes:
        id: Sets exports apart, those that are gone too.
        settings: What it was told.
        state: How it stands.
        report: What it last said of itself.
        resumable: Whether there is work of an earlier run to go on with.
    """

    id: str
    settings: ExportSettings
    state: State
    report: Report
    resumable: bool = False
