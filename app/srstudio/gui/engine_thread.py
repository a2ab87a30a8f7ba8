"""The threads that host the serial lanes: one for the device, others for measuring."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from PySide6.QtCore import QThread, Signal

from srstudio.gui.background import as_studio_error
from srstudio.gui.job_bridge import JobBridge
from srstudio.jobs.lanes import Handler, Request, SerialLane
from srstudio.jobs.warmup import import_torch

R = TypeVar("R", bound=Request)
_NICENESS = 10
_NICEST = 19


def yield_to_the_window() -> None:
    """Let every thread of higher priority go first; threads begun by this one inherit it.

    Qt's thread priorities have no effect under Linux' usual scheduler; niceness, which Linux
    keeps for each thread, has.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        nicer = os.getpriority(os.PRIO_PROCESS, thread) + _NICENESS
        os.setpriority(os.PRIO_PROCESS, thread, min(nicer, _NICEST))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the garbage collector rest, and afterwards leave alone all that is there by then.

    It walks over everything that Python knows, with Python's lock held; over the hundred thousand
    objects that come with torch that takes up to a tenth of a second, in which the window stands
    still.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class LaneThread(QThread, Generic[R]):
    """A thread that runs one serial lane until it is closed.

    Args:
        name: Shown by debuggers and system monitors.
        handler: Does the work.
        bridge: Carries the events to the GUI thread.
    """

    def __init__(self, name: str, handler: Handler[R], bridge: JobBridge) -> None:
        super().__init__()
        self.setObjectName(name)
        self.bridge = bridge
        self.lane: SerialLane[R] = SerialLane(handler, bridge.receive)

    def run(self) -> None:
        """Work until `close`; called by Qt in the new thread."""
        yield_to_the_window()
        self.lane.run()

    def close(self) -> None:
        """Ask the lane to end, without waiting."""
        self.lane.close()


class EngineThread(LaneThread[R]):
    """The thread of the device: the first and only one to import torch.

    Attributes:
        started_up: Whether torch is there.

    Signals:
        devices_listed: The devices of this machine, the best first.
        start_failed: A `StudioError`, if torch cannot be used here.
    """

    devices_listed = Signal(object)
    start_failed = Signal(object)
    started_up = False

    def run(self) -> None:
        """Start the engine, say which devices there are, and work."""
        yield_to_the_window()
        try:
            with _no_collection():
                import_torch()
                from srstudio.engine.device import list_devices

                devices = list_devices()
            self.started_up = True
            self.devices_listed.emit(devices)
        except Exception as error:  # a broken installation: told in the window
            self.start_failed.emit(as_studio_error(error))
        self.lane.run()
