"""Everything that is asked of the device, answered by one engine."""

from __future__ import annotations

from srstudio.core.progress import Progress
from srstudio.jobs.clip_specs import ClipRequest
from srstudio.jobs.clip_upscaling import answer_clip
from srstudio.jobs.lanes import Emit
from srstudio.jobs.reporting import Reporter
from srstudio.jobs.specs import ViewportRequest
from srstudio.jobs.viewport import ViewportHandler

EngineRequest = ViewportRequest | ClipRequest


class EngineHandler:
    """Answers requests about pictures and clips.

    Args:
        viewport: Answers those about pictures, and has the engine.
    """

    def __init__(self, viewport: ViewportHandler | None = None) -> None:
        self._viewport = viewport or ViewportHandler()

    def __call__(self, request: EngineRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        if isinstance(request, ClipRequest):
            report = Reporter(request.number, emit)
            upscaler = self._viewport.engine(request.device, request.precision, report)
            answer_clip(request, upscaler, emit, progress)
        else:
            self._viewport(request, emit, progress)
