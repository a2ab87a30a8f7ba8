"""An export while it runs: told to wait, go on or end; from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from srstudio.core.progress import Progress, ProgressEvent
from srstudio.jobs.export_board import Board

Ending = Literal["discard", "keep", "suspend"]


class Control:
    """Lets an export wait, go on and end.

    Attributes:
        progress: What the export asks after every tile; it waits there too.
        ending: What becomes of what is done, once it is told to end: nothing, a file that can be
            played, or something to resume from.
        board: What the export says of itself.
    """

    def __init__(self) -> None:
        self.board = Board()
        self.ending: Ending = "discard"
        self.progress = Progress(listener=self._after_tile)
        self._going = threading.Event()
        self._going.set()
        self._free: Callable[[], None] = lambda: None

    @property
    def pausing(self) -> bool:
        """Whether it is told to wait."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Let it wait after the tile it is at, and give the device's memory back."""
        self._going.clear()

    def go_on(self) -> None:
        """Let it go on."""
        self._going.set()

    def cancel(self, ending: Ending) -> None:
        """Let it end after the tile it is at; the first word counts."""
        if not self.progress.cancelled:
            self.ending = ending
            self.progress.cancel()
        self._going.set()

    def frees(self, free: Callable[[], None]) -> None:
        """Say how memory is given back; called in the thread that computes, between tiles."""
        self._free = free

    def gate(self) -> None:
        """Wait here for as long as it is told to.

        Raises:
            Cancelled: if it is told to end.
        """
        if self.pausing and not self.progress.cancelled:
            self._free()
            with self.board.paused():
                self._going.wait()
        self.progress.check()

    def _after_tile(self, _: ProgressEvent) -> None:
        self.gate()
