"""Which words on the command line mean a clip: as an input, and as what is to be written."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srstudio.media.video.timeline import Timeline

_TIME = re.compile(r"\d+(\.\d+)?s|(\d+:){1,2}\d+(\.\d+)?")
_WRITTEN = (".mp4", ".mkv", ".mov", ".webm", ".gif")
_READ = (
    *_WRITTEN,
    *(".m4v", ".avi", ".mpg", ".mpeg", ".m2v", ".ts", ".m2ts", ".mts", ".vob"),
    *(".wmv", ".flv", ".ogv", ".3gp", ".y4m", ".mxf", ".nut", ".h264", ".h265"),
)


def names_clip(out: str) -> bool:
    """Whether `out` asks for a video, an animated GIF or numbered pictures."""
    from srstudio.media.video.sequence import is_pattern

    return Path(out).suffix.lower() in _WRITTEN or is_pattern(Path(out))


def is_clip(path: Path, out: str) -> bool:
    """Whether an input is a clip where the results go to `out`.

    Videos, GIFs and patterns of names always are; a folder of pictures and an animated PNG or
    WebP are where one is asked for.
    """
    from srstudio.media.video.animation import is_animation
    from srstudio.media.video.sequence import is_pattern

    if path.suffix.lower() in _READ:
        return not path.is_dir()
    if is_pattern(path) and not path.exists():
        return True
    return names_clip(out) and (path.is_dir() or is_animation(path))


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a clip: the number of a frame, or a time from its beginning, in seconds."""

    frame: int = 0
    time: Fraction | None = None

    def number(self, timeline: Timeline) -> int:
        """The number of the first frame from there on."""
        if self.time is None:
            return self.frame
        return timeline.first_from(timeline.start + self.time)


def position(text: str) -> Position:
    """An argument `250` (a frame), `12.5s`, `1:30` or `1:02:03.4`.

    Raises:
        argparse.ArgumentTypeError: if it is none of these.
    """
    if text.isdecimal():
        return Position(frame=int(text))
    if not _TIME.fullmatch(text):
        known = "a place is a frame as in 250, or a time as in 12.5s or 1:30"
        raise ArgumentTypeError(f"{known}, not {text!r}")
    seconds = Fraction(0)
    for part in text.removesuffix("s").split(":"):
        seconds = seconds * 60 + Fraction(part)
    return Position(time=seconds)
