"""Lines of many frames of a clip, for pictures of space over time; for a lane of their own."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from srstudio.compare.slice_line import SliceLine
from srstudio.core.frame import Frame, Pixels, quantise
from srstudio.core.progress import Progress
from srstudio.jobs.clip_footage import Footage, KeptReader
from srstudio.jobs.events import LineCut
from srstudio.jobs.lanes import Emit

LONGEST = 720  # pixels of a line; longer ones are made shorter


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """Cut a line out of frames.

    Attributes:
        footage: The clip.
        line: Where.
        frames: Source, number and frame of what is at hand.
        truth: Key of the ground truth.
        truths: Numbers of frames whose ground truth is to be read and cut, too.
        number: Sets requests apart.
    """

    footage: Footage
    line: SliceLine
    frames: tuple[tuple[str, int, Frame], ...]
    truth: str = ""
    truths: tuple[int, ...] = ()
    number: int = 0


class SliceHandler:
    """Answers a `SliceRequest` with a `LineCut` for each frame."""

    def __init__(self) -> None:
        self._kept = KeptReader()

    def __call__(self, request: SliceRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        number, line = request.number, request.line
        for source, index, frame in request.frames:
            progress.check()
            emit(LineCut(number, line, source, index, cut(frame, line)))
        for index in request.truths:
            progress.check()
            truth = self._kept.reader(request.footage).pair(index)[1]
            if truth is not None:
                emit(LineCut(number, line, request.truth, index, cut(truth, line)))


def cut(frame: Frame, line: SliceLine) -> Pixels:
    """The pixels of a frame on a line.

    Returns:
        `length x 3` RGB `uint8`; area means where the line is longer than `LONGEST`.
    """
    pixels = frame.pixels[:, line.at] if line.upright else frame.pixels[line.at]
    row: Pixels = quantise(pixels, 8)[np.newaxis].copy()
    if row.shape[1] > LONGEST:
        row = cv2.resize(row, (LONGEST, 1), interpolation=cv2.INTER_AREA)
    line_of_it: Pixels = row[0]
    return line_of_it
