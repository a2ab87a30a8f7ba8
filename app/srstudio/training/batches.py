"""Batches made ahead of the step that needs them, in their order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """Makes number `first`, `first + 1`, ... in the background, a few ahead.

    Args:
        make: From a number to a batch; called in other threads, several at a time.
        first: The number to begin with.
        threads: How many make batches.
        depth: How many are made ahead.

    Attributes:
        waited: Seconds that `next` has spent waiting, in all.
    """

    def __init__(
        self, make: Callable[[int], T], first: int, threads: int = 1, depth: int = 4
    ) -> None:
        self._make = make
        self._number = first
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="batches")
        self._coming: deque[Future[T]] = deque()
        self.waited = 0.0
        for _ in range(depth):
            self._order()

    def __next__(self) -> T:
        """The next batch; what went wrong in making it is raised here."""
        began = time.perf_counter()
        batch = self._coming.popleft().result()
        self.waited += time.perf_counter() - began
        self._order()
        return batch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _order(self) -> None:
        self._coming.append(self._pool.submit(self._make, self._number))
        self._number += 1
