"""What every kind of video is to those who look at it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from types import TracebackType
from typing import Self

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media.video.clip import Clip
from srstudio.media.video.timeline import Timeline


class VideoSource(ABC):
    """Frames of a clip, by number and in order; for one thread at a time.

    Attributes:
        clip: What the file holds.
        warnings: What is wrong with the file, a sentence each, as far as it was read.
    """

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.warnings = list(clip.warnings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    @abstractmethod
    def timeline(self) -> Timeline:
        """When which frame is shown."""

    @abstractmethod
    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """The frames of the numbers from `start` to before `stop`, each with its time.

        Frames that cannot be decoded are left out, and `warnings` says so.
        """

    def unbroken(self, start: int, stop: int) -> Iterator[Frame]:
        """Exactly the frames of the numbers from `start` to before `stop`, each with its time.

        One that cannot be decoded is the one before it again, or at the start of the clip the one
        after it, and `warnings` says so. What a number gives does not depend on `start`.

        Raises:
            InputError: if no frame of the clip can be decoded.
        """
        number, shown = start, None
        for found, frame in self._found(start, stop):
            if found > number:
                yield from self._repeated(shown or self._before(start) or frame, number, found)
            yield frame
            number, shown = found + 1, frame
        if number < stop:
            yield from self._repeated(shown or self._nearest(start, stop), number, stop)

    @abstractmethod
    def frame(self, number: int) -> Frame:
        """One frame. Those that follow each other are quick; any other needs a search.

        Raises:
            InputError: if it cannot be decoded.
        """

    def frame_at(self, time: Fraction) -> Frame:
        """The frame that is shown at a time, in seconds."""
        return self.frame(self.timeline.index(time))

    def close(self) -> None:  # noqa: B027 - not every source holds something
        """Give file and memory back; iterators over frames give back their own."""

    def warn(self, sentence: str) -> None:
        """Note what is wrong, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _found(self, start: int, stop: int) -> Iterator[tuple[int, Frame]]:
        """The frames among these that can be decoded, with their numbers."""
        number, timeline = start - 1, self.timeline  # before any frame: it may say other times
        for frame in self.frames(start, stop) if start < stop else ():
            assert frame.time is not None, "a frame of a video has a time"
            before, number = number, timeline.index(frame.time)
            if number >= stop:
                return
            if number > before:
                yield number, frame

    def _repeated(self, frame: Frame, start: int, stop: int) -> Iterator[Frame]:
        """A frame in the place of others."""
        name = self.clip.path.name
        self.warn(f"{name} has frames that cannot be decoded; the one before is shown again.")
        for number in range(start, stop):
            time, duration = self.timeline.time(number), self.timeline.duration(number)
            yield replace(frame, time=time, duration=duration)

    def _before(self, number: int) -> Frame | None:
        """The last frame before another that can be decoded."""
        back = 1
        while back < 2 * number:
            found = deque(self._found(max(number - back, 0), number), maxlen=1)
            if found:
                return found[0][1]
            back *= 2
        return None

    def _nearest(self, start: int, stop: int) -> Frame:
        """The last frame before some that cannot be decoded, or the first one after them.

        Raises:
            InputError: if there is none.
        """
        found = self._before(start)
        if found is None:
            found = next((frame for _, frame in self._found(stop, len(self.timeline))), None)
        if found is None:
            cause = f"no frame of {self.clip.path.name} can be decoded"
            raise InputError(cause, "get a fresh copy of the file")
        return found
