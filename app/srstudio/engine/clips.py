"""What of a clip a network sees at once: windows of frames, segments; reads no further ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from srstudio_models.spec import Edges

Item = TypeVar("Item")


def window_indices(centre: int, window: int, count: int, edges: Edges) -> list[int]:
    """Which frames of a clip the window around a frame shows.

    Args:
        centre: Index of the frame, 0 to count - 1.
        window: Frames of the window, odd.
        count: Frames of the clip, at least 1.
        edges: How it goes on where the clip ends, as a `Descriptor` says. A clip too short to
            have so many different frames is mirrored, as often as it takes.
    """
    reach, last = window // 2, count - 1

    def shown(index: int) -> int:
        if edges == "circle" and count >= window:
            if index < 0:
                return centre + reach - index
            if index > last:
                return centre - reach - (index - last)
        return _mirrored(index, last)

    return [shown(index) for index in range(centre - reach, centre + reach + 1)]


def windows(clip: Iterable[Item], window: int, edges: Edges) -> Iterator[list[Item]]:
    """The window around each frame of a clip, which holds some 3/2 windows of frames."""
    reach, source = window // 2, iter(clip)
    held: deque[Item] = deque(islice(source, window))
    first, centre = 0, 0
    while centre < first + len(held):
        indices = window_indices(centre, window, first + len(held), edges)
        yield [held[index - first] for index in indices]
        centre += 1
        if centre + reach >= first + len(held):
            held.extend(islice(source, 1))
        if len(held) > window + reach:
            held.popleft()
            first += 1


def segments(clip: Iterable[Item], length: int, overlap: int) -> Iterator[tuple[list[Item], range]]:
    """A clip in pieces that overlap in time.

    Args:
        clip: The frames.
        length: Frames of a piece, more than twice `overlap`; a clip that is not longer comes
            whole.
        overlap: Frames at either end of a piece that are there only to be looked at, except
            where the clip begins and ends.

    Yields:
        The frames of a piece, valid until the next is asked for, and which of them are its own.
    """
    source = iter(clip)
    held, begin = list(islice(source, length)), 0
    while following := list(islice(source, 1)):
        yield held, range(begin, length - overlap)
        fresh = length - 2 * overlap
        del held[:fresh]
        held += following
        held.extend(islice(source, fresh - 1))
        begin = overlap
    if held:
        yield held, range(begin, len(held))


def _mirrored(index: int, last: int) -> int:
    """An index on an endless row as one of 0 to `last`, the ends not repeated."""
    if last == 0:
        return 0
    folded = index % (2 * last)
    return min(folded, 2 * last - folded)
