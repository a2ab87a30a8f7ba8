"""What Ctrl+C and SIGTERM do to work that is first to save what it has."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def on_first_signal(stop: Callable[[], object]) -> Iterator[None]:
    """Let the first Ctrl+C or SIGTERM call `stop`, which asks the work to end; a second ends it."""
    before: dict[signal.Signals, Any] = {}

    def told(number: int, _: object) -> None:
        stop()
        signal.signal(number, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
