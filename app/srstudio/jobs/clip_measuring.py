"""Figures of the frames that models compute for a clip, for a lane of their own."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.engine.cuts import is_cut
from srstudio.jobs.clip_footage import Footage, KeptReader
from srstudio.jobs.curves import Before, measure_frame, motion_of
from srstudio.jobs.events import FrameMeasured
from srstudio.jobs.lanes import Emit
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.temporal import Motion

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
        truth: Key of the ground truth, where that is to be measured too; else empty.
        number: Sets requests apart.
    """

    footage: Footage
    source: str
    index: int
    frame: Frame
    before: Frame | None
    protocol: Protocol
    truth: str = ""
    number: int = 0


class FiguresHandler:
    """Answers a `FiguresRequest` with a `FrameMeasured`, or two.

    The ground truth has a warping error of its own, which those of the sources stand beside. The
    files stay open, and the last frames of the ground truth and their motion at hand, for the
    next request about the same clip.
    """

    def __init__(self) -> None:
        self._kept = KeptReader()
        self._footage: Footage | None = None
        self._truths: OrderedDict[int, Frame | None] = OrderedDict()
        self._motion: tuple[int, Motion] | None = None

    def __call__(self, request: FiguresRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        if request.footage is not self._footage:
            self._footage = request.footage
            self._truths.clear()
            self._motion = None
        index, frame = request.index, request.frame
        truth = self._truth(request.footage, index)
        progress.check()
        before = self._before(request, truth)
        progress.check()
        figures = measure_frame(index, frame, truth, request.protocol, before)
        is_whole = index == 0 or request.before is not None
        key = request.footage.key
        emit(FrameMeasured(request.number, key, request.source, figures, is_whole))
        if request.truth and truth is not None and before is not None and before.truth is not None:
            own = Before(before.truth, None, before.motion)
            figures = measure_frame(index, truth, None, request.protocol, own)
            emit(FrameMeasured(request.number, key, request.truth, figures, is_whole))

    def _before(self, request: FiguresRequest, truth: Frame | None) -> Before | None:
        """The frame before; None where a cut is between."""
        frame = request.before
        if frame is None:
            return None
        known = None if truth is None else self._truth(request.footage, request.index - 1)
        if known is None or truth is None:
            return None if is_cut(frame, request.frame) else Before(frame)
        if is_cut(known, truth):
            return None
        return Before(frame, known, self._motion_to(request.index, known, truth))

    def _motion_to(self, index: int, before: Frame, after: Frame) -> Motion:
        """The motion of the ground truth, which all sources of a frame share."""
        if self._motion is None or self._motion[0] != index:
            self._motion = index, motion_of(before, after)
        return self._motion[1]

    def _truth(self, footage: Footage, index: int) -> Frame | None:
        if footage.truth_number(index) is None:
            return None
        if index not in self._truths:
            self._truths[index] = self._kept.reader(footage).pair(index)[1]
            while len(self._truths) > _TRUTHS:
                self._truths.popitem(last=False)
        return self._truths[index]
