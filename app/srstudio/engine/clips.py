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


def window_reach(window: int, edges: Edges) -> int:
    """Frames before and after a frame that decide what the window around it shows."""
    return window // 2 if edges == "mirror" else window - 1


def segments(
    shot: Iterable[Item], begin: int, first: int, length: int, overlap: int
) -> Iterator[tuple[int, list[Item], range]]:
    """A shot in pieces that overlap in time, the same ones wherever one begins to read.

    Args:
        shot: Frames that follow each other.
        begin: Number of the first of them in the clip.
        first: Number of the first that is wanted.
        length: A piece has the frames from a multiple of this to before the next as its own.
        overlap: Frames before and after those that are there only to be looked at, except where
            the shot begins and ends.

    Yields:
        The number of the first frame of a piece, its frames, which are valid until the next
        piece is asked for, and the numbers of its own.
    """
    anchor = max(begin, first) // length * length
    start = max(anchor - overlap, begin)  # number of the first frame that is held
    source, held = islice(shot, start - begin, None), list[Item]()
    while True:
        held.extend(islice(source, anchor + length + overlap - start - len(held)))
        own = range(max(anchor, start), min(anchor + length, start + len(held)))
        if not own:
            return
        yield start, held, own
        anchor += length
        gone = max(anchor - overlap - start, 0)
        del held[:gone]
        start += gone


def _mirrored(index: int, last: int) -> int:
    """An index on an endless row as one of 0 to `last`, the ends not repeated."""
    if last == 0:
        return 0
    folded = index % (2 * last)
    return min(folded, 2 * last - folded)
