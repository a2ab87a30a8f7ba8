"""What is to be computed of a clip next: what is looked at, then what is ahead, then the rest."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.jobs.clip_cache import ClipCache
from srstudio_models import ModelSpec

_PATIENCE = 0.05  # seconds in which a cancelled wait is noticed


@dataclass(frozen=True, slots=True)
class Want:
    """What the window wants of the engine now.

    Attributes:
        upcoming: Frames in the order of playing, that of the play head first, as many as there
            is room for.
        visible: The models in the panes.
        hidden: Other chosen models.
        further: Frames by model, to be computed once nothing else is missing.
        playing: Whether the play head moves: then what is not visible comes last.
    """

    upcoming: Sequence[int] = ()
    visible: Sequence[ModelSpec] = ()
    hidden: Sequence[ModelSpec] = ()
    further: Mapping[str, Collection[int]] = field(default_factory=dict)
    playing: bool = False

    def places(self) -> Iterator[tuple[ModelSpec, int]]:
        """Every frame of every model that is wanted for looking at, the most urgent first."""
        head = self.upcoming[:1]
        yield from ((spec, number) for number in head for spec in self.visible)
        if not self.playing:
            yield from ((spec, number) for number in head for spec in self.hidden)
        for specs in (self.visible, self.hidden):
            yield from ((spec, number) for number in self.upcoming for spec in specs)

    @property
    def models(self) -> Sequence[ModelSpec]:
        """All of them."""
        return (*self.visible, *self.hidden)


class Agenda:
    """Says what comes next, to the thread that computes, as the window changes its mind.

    Args:
        cache: What is there already; results are put into it.
    """

    def __init__(self, cache: ClipCache) -> None:
        self._cache = cache
        self._changed = threading.Condition()
        self._want = Want()
        self._done: set[tuple[str, int]] = set()
        self._refused: set[tuple[str, int]] = set()
        self._failed: set[str] = set()
        self._taken: tuple[ModelSpec, int] | None = None

    def set(self, want: Want) -> None:
        """Want something else from now on."""
        with self._changed:
            if want.further != self._want.further:
                self._done.clear()
            if want.upcoming != self._want.upcoming:
                self._refused.clear()
            self._want = want
            self._changed.notify()

    def retry(self) -> None:
        """Try again what has failed."""
        with self._changed:
            self._failed.clear()
            self._changed.notify()

    @property
    def idle(self) -> bool:
        """Whether nothing is missing, and nothing is being computed."""
        with self._changed:
            return self._taken is None and self._next() is None

    @property
    def first(self) -> tuple[ModelSpec, int] | None:
        """What would be computed next."""
        with self._changed:
            return self._next()

    @property
    def taken(self) -> tuple[ModelSpec, int] | None:
        """What is being computed."""
        return self._taken

    def take(self, progress: Progress) -> tuple[ModelSpec, int]:
        """The next frame to be computed; waits until there is one.

        Raises:
            Cancelled: if that was asked for meanwhile.
        """
        with self._changed:
            self._taken = None
            while (place := self._next()) is None:
                progress.check()
                self._changed.wait(_PATIENCE)
            self._taken = place
            return place

    def finish(self, spec: ModelSpec, number: int, frame: Frame) -> None:
        """Keep a frame that is computed, if there is room for it."""
        kept = self._cache.put(spec.id, number, frame)
        with self._changed:
            self._taken = None
            self._done.add((spec.id, number))
            if not kept:
                self._refused.add((spec.id, number))

    def fail(self, spec: ModelSpec) -> None:
        """A model gives no pictures."""
        with self._changed:
            self._taken = None
            self._failed.add(spec.id)

    def stop(self) -> None:
        """Nothing is being computed any more."""
        with self._changed:
            self._taken = None

    def _next(self) -> tuple[ModelSpec, int] | None:
        places = (place for place in self._want.places() if self._missing(*place))
        return next(places, None) or next(self._further(), None)

    def _missing(self, spec: ModelSpec, number: int) -> bool:
        if spec.id in self._failed or (spec.id, number) in self._refused:
            return False
        return self._cache.get(spec.id, number) is None

    def _further(self) -> Iterator[tuple[ModelSpec, int]]:
        for spec in self._want.models:
            if spec.id not in self._failed:
                numbers = sorted(self._want.further.get(spec.id, ()))
                yield from ((spec, n) for n in numbers if (spec.id, n) not in self._done)
