"""Numbered pictures as a clip: a folder of them, or a pattern such as `shot_%05d.png`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media.reading import read_picture
from srstudio.media.trees import pictures_in
from srstudio.media.video.clip import Clip, VideoTrack
from srstudio.media.video.colour import SRGB
from srstudio.media.video.source import VideoSource
from srstudio.media.video.timeline import Timeline

USUAL_RATE = Fraction(25)  # FFmpeg's, for pictures that do not say
_NUMBER = re.compile(r"%0?(\d*)d")


def is_pattern(path: Path) -> bool:
    """Whether a name stands for numbered files, as `shot_%05d.png` does."""
    return _NUMBER.search(path.name) is not None


def numbered_name(pattern: Path, number: int) -> Path:
    """The file of a number in a pattern; of several places for it the first one counts."""
    before, width, after = _NUMBER.split(pattern.name, maxsplit=1)
    return pattern.with_name(f"{before}{number:0{width or 1}}{after}")


def pictures_of(path: Path) -> Sequence[Path]:
    """The files of a folder or of a pattern, in order.

    Raises:
        InputError: if there are none.
    """
    files = _matching(path) if is_pattern(path) else pictures_in(path)
    if not files:
        advice = "check the name and where the numbers stand"
        raise InputError(f"{path} stands for no pictures", advice)
    return files


def _matching(pattern: Path) -> list[Path]:
    """The files whose names a pattern stands for, by number."""
    before, width, after = _NUMBER.split(pattern.name, maxsplit=1)
    digits = rf"\d{{{width},}}" if width else r"\d+"
    name = re.compile(f"{re.escape(before)}({digits}){re.escape(after)}")
    folder = pattern.parent
    found = (
        ((name.fullmatch(each.name), each) for each in folder.iterdir()) if folder.is_dir() else ()
    )
    return [path for _, path in sorted((int(match[1]), path) for match, path in found if match)]


class SequenceReader(VideoSource):
    """Numbered pictures, one after the other at a constant rate.

    Args:
        path: A folder of pictures, or a pattern of their names.
        rate: Frames in a second.

    Raises:
        InputError: if there are none, or the first cannot be read.
    """

    def __init__(self, path: Path, rate: Fraction = USUAL_RATE) -> None:
        self.files = pictures_of(path)
        ticks = np.arange(len(self.files), dtype=np.int64)
        self._timeline = Timeline(ticks, len(ticks), 1 / rate, ticks, numbered=True)
        super().__init__(_described(path, self.files, rate))
        if _has_gaps(self.files):
            self.warn(f"Some numbers are missing in {path.name}; the others follow each other.")

    @property
    def timeline(self) -> Timeline:
        """When which frame is shown."""
        return self._timeline

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Frame]:
        """The frames of the numbers from `start` to before `stop`, with their times."""
        for number in range(len(self.files))[start:stop]:
            try:
                yield self.frame(number)
            except InputError as error:
                self.warn(str(error))

    def frame(self, number: int) -> Frame:
        """One frame with its time."""
        number = range(len(self.files))[number]
        picture = read_picture(self.files[number])
        time, duration = self._timeline.time(number), self._timeline.duration(number)
        return replace(picture, exif=None, xmp=None, time=time, duration=duration)


def _has_gaps(files: Sequence[Path]) -> bool:
    """Whether the numbers that names end in grow now by less, now by more."""
    found = [re.findall(r"\d+", file.stem) for file in files]
    if len({len(numbers) for numbers in found}) != 1 or not found[0]:
        return False
    steps = np.diff([float(numbers[-1]) for numbers in found])
    return bool(steps.size and 0 < steps.min() < steps.max())


def _described(path: Path, files: Sequence[Path], rate: Fraction) -> Clip:
    first = read_picture(files[0])
    duration = len(files) / rate
    video = VideoTrack(
        index=0,
        codec=files[0].suffix.lower().removeprefix("."),
        width=first.width,
        height=first.height,
        orientation=1,
        sample_aspect=Fraction(1),
        rate=rate,
        is_variable=False,
        frames=len(files),
        start=Fraction(0),
        duration=duration,
        time_base=1 / rate,
        pixel_format="gray" if first.gray else "rgb24" if first.alpha is None else "rgba",
        bits=first.bit_depth,
        colour=SRGB,
        is_interlaced=False,
        has_alpha=first.alpha is not None,
    )
    return Clip(path, "sequence", (video,), duration=duration)
