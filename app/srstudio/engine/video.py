"""Super-resolves clips, frame by frame as they are asked for, in bounded memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.engine.canvas import Depth
from srstudio.engine.cuts import shots
from srstudio.engine.device import Device, free_main_memory, free_memory, return_memory
from srstudio.engine.passes import OVERLAP, Pass, seen_for
from srstudio.engine.sizing import segment_length
from srstudio.engine.upscaler import Upscaled, Upscaler, check_scale
from srstudio_models.spec import FrameWindow, ModelSpec, Stage

# As many frames of a segment are kept as are only looked at.
SHORTEST_SEGMENT = 2 * OVERLAP

Read = Callable[[int, int], Iterator[Frame]]
"""Gives the frames of a clip from a number to before another: exactly those, in order."""


class ClipUpscaler:
    """Runs models over clips: single pictures one by one, windows, recurrent networks.

    Args:
        upscaler: Computes the frames.
        memory: Bytes that the frames a recurrent network works on may take. A clip that needs
            more is cut into segments that overlap in time by `OVERLAP` frames on each side, of
            `SHORTEST_SEGMENT` frames of their own at least. `spare_memory` if None.
        length: Frames of their own that segments have, where `memory` shall not decide: only then
            are two runs cut alike.
    """

    def __init__(
        self, upscaler: Upscaler, memory: int | None = None, length: int | None = None
    ) -> None:
        self._upscaler = upscaler
        self._memory = memory
        self._length = length

    def upscale(
        self,
        frames: Iterable[Frame],
        spec: ModelSpec,
        scale: int,
        progress: Progress | None = None,
        count: int | None = None,
    ) -> Iterator[Upscaled]:
        """Every frame of a single shot, in order; nothing is read or computed before it is needed.

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
        progress = progress or Progress()
        if count is None:
            progress = replace(progress, listener=None)
        stages = _stages(spec, scale)
        ranges = [range(count or sys.maxsize)] * (len(stages) + 1)
        made = self._run(iter(frames), stages, ranges, self._length, progress, one_shot=True)
        return (result for _, result in made)

    def part(
        self,
        read: Read,
        count: int,
        wanted: range,
        spec: ModelSpec,
        scale: int,
        progress: Progress | None = None,
    ) -> Iterator[tuple[int, Upscaled]]:
        """Some frames of a clip, as a run over the whole of it gives them.

        Read are besides those that a network sees with them. Shots are apart: what windows show
        and what a recurrent network remembers ends at a cut. Recurrent networks get a clip in
        segments that begin at multiples of their length, wherever `wanted` begins. Where memory
        ran out or half precision failed on the way, another run may differ by rounding.

        Args:
            read: Gives frames; called with what is needed, once or twice.
            count: Frames of the clip.
            wanted: Numbers of the frames, one after the other; all in the clip.
            spec: The model.
            scale: Integer factor.
            progress: Asked after every tile and before every frame that is read.

        Yields:
            The number and the result of each wanted frame, in order; nothing is read or computed
            before it is needed.

        Raises:
            ValueError: if the clip does not have the wanted frames.
            ModelError, Cancelled, InputError: as `upscale`.
        """
        check_scale(spec, scale)
        if wanted and (wanted.step != 1 or wanted.start < 0 or wanted.stop > count):
            raise ValueError(f"a clip of {count} frames has no part {wanted}")
        return self._part(read, count, wanted, _stages(spec, scale), progress or Progress())

    def fitting_length(self, frame: Frame, spec: ModelSpec, scale: int) -> int | None:
        """The length of segments for a clip of frames like this one; None where there are none."""
        stages = _stages(spec, scale)
        if all(_frames(stage) != "recurrent" for stage in stages):
            return None
        return self._length or self._fitting(stages, frame)

    def _part(
        self, read: Read, count: int, wanted: range, stages: Sequence[Stage], progress: Progress
    ) -> Iterator[tuple[int, Upscaled]]:
        if not wanted:
            return
        length = self._length
        if length is None and any(_frames(stage) == "recurrent" for stage in stages):
            length = self._fitting(stages, next(read(wanted.start, wanted.start + 1)))
        ranges = [wanted]
        for stage in reversed(stages):
            ranges.insert(0, seen_for(stage, ranges[0], length or 1, count))
        frames = read(ranges[0].start, ranges[0].stop)
        alone = all(_frames(stage) == "single" for stage in stages)
        made = self._run(frames, stages, ranges, length or 1, progress, one_shot=alone)
        yield from islice(made, len(wanted))

    def _run(
        self,
        frames: Iterator[Frame],
        stages: Sequence[Stage],
        ranges: Sequence[range],
        length: int | None,
        progress: Progress,
        *,
        one_shot: bool,
    ) -> Iterator[tuple[int, Upscaled]]:
        """Frames through all stages; `ranges` are what is read, and what each stage makes."""
        begin = ranges[0].start
        source = _watched(frames, progress)
        first = next(source, None)
        if first is None:
            return
        length = length or self._fitting(stages, first)
        passes = self._passes(stages, ranges[1:], length, first.bit_depth, progress)
        clip = _alike(chain((first,), source), begin)
        del first
        for start, shot in [(begin, clip)] if one_shot else shots(clip, begin, ranges[-1].start):
            made: Iterator[Upscaled] = (Upscaled(frame, 0.0, ()) for frame in shot)
            for each in passes:
                made, start = each.over(made, start), max(start, each.wanted.start)
            yield from enumerate(made, start)

    def _passes(
        self,
        stages: Sequence[Stage],
        ranges: Sequence[range],
        length: int,
        depth: Depth,
        progress: Progress,
    ) -> list[Pass]:
        """What each stage does; only the last tells how far it is, and only it rounds."""
        quiet = replace(progress, listener=None)
        passes = [
            Pass(self._upscaler, stage, 32, length, wanted, quiet)
            for stage, wanted in zip(stages, ranges, strict=True)
        ]
        passes[-1].depth, passes[-1].progress = depth, progress
        return passes

    def _fitting(self, stages: Sequence[Stage], frame: Frame) -> int:
        """How many frames of their own segments may have, where all are like this one."""
        memory = self._memory
        if memory is None:
            memory = spare_memory(self._upscaler.runtime.device)
        pixels, fitting = frame.width * frame.height, sys.maxsize
        for stage in stages:
            assert isinstance(stage.scale, int), "only chains for single pictures resample"
            fitting = min(fitting, segment_length(pixels, stage.scale, memory))
            pixels *= stage.scale**2
        return max(fitting - 2 * OVERLAP, SHORTEST_SEGMENT)


def spare_memory(device: Device) -> int:
    """Half of the bytes that are free, which is what clips may take; a share each of several."""
    return_memory(device)  # what the clip before has left counts as free
    return min(free_memory(device), free_main_memory()) // 2


def _stages(spec: ModelSpec, scale: int) -> tuple[Stage, ...]:
    """What passes over the clip one after the other; a model for single pictures is one pass."""
    seeing = any(_frames(stage) != "single" for stage in spec.stages)
    return spec.stages if seeing else (Stage(spec, scale),)


def _frames(stage: Stage) -> FrameWindow:
    return stage.spec.descriptor.frames


def _watched(frames: Iterator[Frame], progress: Progress) -> Iterator[Frame]:
    """The frames, as long as nobody asked to stop."""
    for frame in frames:
        progress.check()
        yield frame


def _alike(frames: Iterable[Frame], begin: int) -> Iterator[Frame]:
    """The frames of a clip from a number on; an error where one has another size than the first."""
    size = None
    for number, frame in enumerate(frames, begin + 1):
        size = size or frame.size
        if frame.size != size:
            raise InputError(
                f"frame {number} of the clip has {frame.width} x {frame.height} pixels, "
                f"the first {size[0]} x {size[1]}",
                "all frames of a clip must have one size",
            )
        yield frame
