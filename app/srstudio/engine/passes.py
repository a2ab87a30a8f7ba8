"""One stage of a model going over the shots of a clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.engine.canvas import Canvas, Depth
from srstudio.engine.clips import segments, window_reach, windows
from srstudio.engine.upscaler import Upscaled, Upscaler
from srstudio_models.spec import Stage

# Frames at either end of a segment that a recurrent network sees but that are not kept.
OVERLAP = 8


def seen_for(stage: Stage, wanted: range, length: int, count: int) -> range:
    """The frames of a clip that a stage has to be given for those that it has to make.

    Args:
        stage: The stage.
        wanted: What it has to make, in order and without gaps.
        length: Frames of its segments, for a recurrent one.
        count: Frames of the clip.
    """
    descriptor = stage.spec.descriptor
    start, stop = wanted.start, wanted.stop
    if descriptor.frames == "recurrent":
        start, stop = start // length * length, -(-stop // length) * length
        reach = OVERLAP
    else:
        reach = window_reach(descriptor.window, descriptor.edges)
    return range(max(start - reach, 0), min(stop + reach, count))


@dataclass(slots=True)
class Pass:
    """A stage, and what one frame has shown about memory and precision for those after it.

    Attributes:
        upscaler: Computes the frames.
        stage: The stage.
        depth: Bits of its results.
        length: Frames of a segment, for a recurrent network.
        wanted: Numbers of the frames it has to make; those before are only looked at.
        progress: Told about them.
        tile: Side of the tiles, once it is known what fits.
        exact: Whether half precision has spoiled a frame.
    """

    upscaler: Upscaler
    stage: Stage
    depth: Depth
    length: int
    wanted: range
    progress: Progress
    tile: int | None = None
    exact: bool = False

    def over(self, shot: Iterator[Upscaled], begin: int) -> Iterator[Upscaled]:
        """A shot after this stage, lazily, from the first wanted frame on.

        Args:
            shot: Its frames.
            begin: Number of the first of them in the clip.
        """
        descriptor = self.stage.spec.descriptor
        if descriptor.frames == "recurrent":
            yield from self._recurrent(shot, begin)
            return
        for number, window in enumerate(windows(shot, descriptor.window, descriptor.edges), begin):
            if number >= self.wanted.start:
                yield self._frame(number, window)

    def _frame(self, number: int, window: list[Upscaled]) -> Upscaled:
        """The middle one of a window, or a single picture."""
        middle = window[len(window) // 2]
        frames = [item.frame for item in window] if len(window) > 1 else []
        canvas = self._filled(middle.frame, frames, number, number + 1)
        return _after(middle, canvas.frame, canvas.seconds, canvas.notes)

    def _recurrent(self, shot: Iterator[Upscaled], begin: int) -> Iterator[Upscaled]:
        pieces = segments(shot, begin, self.wanted.start, self.length, OVERLAP)
        for start, items, own in pieces:
            frames = [item.frame for item in items]
            canvas = self._filled(frames[0], frames, own.start, own.stop)
            results, seconds, notes = canvas.clip, canvas.seconds / len(own), canvas.notes
            if own.start == 0 and len(own) < len(items):
                notes.append(f"The clip was computed {self.length} frames at a time.")
            for number in own[max(self.wanted.start - own.start, 0) :]:
                index = number - start
                yield _after(items[index], results[index], seconds, notes)
                notes = []

    def _filled(self, frame: Frame, frames: list[Frame], begun: int, done: int) -> Canvas:
        """The finished canvas for frames `begun` to before `done` of the clip."""
        canvas = self.upscaler.canvas(
            frame, self.stage.spec, self._scale, self.tile, frames=frames, depth=self.depth
        )
        canvas.exact = self.exact
        progress = self.progress.part(self._share(begun), self._share(done))
        self.upscaler.fill(canvas, progress=progress)
        self.tile, self.exact = canvas.tile, canvas.exact
        return canvas

    def _share(self, number: int) -> float:
        """How much of what is wanted lies before a frame, 0 to 1."""
        done = number - self.wanted.start
        return min(max(done / len(self.wanted), 0.0), 1.0)

    @property
    def _scale(self) -> int:
        assert isinstance(self.stage.scale, int), "only chains for single pictures resample"
        return self.stage.scale


def _after(item: Upscaled, frame: Frame, seconds: float, notes: Sequence[str]) -> Upscaled:
    """An item with what a stage has made of it."""
    return Upscaled(frame, item.seconds + seconds, (*item.notes, *notes))
