"""Several models over one clip, frame by frame, as whoever looks at it needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srstudio.core.progress import Cancelled, Progress
from srstudio.jobs.clip_footage import FootageReader
from srstudio.jobs.clip_specs import ClipRequest
from srstudio.jobs.events import FrameComputed, ModelFailed
from srstudio.jobs.failures import explain
from srstudio.jobs.lanes import Emit
from srstudio_models import ModelSpec

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled, Upscaler

# Frames of a segment of a recurrent network: the fewer, the sooner the first of them is seen.
_SEGMENT = 16

Part = Callable[[range, ModelSpec], Iterator[tuple[int, "Upscaled"]]]


def reach_of(spec: ModelSpec) -> int:
    """How many frames it is quicker to compute on the way than to begin anew behind them."""
    stages = [stage.spec.descriptor for stage in spec.stages] or [spec.descriptor]
    kinds = {descriptor.frames for descriptor in stages}
    if "recurrent" in kinds:
        return _SEGMENT
    return max(descriptor.window for descriptor in stages) - 1 if kinds != {"single"} else 0


@dataclass(slots=True)
class _Run:
    """A model on its way through a clip.

    Attributes:
        part: Computes frames from anywhere on.
        spec: The model.
        count: Frames of the clip.
        following: The frame that comes next by itself; None before it was begun.
    """

    part: Part
    spec: ModelSpec
    count: int
    following: int | None = None
    _results: Iterator[tuple[int, Upscaled]] = field(default_factory=lambda: iter(()))

    def up_to(self, number: int) -> Iterator[tuple[int, Upscaled]]:
        """Frames, the last of which is the wanted one; those before it are on the way."""
        following = self._on_the_way_to(number)
        while following <= number:
            index, result = next(self._results)
            following = self.following = index + 1
            yield index, result

    def close(self) -> None:
        """Let go of what it holds."""
        close = getattr(self._results, "close", None)
        if close is not None:
            close()

    def _on_the_way_to(self, number: int) -> int:
        """The frame that comes next; another than before where it is quicker to begin anew."""
        reach, following = reach_of(self.spec), self.following
        if following is not None and following <= number <= following + reach:
            return following
        backwards = following is not None and number < following
        first = max(0, number - reach) if backwards else number
        self.close()
        self._results = self.part(range(first, self.count), self.spec)
        return first


def answer_clip(request: ClipRequest, upscaler: Upscaler, emit: Emit, progress: Progress) -> None:
    """Compute what the agenda wants, until another request takes this one's place.

    A frame that is on a model's way is computed by going on; else the model begins anew.

    Raises:
        Cancelled: always, in the end.
    """
    with request.footage.open() as reader, ExitStack() as closed:
        part = _parts(request, upscaler, reader, progress)
        runs: dict[str, _Run] = {}
        closed.callback(request.agenda.stop)
        while True:
            spec, number = request.agenda.take(progress)
            if spec.id not in runs:
                run = runs[spec.id] = _Run(part, spec, request.footage.count)
                closed.enter_context(closing(run))
            try:
                for index, result in runs[spec.id].up_to(number):
                    _tell(request, spec, index, result, emit)
            except Cancelled:
                raise
            except Exception as error:  # one model's failure is not the others'
                del runs[spec.id]
                request.agenda.fail(spec)
                key = request.footage.key
                emit(ModelFailed(request.number, key, spec.id, *explain(error, spec.title)))


def _parts(
    request: ClipRequest, upscaler: Upscaler, reader: FootageReader, progress: Progress
) -> Part:
    """How frames of the clip are computed."""
    from srstudio.engine.video import ClipUpscaler

    clip, footage = ClipUpscaler(upscaler, length=_SEGMENT), request.footage
    return lambda wanted, spec: clip.part(
        reader.lows, footage.count, wanted, spec, footage.scale, progress
    )


def _tell(request: ClipRequest, spec: ModelSpec, index: int, result: Upscaled, emit: Emit) -> None:
    request.agenda.finish(spec, index, result.frame)
    key, notes = request.footage.key, tuple(result.notes)
    emit(FrameComputed(request.number, key, spec.id, index, result.frame, result.seconds, notes))
