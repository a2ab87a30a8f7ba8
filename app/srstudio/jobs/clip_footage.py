"""A clip and its ground truth, at a scale: plain values, and a reader for each thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.jobs.matching import match
from srstudio.jobs.pictures import make_low_resolution
from srstudio.media.reading import READ_SUFFIXES
from srstudio.media.video.animation import is_animation
from srstudio.media.video.clip import Clip
from srstudio.media.video.colour import Colour
from srstudio.media.video.opening import open_video
from srstudio.media.video.source import VideoSource
from srstudio.media.video.square import squared
from srstudio.media.video.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """A video as it was looked through once.

    Attributes:
        clip: What it holds.
        timeline: When its frames are shown.
        colour: What its numbers are taken for, where its tags are not to be believed.
    """

    clip: Clip
    timeline: Timeline
    colour: Colour | None = None

    @property
    def path(self) -> Path:
        """File, folder or pattern."""
        return self.clip.path

    @property
    def is_numbered(self) -> bool:
        """Whether it is made of numbered pictures, which say no times."""
        return self.clip.container == "sequence"

    def open(self) -> VideoSource:
        """The video again, for another thread."""
        return open_video(self.path, colour=self.colour, rate=self.clip.video.rate)

    def square(self, frame: Frame) -> Frame:
        """A frame of it in square pixels."""
        return squared(frame, self.clip.video.sample_aspect)


def is_picture(path: Path) -> bool:
    """Whether a file is to be read as a single picture."""
    return path.suffix.lower() in READ_SUFFIXES and path.is_file() and not is_animation(path)


def look_through(
    path: Path, colour: Colour | None = None, rate: Fraction | None = None
) -> tuple[Reel, Frame]:
    """What a video holds, and its first frame; reads the whole file once.

    Args:
        path: File, folder or pattern of numbered pictures.
        colour: What its numbers are to be taken for.
        rate: Frames in a second of numbered pictures.

    Raises:
        InputError: if it cannot be read.
    """
    with open_video(path, colour=colour, rate=rate) as source:
        reel = Reel(source.clip, source.timeline, colour)
        return reel, reel.square(next(source.unbroken(0, 1)))


def at_one_rate(low: Reel, truth: Reel) -> tuple[Reel, Reel]:
    """A clip and its ground truth; numbered pictures take the rate of the other one."""
    if low.is_numbered == truth.is_numbered:
        return low, truth
    if low.is_numbered:
        return look_through(low.path, rate=truth.clip.video.rate)[0], truth
    return low, look_through(truth.path, rate=low.clip.video.rate)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """What is played: a clip, and the ground truth of its frames.

    Attributes:
        key: Sets this clip at this scale apart from every other.
        low: The low-resolution clip; None where it is made from the ground truth.
        truth: The ground truth; None where there is none.
        scale: Factor between the two.
        matched: The frame of the ground truth for each of the clip; empty where there is none,
            or where the clip is made from it.
    """

    key: str
    low: Reel | None
    truth: Reel | None
    scale: int
    matched: Sequence[int | None] = ()

    @property
    def shown(self) -> Reel:
        """The one whose frames are counted."""
        reel = self.low or self.truth
        assert reel is not None
        return reel

    @property
    def timeline(self) -> Timeline:
        """When the frames are shown."""
        return self.shown.timeline

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.timeline)

    def truth_number(self, number: int) -> int | None:
        """The frame of the ground truth that belongs to a frame; None where none does."""
        if self.truth is None:
            return None
        return number if self.low is None else self.matched[number]

    def open(self) -> FootageReader:
        """The frames, for one thread."""
        return FootageReader(self)


def footage(key: str, low: Reel | None, truth: Reel | None, scale: int, shift: int = 0) -> Footage:
    """A clip with the ground truth of its frames, matched by presentation time.

    Args:
        key: Sets it apart.
        low: The clip; None: it is made from the ground truth.
        truth: The ground truth, if there is one.
        scale: Factor between the two.
        shift: Frames by which the ground truth is late (or early, if negative).

    Raises:
        InputError: if they cannot belong together.
    """
    if low is None or truth is None:
        return Footage(key, low, truth, scale)
    low, truth = at_one_rate(low, truth)
    return Footage(key, low, truth, scale, match(low.timeline, truth.timeline, shift))


class FootageReader:
    """The frames of a clip and its ground truth in square pixels; for one thread at a time."""

    def __init__(self, given: Footage) -> None:
        self._given = given
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give files and memory back."""
        self._open.close()

    @property
    def warnings(self) -> list[str]:
        """What is wrong with the files, as far as they were read."""
        opened = (vars(self).get(name) for name in ("_low", "_truth"))
        return [text for source in opened if source is not None for text in source.warnings]

    def lows(self, start: int, stop: int) -> Iterator[Frame]:
        """The low-resolution frames from `start` to before `stop`, all of them."""
        if self._given.low is None:
            for frame in self._truth.unbroken(start, stop):
                yield self._made(frame)[0]
        else:
            for frame in self._low.unbroken(start, stop):
                yield self._given.low.square(frame)

    def pair(self, number: int) -> tuple[Frame, Frame | None]:
        """A low-resolution frame and its ground truth, cropped to fit it."""
        given = self._given
        if given.low is None:
            return self._made(_frame(self._truth, number))
        low = given.low.square(_frame(self._low, number))
        truth = self._truth_of(number)
        size = low.width * given.scale, low.height * given.scale
        if truth is not None and truth.size != size:
            raise InputError(
                f"frame {number + 1} has a ground truth of {truth.width} x {truth.height} pixels "
                f"instead of {size[0]} x {size[1]}",
                "all frames of a clip must have one size",
            )
        return low, truth

    def _truth_of(self, number: int) -> Frame | None:
        given, place = self._given, self._given.truth_number(number)
        if given.truth is None or place is None:
            return None
        return given.truth.square(_frame(self._truth, place)).cropped_to_multiple(given.scale)

    def _made(self, frame: Frame) -> tuple[Frame, Frame]:
        assert self._given.truth is not None
        return make_low_resolution(self._given.truth.square(frame), self._given.scale)

    @cached_property
    def _low(self) -> VideoSource:
        assert self._given.low is not None
        return self._open.enter_context(self._given.low.open())

    @cached_property
    def _truth(self) -> VideoSource:
        assert self._given.truth is not None
        return self._open.enter_context(self._given.truth.open())


class KeptReader:
    """A reader that stays open for the next request about the same clip; for one thread."""

    def __init__(self) -> None:
        self._footage: Footage | None = None
        self._reader: FootageReader | None = None

    def reader(self, footage: Footage) -> FootageReader:
        """The frames of a clip; those of the one before are closed."""
        if self._reader is None or footage is not self._footage:
            if self._reader is not None:
                self._reader.close()
            self._footage, self._reader = footage, footage.open()
        return self._reader


def _frame(source: VideoSource, number: int) -> Frame:
    """A frame, or the nearest that can be decoded in its place."""
    try:
        return source.frame(number)
    except InputError:
        return next(source.unbroken(number, number + 1))
