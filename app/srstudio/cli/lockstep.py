"""Several models over one clip at once: each frame with all that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled, Upscaler
    from srstudio.engine.video import ClipUpscaler
    from srstudio.jobs.clip_footage import Footage, FootageReader


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A frame of a clip.

    Attributes:
        number: Of the frame.
        truth: Its ground truth where there is one, with the time of the frame.
        made: What each model made of it.
    """

    number: int
    truth: Frame | None
    made: tuple[Upscaled, ...]


@dataclass(frozen=True, slots=True)
class Lockstep:
    """Models that go over a part of a clip side by side; one frame of each is held at a time.

    Attributes:
        upscaler: The engine.
        footage: The clip.
        wanted: Numbers of its frames, one after the other.
        choices: The models.
        warnings: What is wrong with the files, once all frames were read.
    """

    upscaler: Upscaler
    footage: Footage
    wanted: range
    choices: Sequence[Choice]
    warnings: list[str] = field(default_factory=list)

    def frames(self, progress: Progress) -> Iterator[Shown]:
        """Frame by frame, in order; each model reads the clip by itself, as far as it sees.

        What is free in memory is shared out beforehand: one may hold a segment of the clip while
        another computes its own.

        Raises:
            ModelError, InputError, Cancelled: as `ClipUpscaler.part`.
        """
        from srstudio.engine.video import ClipUpscaler, spare_memory

        quiet = replace(progress, listener=None)
        memory = spare_memory(self.upscaler.runtime.device) // len(self.choices)
        clips = ClipUpscaler(self.upscaler, memory)
        with ExitStack() as opened:
            readers = [opened.enter_context(self.footage.open()) for _ in (0, *self.choices)]
            pairs, *lows = readers
            runs = [
                self._run(clips, choice, reader, quiet)
                for choice, reader in zip(self.choices, lows, strict=True)
            ]
            for done, results in enumerate(zip(*runs, strict=True), start=1):
                number = results[0][0]
                low, truth = pairs.pair(number)
                truth = truth and replace(truth, time=low.time, duration=low.duration)
                yield Shown(number, truth, tuple(made for _, made in results))
                progress.report(done / len(self.wanted))
            told = (warning for reader in readers for warning in reader.warnings)
            self.warnings.extend(dict.fromkeys(told))

    def _run(
        self, clips: ClipUpscaler, choice: Choice, reader: FootageReader, progress: Progress
    ) -> Iterator[tuple[int, Upscaled]]:
        footage = self.footage
        return clips.part(
            reader.lows, footage.count, self.wanted, choice.spec, footage.scale, progress
        )


def look_at(low: Path, truth: Path | None, scale: int | None, shift: int = 0) -> Footage:
    """A clip beside its ground truth; each file is gone through once.

    Args:
        low: The low-resolution clip.
        truth: The ground truth; its size says the scale.
        scale: Factor where there is no ground truth.
        shift: Frames by which the ground truth is late.

    Raises:
        InputError: if one cannot be read, or they do not belong together.
    """
    from srstudio.jobs.clip_footage import footage, look_through
    from srstudio.jobs.pictures import match_truth

    reel, first = look_through(low)
    if truth is None:
        assert scale is not None
        return footage(str(low), reel, None, scale)
    beside, like = look_through(truth)
    _, factor = match_truth(first, like)
    return footage(str(low), reel, beside, factor, shift)
