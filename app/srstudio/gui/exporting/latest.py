"""Work off the GUI thread of which only the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background

T = TypeVar("T")


class Latest(Generic[T]):
    """Runs one piece of work at a time; of those that come meanwhile, the last.

    Args:
        background: Runs it.
        then: Called with what came of it, unless something newer was asked for.
        failed: Called with its error, likewise.
    """

    def __init__(
        self,
        background: Background,
        then: Callable[[T], object],
        failed: Callable[[StudioError], object],
    ) -> None:
        self._background, self._then, self._failed = background, then, failed
        self._next: Callable[[], T] | None = None
        self._running = self._wanted = False

    @property
    def busy(self) -> bool:
        """Whether an answer is to be expected."""
        return self._wanted

    def ask(self, work: Callable[[], T]) -> None:
        """Do this, in place of what was asked before."""
        self._wanted, self._next = True, work
        if not self._running:
            self._begin()

    def drop(self) -> None:
        """Hear nothing of what was asked."""
        self._wanted, self._next = False, None

    def _begin(self) -> None:
        work, self._next = self._next, None
        if work is not None:
            self._running = True
            self._background.submit(
                work,
                lambda made: self._end(lambda: self._then(made)),
                lambda error: self._end(lambda: self._failed(error)),
            )

    def _end(self, tell: Callable[[], object]) -> None:
        self._running = False
        if self._next is not None:
            self._begin()
        elif self._wanted:
            self._wanted = False
            tell()
