"""Super-resolves clips, frame by frame as they are asked for, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.engine.canvas import Canvas, Depth
from srstudio.engine.clips import segments, windows
from srstudio.engine.device import free_main_memory, free_memory, return_memory
from srstudio.engine.sizing import segment_length
from srstudio.engine.upscaler import Upscaled, Upscaler, check_scale
from srstudio_models.spec import ModelSpec, Stage

# Frames at either end of a segment that a recurrent network sees but that are not kept.
OVERLAP = 8
# As many frames of a segment are kept as are only looked at.
_SHORTEST_SEGMENT = 4 * OVERLAP


class ClipUpscaler:
    """Runs models over clips: single pictures one by one, windows, recurrent networks.

    Args:
        upscaler: Computes the frames.
        memory: Bytes that the frames a recurrent network works on may take. A clip that needs
            more is cut into segments that overlap in time, of four times `OVERLAP` frames at
            least. Half of what is free if None.
    """

    def __init__(self, upscaler: Upscaler, memory: int | None = None) -> None:
        self._upscaler = upscaler
        self._memory = memory

    def upscale(
        self,
        frames: Iterable[Frame],
        spec: ModelSpec,
        scale: int,
        progress: Progress | None = None,
        count: int | None = None,
    ) -> Iterator[Upscaled]:
        """Every frame of a clip, in order; nothing is read or computed before it is needed.

        A chain with a network that sees several frames goes stage by stage: each frame passes
        each stage once, and lies between them in float32.

        Args:
            frames: All of one size.
            spec: The model.
            scale: Integer factor.
            progress: Asked after every tile; reported to where `count` is known.
            count: Frames of the clip.

        Raises:
            ModelError: as `Upscaler.canvas` and `Upscaler.fill`; for the scale at once.
            Cancelled: if that was asked for; at the latest after one tile.
            InputError: if a frame has another size than the first.
        """
        check_scale(spec, scale)
        return self._results(frames, _stages(spec, scale), progress or Progress(), count)

    def _results(
        self,
        frames: Iterable[Frame],
        stages: Sequence[Stage],
        progress: Progress,
        count: int | None,
    ) -> Iterator[Upscaled]:
        source = iter(frames)
        first = next(source, None)
        if first is None:
            return
        clip: Iterator[Upscaled] = (
            Upscaled(frame, 0.0, ()) for frame in _alike(chain((first,), source))
        )
        *before, last = stages
        quiet = replace(progress, listener=None)
        for stage in before:
            clip = self._pass(stage, 32, quiet, None).over(clip)
        told = quiet if count is None else progress
        yield from self._pass(last, first.bit_depth, told, count).over(clip)

    def _pass(self, stage: Stage, depth: Depth, progress: Progress, count: int | None) -> _Pass:
        memory = self._memory
        if memory is None:
            device = self._upscaler.runtime.device
            return_memory(device)  # what the clip before has left counts as free
            memory = min(free_memory(device), free_main_memory()) // 2
        return _Pass(self._upscaler, stage, depth, progress, count or 0, memory)


@dataclass(slots=True)
class _Pass:
    """One stage of a model going over a clip.

    Attributes:
        upscaler: Computes the frames.
        stage: The stage.
        depth: Bits of its results.
        progress: Told about the frames where their number is known.
        count: Frames of the clip; 0 if not known.
        memory: Bytes for a segment.
        tile: Side of the tiles, once it is known what fits.
        exact: Whether half precision has spoiled a frame.
    """

    upscaler: Upscaler
    stage: Stage
    depth: Depth
    progress: Progress
    count: int
    memory: int
    tile: int | None = None
    exact: bool = False

    def over(self, clip: Iterator[Upscaled]) -> Iterator[Upscaled]:
        """The clip after this stage, lazily."""
        descriptor = self.stage.spec.descriptor
        if descriptor.frames == "recurrent":
            yield from self._recurrent(clip)
            return
        for index, window in enumerate(windows(clip, descriptor.window, descriptor.edges)):
            yield self._frame(index, window)

    def _frame(self, index: int, window: list[Upscaled]) -> Upscaled:
        """The middle one of a window, or a single picture."""
        middle = window[len(window) // 2]
        frames = [item.frame for item in window] if len(window) > 1 else []
        canvas = self._filled(middle.frame, frames, index, index + 1)
        return _after(middle, canvas.frame, canvas.seconds, canvas.notes)

    def _recurrent(self, clip: Iterator[Upscaled]) -> Iterator[Upscaled]:
        first = next(clip, None)
        if first is None:
            return
        length = segment_length(first.frame, self._scale, self.memory)
        begun = 0
        pieces = segments(chain((first,), clip), max(length, _SHORTEST_SEGMENT), OVERLAP)
        for items, own in pieces:
            yield from self._segment(items, own, begun)
            begun += len(own)

    def _segment(self, items: list[Upscaled], own: range, begun: int) -> Iterator[Upscaled]:
        frames = [item.frame for item in items]
        canvas = self._filled(frames[0], frames, begun, begun + len(own))
        results, seconds, notes = canvas.clip, canvas.seconds / len(own), canvas.notes
        if begun == 0 and len(own) < len(items):
            notes.append(f"The clip is too large at once; computed {len(items)} frames at a time.")
        for index in own:
            yield _after(items[index], results[index], seconds, notes)
            notes = []

    def _filled(self, frame: Frame, frames: list[Frame], begun: int, done: int) -> Canvas:
        """The finished canvas for frames `begun` to `done` of the clip.

        What one frame has shown about memory and precision holds for those after it.
        """
        canvas = self.upscaler.canvas(
            frame, self.stage.spec, self._scale, self.tile, frames=frames, depth=self.depth
        )
        canvas.exact = self.exact
        whole = max(self.count, done)
        progress = self.progress.part(begun / whole, done / whole)
        self.upscaler.fill(canvas, progress=progress)
        self.tile, self.exact = canvas.tile, canvas.exact
        return canvas

    @property
    def _scale(self) -> int:
        assert isinstance(self.stage.scale, int), "only chains for single pictures resample"
        return self.stage.scale


def _stages(spec: ModelSpec, scale: int) -> tuple[Stage, ...]:
    """What passes over the clip one after the other; a model for single pictures is one pass."""
    seeing = any(stage.spec.descriptor.frames != "single" for stage in spec.stages)
    return spec.stages if seeing else (Stage(spec, scale),)


def _after(item: Upscaled, frame: Frame, seconds: float, notes: Sequence[str]) -> Upscaled:
    """An item with what a stage has made of it."""
    return Upscaled(frame, item.seconds + seconds, (*item.notes, *notes))


def _alike(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames of a clip; an error where one has another size than the first."""
    size = None
    for number, frame in enumerate(frames, start=1):
        size = size or frame.size
        if frame.size != size:
            raise InputError(
                f"frame {number} of the clip has {frame.width} x {frame.height} pixels, "
                f"the first {size[0]} x {size[1]}",
                "all frames of a clip must have one size",
            )
        yield frame
