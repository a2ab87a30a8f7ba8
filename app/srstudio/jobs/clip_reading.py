"""Frames of a clip for the screen: read ahead of the play head in a thread of their own."""

from __future__ import annotations

from srstudio.core.progress import Progress
from srstudio.jobs.clip_footage import KeptReader
from srstudio.jobs.clip_specs import Draw, ReadRequest
from srstudio.jobs.events import FrameDrawn, PairRead
from srstudio.jobs.lanes import Emit


class ReadHandler:
    """Answers each task of a `ReadRequest` with a `PairRead` or a `FrameDrawn`, in order.

    What takes time in drawing is done by whoever receives the events, in the lane's thread. The
    files stay open for the next request about the same clip.
    """

    def __init__(self) -> None:
        self._kept = KeptReader()

    def __call__(self, request: ReadRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        reader, key = self._kept.reader(request.footage), request.footage.key
        for task in request.tasks:
            progress.check()
            if isinstance(task, Draw):
                emit(FrameDrawn(request.number, key, task.source, task.index, task.frame))
            else:
                low, truth = reader.pair(task)
                warnings = tuple(reader.warnings)
                emit(PairRead(request.number, key, task, low, truth, warnings))
