"""Work off the GUI thread whose result comes back to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from srstudio.core.errors import StudioError

T = TypeVar("T")
Failed = Callable[[StudioError], None]
_log = logging.getLogger(__name__)


def as_studio_error(error: BaseException) -> StudioError:
    """Any error as a sentence; what nobody foresaw is named and logged with its traceback."""
    if isinstance(error, StudioError):
        return error
    _log.error("unexpected error", exc_info=error)
    said = f"{type(error).__name__}: {error}".strip().rstrip(".:").splitlines()[0]
    return StudioError(f"Something unforeseen went wrong ({said})", "try again")


class Background(QObject):
    """A few threads for reading and writing files and for preparing pictures.

    Args:
        threads: How many jobs may run at once.
    """

    _ended = Signal(object)

    def __init__(self, threads: int = 2) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="files")
        self._closed = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(self, work: Callable[[], T], then: Callable[[T], None], failed: Failed) -> Future[T]:
        """Run `work` in a thread; then call `then` or `failed` in the GUI thread.

        Once closed, nothing is run.
        """
        if self._closed:
            dropped: Future[T] = Future()
            dropped.cancel()
            return dropped
        future = self._pool.submit(work)
        future.add_done_callback(partial(self._end, then, failed))
        return future

    def close(self) -> None:
        """Drop what has not begun and wait for what has; nobody hears of its end."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _end(self, then: Callable[[Any], None], failed: Failed, future: Future[Any]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._ended.emit(partial(then, future.result()))
        else:
            self._ended.emit(partial(failed, as_studio_error(error)))

    def _deliver(self, callback: Callable[[], None]) -> None:
        if not self._closed:
            callback()
