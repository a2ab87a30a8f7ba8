"""Where in a clip something begins or ends: the number of a frame, or a time."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from srstudio.core.errors import UsageError

if TYPE_CHECKING:
    from srstudio.media.video.timeline import Timeline

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame by its number from 0, or seconds from the first frame on."""

    number: int | None = None
    seconds: Fraction = Fraction(0)

    def frame(self, timeline: Timeline) -> int:
        """The number, or the first frame that begins then or later."""
        if self.number is not None:
            return self.number
        return timeline.first_from(timeline.start + self.seconds)


def add_clip_arguments(parser: ArgumentParser) -> None:
    """Which part of a clip is meant, and where its ground truth lies."""
    add = parser.add_argument
    start = "clips: first frame, a number from 0 or a time such as 12.5s or 1:02.5"
    add("--start", metavar="FRAME|TIME", type=moment_argument, default=Moment(0), help=start)
    stop = "clips: the frame before which it ends (default: the end)"
    add("--stop", metavar="FRAME|TIME", type=moment_argument, help=stop)
    shift = "clips: frames by which the ground truth is late (default: 0)"
    add("--shift", metavar="N", type=int, default=0, help=shift)


def moment_argument(text: str) -> Moment:
    """An argument such as `250` (a frame), `12.5s`, `1:02.5` or `1:00:00`.

    Raises:
        argparse.ArgumentTypeError: if it is none of these.
    """
    if text.isdecimal():
        return Moment(int(text))
    found = _TIME.fullmatch(text)
    if found is None:
        raise ArgumentTypeError(f"a moment is a frame or a time such as 1:02.5, not {text!r}")
    hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
    return Moment(seconds=hours * 3600 + minutes * 60 + seconds)


def frames_between(start: Moment, stop: Moment | None, timeline: Timeline) -> range:
    """The frames of a clip from one moment to before another.

    Raises:
        UsageError: if there are none.
    """
    last = len(timeline) if stop is None else min(stop.frame(timeline), len(timeline))
    wanted = range(start.frame(timeline), last)
    if not wanted:
        raise UsageError(
            f"there is nothing from frame {wanted.start} to before frame {last} of a clip of "
            f"{len(timeline)} frames",
            "choose other moments with --start and --stop",
        )
    return wanted
