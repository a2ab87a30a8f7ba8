"""Which frames of a clip are asked for so that they can be measured, a few at a time."""

from __future__ import annotations

from collections.abc import Collection

from srstudio.core.frame import Frame
from srstudio.gui.video.player import Player

_BYTES = 128 * 2**20  # of the frames that are asked for at once
_FEWEST, _MOST = 2, 32

Place = tuple[str, int]


class Filling:
    """Goes through a clip, source by source, and holds what comes until it is taken.

    Args:
        player: Computes what is asked for.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._size = 0
        self._awaited: dict[str, list[int]] = {}
        self._held: dict[Place, Frame] = {}
        self._begun: dict[str, int] = {}
        self._region = range(0)

    def stop(self) -> None:
        """Ask for nothing any more, and let go of what is held."""
        if any(self._awaited.values()):
            self._player.ask_further({})
        self._awaited.clear()
        self._held.clear()
        self._begun.clear()

    def receive(self, key: str, number: int, frame: Frame) -> bool:
        """Hold a frame that was computed, if it was asked for; whether it was."""
        self._size = frame.pixels.nbytes
        awaited = self._awaited.get(key, [])
        if number not in awaited:
            return False
        awaited.remove(number)
        self._held[key, number] = frame
        return True

    @property
    def held(self) -> Collection[Place]:
        """What waits to be taken."""
        return self._held

    def look_at(self, key: str, number: int) -> Frame | None:
        """A frame that is held."""
        return self._held.get((key, number))

    def take(self, key: str, number: int) -> Frame:
        """A frame that is held, which is let go of."""
        return self._held.pop((key, number))

    def ask(self, done: dict[str, set[int]], last: dict[str, int], but: str = "") -> None:
        """Ask for the next frames of each source that waits for none.

        Args:
            done: Numbers, by source, of which nothing is missing.
            last: Number, by source, of the frame that is at hand to be compared with.
            but: A source of which a frame is just being measured: it is asked for later.
        """
        fresh = False
        for key in self._player.keys:
            held = any(source == key for source, _ in self._held)
            if key != but and not held and not self._awaited.get(key):
                wanted = self._next(key, done.get(key, set()), last.get(key, -1))
                self._awaited[key] = wanted
                fresh = fresh or bool(wanted)
        if fresh:
            self._player.ask_further({key: tuple(n) for key, n in self._awaited.items() if n})

    def _next(self, key: str, done: set[int], last: int) -> list[int]:
        """The next missing frames in a row; before them the one to compare the first with."""
        region = self._player.marks or range(self._player.count)
        if region != self._region:
            self._region = region
            self._begun.clear()
        first = self._begun.get(key, region.start)
        while first in done and first < region.stop:
            first += 1
        self._begun[key] = first
        stop = min(region.stop, first + self._batch)
        wanted = range(first, next((n for n in range(first, stop) if n in done), stop))
        if not wanted:
            return []
        alone = first == 0 or last == first - 1
        return [*wanted] if alone else [first - 1, *wanted]

    @property
    def _batch(self) -> int:
        sources = max(1, len(self._player.keys))
        fitting = _BYTES // (self._size * sources) if self._size else _FEWEST
        return min(max(fitting, _FEWEST), _MOST)
