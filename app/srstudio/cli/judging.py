"""Super-resolves and measures: what `compare`, `evaluate` and the demo have in common."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice
from srstudio.cli.measured import Row
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled, Upscaler
    from srstudio.jobs.specs import Precision
    from srstudio.metrics.protocol import Protocol


def add_engine_arguments(parser: ArgumentParser) -> None:
    """Where and how precisely networks run."""
    device = "cpu, cuda:0, mps, or auto (default)"
    parser.add_argument("--device", metavar="NAME", default="auto", help=device)
    precision = "float32 (default), or half precision where model and device allow it"
    parser.add_argument("--precision", choices=("exact", "fast"), default="exact", help=precision)


def make_upscaler(device: str = "auto", precision: Precision = "exact") -> Upscaler:
    """The engine on a device, as the window makes it; imports torch."""
    from srstudio.jobs.viewport import make_upscaler

    return make_upscaler(device, precision)


@dataclass(frozen=True, slots=True)
class Pair:
    """A low-resolution picture and its ground truth, `scale` times as large."""

    low: Frame
    truth: Frame
    set: str
    item: str


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames that belong together, each with its ground truth; a picture is a clip of one frame.

    Attributes:
        set: Name of the test set.
        item: Name within the set.
        frames: Low-resolution frames with their ground truths, in order, read as they are asked
            for; None instead of a ground truth where the result is not to be measured.
        count: Number of the frames.
    """

    set: str
    item: str
    frames: Iterable[tuple[Frame, Frame | None]]
    count: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Measures models by one protocol at one scale."""

    upscaler: Upscaler
    protocol: Protocol
    scale: int

    def judge(self, choice: Choice, pair: Pair, progress: Progress) -> tuple[Row, Frame]:
        """The numbers of one model on one pair, and its picture as it would be saved."""
        from srstudio.metrics.report import measure

        made = self.upscaler.upscale(pair.low, choice.spec, self.scale, progress)
        measured = measure(made.frame, pair.truth, self.protocol)
        row = Row(choice, pair.set, pair.item, measured, made.seconds, made.notes)
        return row, made.frame

    def judge_clip(self, choice: Choice, clip: Clip, progress: Progress) -> Row:
        """The numbers of one model on a clip: the means over its frames.

        At most as many ground truths are held as the model looks ahead.
        """
        from srstudio.metrics.report import mean_measurements, measure

        waiting: deque[Frame | None] = deque()
        numbers, seconds, notes = [], 0.0, dict[str, None]()
        low = _remembering(clip.frames, waiting)
        for made in self._upscaled(low, choice, clip.count, progress):
            truth = waiting.popleft()
            if truth is not None:
                numbers.append(measure(made.frame, truth, self.protocol))
            seconds += made.seconds
            notes |= dict.fromkeys(made.notes)
        return Row(choice, clip.set, clip.item, mean_measurements(numbers), seconds, tuple(notes))

    def _upscaled(
        self, frames: Iterable[Frame], choice: Choice, count: int, progress: Progress
    ) -> Iterator[Upscaled]:
        from srstudio.engine.video import ClipUpscaler

        clips = ClipUpscaler(self.upscaler)
        return clips.upscale(frames, choice.spec, self.scale, progress, count)


def _remembering(
    frames: Iterable[tuple[Frame, Frame | None]], waiting: deque[Frame | None]
) -> Iterator[Frame]:
    """The low-resolution frames; their ground truths wait until the results are there."""
    for low, truth in frames:
        waiting.append(truth)
        yield low
