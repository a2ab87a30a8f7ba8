"""How many frames are shown in a second, and whether they have to be waited for."""

from __future__ import annotations

from collections import deque

_SECONDS = 1.5  # over which is counted
_TOLD_EVERY = 0.25


class Pace:
    """Counts what is shown while a clip is playing."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nothing has been shown yet."""
        self._shown: deque[float] = deque()
        self._began = self._waited = self._told = 0.0
        self._now = 0.0

    def tick(self, now: float, *, moved: bool, waits: bool) -> bool:
        """A moment of playing; whether it is time to tell how it goes.

        Args:
            now: Seconds of a clock.
            moved: Another frame is shown than before.
            waits: The next frame is due and not there.
        """
        self._now = now
        self._began = self._began or now
        if moved:
            self._shown.append(now)
        if waits:
            self._waited = now
        while self._shown and self._shown[0] < now - _SECONDS:
            self._shown.popleft()
        if now - self._told < _TOLD_EVERY:
            return False
        self._told = now
        return True

    @property
    def frames_a_second(self) -> float | None:
        """Frames shown in a second of late; None at the beginning."""
        passed = min(self._now - self._began, _SECONDS)
        return len(self._shown) / passed if passed > _TOLD_EVERY else None

    @property
    def waited_lately(self) -> bool:
        """Whether frames had to be waited for in the last second."""
        return bool(self._waited) and self._now - self._waited < _SECONDS / 2
