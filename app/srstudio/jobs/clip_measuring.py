"""Figures of the frames that models compute for a clip, for a lane of their own."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.engine.cuts import is_cut
from srstudio.jobs.clip_footage import Footage, KeptReader
from srstudio.jobs.curves import Before, measure_frame
from srstudio.jobs.events import FrameMeasured
from srstudio.jobs.lanes import Emit
from srstudio.metrics.protocol import Protocol

_TRUTHS = 3  # frames of the ground truth that stay at hand


@dataclass(frozen=True, slots=True)
class FiguresRequest:
    """Measure one frame of one source.

    Attributes:
        footage: The clip; its ground truth is read by whoever measures.
        source: Key of the source.
        index: Number of the frame.
        frame: What the source shows.
        before: What it shows one frame before, where that is at hand.
        protocol: Channel and crop.
        number: Sets requests apart.
    """

    footage: Footage
    source: str
    index: int
    frame: Frame
    before: Frame | None
    protocol: Protocol
    number: int = 0


class FiguresHandler:
    """Answers a `FiguresRequest` with a `FrameMeasured`.

    The files stay open, and the last frames of the ground truth at hand, for the next request
    about the same clip.
    """

    def __init__(self) -> None:
        self._kept = KeptReader()
        self._footage: Footage | None = None
        self._truths: OrderedDict[int, Frame | None] = OrderedDict()

    def __call__(self, request: FiguresRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        if request.footage is not self._footage:
            self._footage = request.footage
            self._truths.clear()
        index, frame = request.index, request.frame
        truth = self._truth(request.footage, index)
        progress.check()
        before = self._before(request, truth)
        progress.check()
        figures = measure_frame(index, frame, truth, request.protocol, before)
        is_whole = index == 0 or request.before is not None
        key = request.footage.key
        emit(FrameMeasured(request.number, key, request.source, figures, is_whole))

    def _before(self, request: FiguresRequest, truth: Frame | None) -> Before | None:
        """The frame before; None where a cut is between."""
        frame = request.before
        if frame is None:
            return None
        known = None if truth is None else self._truth(request.footage, request.index - 1)
        pair = (frame, request.frame) if known is None or truth is None else (known, truth)
        return None if is_cut(*pair) else Before(frame, known)

    def _truth(self, footage: Footage, index: int) -> Frame | None:
        if footage.truth_number(index) is None:
            return None
        if index not in self._truths:
            self._truths[index] = self._kept.reader(footage).pair(index)[1]
            while len(self._truths) > _TRUTHS:
                self._truths.popitem(last=False)
        return self._truths[index]
