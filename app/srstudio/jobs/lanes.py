"""A lane runs one request at a time, and the newest is the one that counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from srstudio.core.progress import Cancelled, Progress
from srstudio.jobs.events import Event, Failed, Finished, Stopped, Terminal
from srstudio.jobs.failures import explain


class Request(Protocol):
    """Anything with a number that sets it apart."""

    @property
    def number(self) -> int:
        """The number that its events carry."""


R = TypeVar("R", bound=Request)
Emit = Callable[[Event], None]
Handler = Callable[[R, Emit, Progress], None]


class SerialLane(Generic[R]):
    """Runs requests in the one thread that calls `run`.

    A new request takes the place of a waiting one and cancels the running one. Each ends in
    exactly one terminal event, and the lane alone emits those; all events come from the thread
    of `run`. `submit`, `cancel` and `close` return at once, from any thread.

    Args:
        handler: Does the work of a request, emits what is not terminal, and asks the progress
            token often whether to go on.
        emit: Receives every event.
    """

    def __init__(self, handler: Handler[R], emit: Emit) -> None:
        self._handler = handler
        self._emit = emit
        self._changed = threading.Condition()
        self._waiting: R | None = None
        self._running: Progress | None = None
        self._superseded: list[int] = []
        self._closed = False

    def submit(self, request: R) -> None:
        """Run this as soon as what is running has stopped.

        Raises:
            RuntimeError: if the lane is closed.
        """
        with self._changed:
            if self._closed:
                raise RuntimeError("the lane is closed")
            self._clear()
            self._waiting = request
            self._changed.notify()

    def cancel(self) -> None:
        """Stop what is running and forget what is waiting."""
        with self._changed:
            self._clear()
            self._changed.notify()

    def close(self) -> None:
        """Cancel, and end `run` as soon as it has stopped; waiting for that is the owner's."""
        with self._changed:
            self._closed = True
            self._clear()
            self._changed.notify()

    def run(self) -> None:
        """Work until the lane is closed."""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_news)
                superseded, self._superseded = self._superseded, []
                request, self._waiting = self._waiting, None
                progress = self._running = Progress() if request is not None else None
                closed = self._closed
            for number in superseded:
                self._emit(Stopped(number))
            if request is not None and progress is not None:
                self._emit(self._outcome(request, progress))
            elif closed:
                return

    def _outcome(self, request: R, progress: Progress) -> Terminal:
        try:
            self._handler(request, self._emit, progress)
        except Cancelled:
            return Stopped(request.number)
        except Exception as error:  # whatever happens, the job ends in one event
            return Failed(request.number, *explain(error, "The work"))
        finally:
            with self._changed:
                self._running = None
        return Finished(request.number)

    def _has_news(self) -> bool:
        return self._closed or self._waiting is not None or bool(self._superseded)

    def _clear(self) -> None:
        """Cancel the running request and drop the waiting one; the lock is held."""
        if self._running is not None:
            self._running.cancel()
        if self._waiting is not None:
            self._superseded.append(self._waiting.number)
            self._waiting = None
