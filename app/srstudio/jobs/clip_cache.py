"""Frames that models have computed for a clip: within a budget, those near the play head."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from srstudio.core.frame import Frame

_BEHIND = 2  # a frame behind the play head is as dear as one so many times as far before it


def bytes_of(frame: Frame) -> int:
    """What a frame takes in memory."""
    return frame.pixels.nbytes + (0 if frame.alpha is None else frame.alpha.nbytes)


class ClipCache:
    """Computed frames by source and number; may be used by several threads.

    Args:
        budget: Bytes that all of them may take; beyond that, those farthest from the play head
            are dropped.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._frames: dict[str, dict[int, Frame]] = {}
        self._taken = 0
        self._head, self._direction, self._round = 0, 1, range(0)

    @property
    def taken(self) -> int:
        """Bytes in use."""
        return self._taken

    def room_for(self, size: int, sources: int) -> int:
        """How many frames of so many bytes there is room for ahead of the play head."""
        frames = self._budget // max(1, size * sources)
        return max(1, frames * _BEHIND // (_BEHIND + 1))

    def go_to(self, number: int, direction: int = 1, repeated: range | None = None) -> None:
        """The play head is there.

        Args:
            number: Of a frame.
            direction: 1, or -1 where it goes backwards.
            repeated: A part that is played again and again: its beginning follows its end.
        """
        with self._lock:
            self._head, self._direction, self._round = number, direction, repeated or range(0)

    def put(self, key: str, number: int, frame: Frame) -> bool:
        """Keep a frame; whether it is among those there is room for."""
        with self._lock:
            self._discard(key, number)
            self._frames.setdefault(key, {})[number] = frame
            self._taken += bytes_of(frame)
            self._make_room()
            return number in self._frames.get(key, {})

    def get(self, key: str, number: int) -> Frame | None:
        """A frame, if it is kept."""
        return self._frames.get(key, {}).get(number)

    def numbers(self, key: str) -> frozenset[int]:
        """The frames of a source that are kept."""
        with self._lock:
            return frozenset(self._frames.get(key, {}))

    def at(self, number: int) -> Mapping[str, Frame]:
        """What all sources show at a frame."""
        with self._lock:
            return {key: kept[number] for key, kept in self._frames.items() if number in kept}

    def without(self, key: str) -> ClipCache:
        """Another cache of what the other sources have."""
        with self._lock:
            other = ClipCache(self._budget)
            other._frames = {each: dict(kept) for each, kept in self._frames.items() if each != key}
            frames = (frame for kept in other._frames.values() for frame in kept.values())
            other._taken = sum(map(bytes_of, frames))
        return other

    def drop(self, key: str) -> None:
        """Drop what a source has."""
        with self._lock:
            self._taken -= sum(map(bytes_of, self._frames.pop(key, {}).values()))

    def keep_only(self, keys: Sequence[str]) -> None:
        """Drop what other sources have."""
        for key in [key for key in self._frames if key not in keys]:
            self.drop(key)

    def clear(self) -> None:
        """Drop everything."""
        self.keep_only(())

    def _make_room(self) -> None:
        """Drop the farthest until the rest fits; what is shown stays in any case."""
        while self._taken > self._budget:
            places = ((key, number) for key, kept in self._frames.items() for number in kept)
            farthest = max(places, key=lambda place: self._distance(place[1]))
            if farthest[1] == self._head:
                return
            self._discard(*farthest)

    def _discard(self, key: str, number: int) -> None:
        frame = self._frames.get(key, {}).pop(number, None)
        if frame is not None:
            self._taken -= bytes_of(frame)

    def _distance(self, number: int) -> int:
        """How soon a frame may be wanted, in frames."""
        ahead = (number - self._head) * self._direction
        repeats = self._head in self._round
        if repeats and number in self._round:
            return ahead % len(self._round)
        beyond = len(self._round) if repeats else 0
        return beyond + (ahead if ahead >= 0 else -ahead * _BEHIND)
