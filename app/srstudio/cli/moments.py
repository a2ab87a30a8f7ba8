"""Which part of a clip a verb is to look at, and where its ground truth lies."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from srstudio.cli.clips import Position, position
from srstudio.core.errors import UsageError

if TYPE_CHECKING:
    from srstudio.media.video.timeline import Timeline


def add_part_arguments(parser: ArgumentParser) -> None:
    """Where a part begins and ends, and how its ground truth is shifted."""
    group = parser.add_argument_group("clips")
    add = group.add_argument
    start = "first frame: 250, 12.5s or 1:30"
    add("--start", metavar="AT", type=position, default=Position(), help=start)
    stop = "frame before which it ends, or time (default: the end)"
    add("--stop", metavar="AT", type=position, help=stop)
    shift = "frames by which the ground truth is late (default: 0)"
    add("--shift", metavar="N", type=int, default=0, help=shift)


def frames_between(start: Position, stop: Position | None, timeline: Timeline) -> range:
    """The frames of a clip from one place to before another.

    Raises:
        UsageError: if there are none.
    """
    count = len(timeline)
    wanted = range(start.number(timeline), stop.number(timeline) if stop else count)
    if not wanted[:1] or wanted.start >= count:
        raise UsageError(
            f"there is nothing from frame {wanted.start} to before frame {wanted.stop}",
            f"the clip has the frames 0 to {count - 1}",
        )
    return range(wanted.start, min(wanted.stop, count))
