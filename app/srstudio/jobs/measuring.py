"""Numbers and maps against the ground truth, for lanes of their own beside the engine's."""

from __future__ import annotations

from srstudio.core.progress import Progress
from srstudio.jobs.events import MapReady, Measured
from srstudio.jobs.lanes import Emit
from srstudio.jobs.specs import MapRequest, MeasureRequest
from srstudio.metrics.report import measure, picture_map


class MeasureHandler:
    """Answers a `MeasureRequest` with a `Measured` for each source, a `MapRequest` with its map."""

    def __call__(
        self, request: MeasureRequest | MapRequest, emit: Emit, progress: Progress
    ) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        if isinstance(request, MapRequest):
            _compute_map(request, emit)
        else:
            _measure_sources(request, emit, progress)


def _measure_sources(request: MeasureRequest, emit: Emit, progress: Progress) -> None:
    for key, frame in request.sources:
        progress.check()
        measurement = measure(frame, request.truth, request.protocol, request.region)
        emit(Measured(request.number, key, measurement))


def _compute_map(request: MapRequest, emit: Emit) -> None:
    values = picture_map(request.frame, request.truth, request.kind, request.protocol.channel)
    emit(MapReady(request.number, request.source, request.kind, values))
