"""From the threads of the background into the GUI thread, without ever holding it up."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import get_args

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from srstudio.jobs.events import Event, Progressed, Terminal

Convert = Callable[[Event], object]
PROGRESS_INTERVAL_MS = 100
_BUDGET_SECONDS = 0.004
_TERMINAL = get_args(Terminal)


def _nothing(_event: Event) -> None:
    return None


class JobBridge(QObject):
    """Turns the events of one lane into signals of the GUI thread.

    Events keep their order and are delivered in short slices, so that a burst of tiles leaves
    room for input and repaints. Of progress only the latest counts, about ten times a second.

    Args:
        convert: Called in the lane's thread with every event; what it returns (a pyramid, a
            coloured map) is delivered beside the event. It must be immutable or handed over.

    Signals:
        arrived: An event, and what was made of it.
        progressed: A `Progressed`.
    """

    arrived = Signal(object, object)
    progressed = Signal(object)
    _woken = Signal()

    def __init__(self, convert: Convert = _nothing) -> None:
        super().__init__()
        self._convert = convert
        self._queue: deque[tuple[Event, object]] = deque()
        self._latest: Progressed | None = None
        self._awake = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._pause = QTimer(self, interval=PROGRESS_INTERVAL_MS, singleShot=True)
        # A timer, and not a posted event: those are all delivered before any timer or input.
        self._slice = QTimer(self, interval=0, singleShot=True)
        self._slice.timeout.connect(self._deliver)
        self._pause.timeout.connect(self._tell_progress)

    def receive(self, event: Event) -> None:
        """Take an event; called by the lane, in its thread."""
        if isinstance(event, Progressed):
            self._latest = event
        else:
            self._queue.append((event, self._convert(event)))
        if not self._awake:
            self._awake = True
            self._woken.emit()

    def _deliver(self) -> None:
        self._awake = False  # before the queue is emptied: what comes now wakes us again
        self._tell_progress()
        began = time.perf_counter()
        while self._queue:
            event, made = self._queue.popleft()
            if isinstance(event, _TERMINAL):
                self._latest = None
            self.arrived.emit(event, made)
            if self._queue and time.perf_counter() - began > _BUDGET_SECONDS:
                self._awake = True
                self._slice.start()
                return

    def _tell_progress(self) -> None:
        event = self._latest
        if event is not None and not self._pause.isActive():
            self._latest = None
            self._pause.start()
            self.progressed.emit(event)
