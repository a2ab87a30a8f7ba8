"""What every kind of video is to those who look at it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from types import TracebackType
from typing import Self

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
