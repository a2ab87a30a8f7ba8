"""A frame of a running export now and then, before and after, as small pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from srstudio.core.errors import OutputError
from srstudio.core.files import write_bytes
from srstudio.core.frame import Frame, Pixels, quantise
from srstudio.jobs.export_status import Preview

_INTERVAL = 0.5  # seconds between two
_SHARE = 0.05  # of the time, that they may take at most
_LONGEST = 1280  # pixels a side
_SLOTS = 3  # pairs of files: whoever reads one has until the third after it


class Previewer:
    """Picks frames on their way into a model, and shows them when they come out.

    Args:
        folder: Where the pictures go.
        show: Told of every pair.
    """

    def __init__(self, folder: Path, show: Callable[[Preview], None]) -> None:
        self._folder, self._show = folder, show
        self._picked: tuple[int, Frame] | None = None
        self._due = 0.0
        self._count = 0

    def watch(self, frames: Iterator[Frame], first: int, wanted: range) -> Iterator[Frame]:
        """The frames from the number `first` on, of which one of those wanted is picked."""
        for number, frame in enumerate(frames, first):
            if self._picked is None and number in wanted and time.monotonic() >= self._due:
                self._picked = number, frame
            yield frame

    def offer(self, number: int, result: Frame) -> None:
        """Show a result if its frame was picked."""
        if self._picked is None or number < self._picked[0]:
            return
        began, (picked, low) = time.monotonic(), self._picked
        if picked == number:
            with suppress(OutputError):  # a full disk, where the export itself may have room
                self._write(number, low, result)
        cost = time.monotonic() - began
        self._due = time.monotonic() + max(_INTERVAL, cost / _SHARE)
        self._picked = None

    def _write(self, number: int, low: Frame, result: Frame) -> None:
        slot, self._count = self._count % _SLOTS, self._count + 1
        before, after = (self._folder / f"{name}-{slot}.png" for name in ("before", "after"))
        longest = max(result.size)
        shrink = min(1.0, _LONGEST / longest)
        size = max(round(result.width * shrink), 1), max(round(result.height * shrink), 1)
        for path, frame in ((before, low), (after, result)):
            write_bytes(path, _png(frame.pixels, size), overwrite=True, lasting=False)
        self._show(Preview(number, before, after))


def _png(pixels: Pixels, size: tuple[int, int]) -> bytes:
    """A picture brought to a size, in 8 bits, compressed quickly."""
    shrinks = size[0] < pixels.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    shown = cv2.resize(np.ascontiguousarray(quantise(pixels, 8)), size, interpolation=way)
    quick = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    _, data = cv2.imencode(".png", shown[..., ::-1], quick)
    return bytes(data)
