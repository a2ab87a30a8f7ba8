"""Frames decoded, super-resolved and brought to size at once, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from srstudio.core.errors import InputError
from srstudio.core.frame import BitDepth, Frame
from srstudio.engine.resampling import to_size
from srstudio.engine.video import ClipUpscaler
from srstudio.jobs.ahead import ahead
from srstudio.jobs.export_control import Control
from srstudio.jobs.export_plan import Plan
from srstudio.jobs.export_preview import Previewer

_ROOM = 2  # frames that wait between two threads


@dataclass(frozen=True)
class Pipeline:
    """Makes the frames of an export.

    Attributes:
        plan: The export.
        clips: The engine.
        control: Asked between tiles and frames.
        previewer: Shows some of the frames.
    """

    plan: Plan
    clips: ClipUpscaler
    control: Control
    previewer: Previewer | None = None

    def frames(self, wanted: range) -> Generator[Frame, None, None]:
        """The results of these frames in order, with their times, in bounded memory.

        Decoding, the model and resampling each have a thread; what is done with the results is
        meant to be done in that of the caller.

        Raises:
            Cancelled: if that was asked for, after the frames that are done.
        """
        made = ahead(self._made(wanted), _ROOM, "super-resolving")
        if self.plan.is_resampled:
            made = ahead(self._resampled(made), _ROOM, "resampling")
        with closing(made):
            for number, frame in made:
                if self.previewer is not None:
                    self.previewer.offer(number, frame)
                time, duration = self.plan.time(number), self.plan.duration(number)
                yield replace(frame, time=time, duration=duration)

    def _made(self, wanted: range) -> Iterator[tuple[int, Frame]]:
        plan, control, lock = self.plan, self.control, threading.Lock()
        count = len(plan.video.timeline)
        with ExitStack() as readers:

            def read(start: int, stop: int) -> Iterator[Frame]:
                frames = self._read(start, stop, wanted, lock)
                return readers.enter_context(closing(ahead(frames, _ROOM, "decoding")))

            for number, made in self.clips.part(
                read, count, wanted, plan.spec, plan.scale, control.progress
            ):
                control.board.note(made.notes)
                yield number, made.frame
                control.gate()

    def _read(self, start: int, stop: int, wanted: range, lock: threading.Lock) -> Iterator[Frame]:
        """Frames of the source, one at a time of whoever reads it."""
        frames = self.plan.video.unbroken(start, stop)
        if self.previewer is not None:
            frames = self.previewer.watch(frames, start, wanted)
        while True:
            with lock:
                frame = self._next(frames)
            if frame is None:
                return
            yield frame.quantised(16) if self.plan.is_resampled else frame

    def _next(self, frames: Iterator[Frame]) -> Frame | None:
        try:
            return next(frames, None)
        except OSError as error:  # else it would be taken for one of the output
            name = self.plan.video.clip.path.name
            cause = f"{name} cannot be read any more ({error.strerror or error})"
            raise InputError(cause, "make it available again, and resume") from error

    def _resampled(
        self, made: Generator[tuple[int, Frame], None, None]
    ) -> Iterator[tuple[int, Frame]]:
        """Frames of 16 bits brought to size, and rounded once to the bits of the source."""
        depth: BitDepth = 8 if self.plan.video.clip.video.bits == 8 else 16
        with closing(made):
            for number, frame in made:
                yield number, to_size(frame, self.plan.size).quantised(depth)
