"""The work of `srstudio export-comparison`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import Any

from srstudio.cli.comparison_drawing import RATE, drawing_of
from srstudio.cli.comparison_output import Output, Size
from srstudio.cli.comparison_sources import Film, Panels, Still, compared
from srstudio.cli.console import Console
from srstudio.cli.judging import make_upscaler
from srstudio.cli.measured import protocol_words
from srstudio.core.frame import Frame
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.colour import SRGB, stored_as
from srstudio.media.video.copied import Source
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.saving import recipe_for
from srstudio.media.video.segment import Recipe
from srstudio.media.video.source import VideoSource


def export_comparison(args: Namespace, console: Console) -> int:
    """Compute what is compared, draw it and write it."""
    output = Output(args.out, Encoding(args.codec, args.crf, args.preset), args.overwrite)
    output.check(*(path for path in (args.source, args.truth) if path is not None))
    subject = compared(args)
    if output.is_still and isinstance(subject, Film):
        subject = replace(subject, wanted=subject.wanted[:1])
    upscaler = make_upscaler(args.device, args.precision)
    with console.steps(1) as steps:
        progress = steps.step(f"Comparing {args.source.name}")
        with closing(subject.panels(upscaler, progress)) as moments:
            _write(args, subject, moments, output)
    console.show(_document(args, subject, output), _sentence(output), *output.notes)
    return 0


def _write(
    args: Namespace, subject: Still | Film, moments: Generator[Panels, None, None], output: Output
) -> None:
    first = next(moments)
    note = subject.protocol.sentence if subject.protocol else ""
    drawing = drawing_of(args, first, note, subject.seconds)
    if output.is_still or isinstance(subject, Still):
        frames = iter([drawing.at_rest(first)]) if output.is_still else drawing.of_picture(first)
        output.write(frames, partial(_still_recipe, output.encoding))
    else:
        frames = drawing.of_clip(chain([first], moments))
        _write_clip(subject, frames, output, with_sound=args.audio == "copy")


def _write_clip(film: Film, frames: Iterable[Frame], output: Output, *, with_sound: bool) -> None:
    with film.footage.shown.open() as video:
        source = _carried(video, film.wanted, with_sound=with_sound)
        if source is None or not output.is_video:
            frames = _from_zero(frames, video.timeline.time(film.wanted.start))

        def recipe(size: Size) -> Recipe:
            made = recipe_for(video, output.encoding, size)
            return replace(made, sample_aspect=Fraction(1))

        output.write(frames, recipe, source)


def _carried(video: VideoSource, wanted: range, *, with_sound: bool) -> Source | None:
    """What sound comes from, and where times begin; only video files have that."""
    if not isinstance(video, VideoReader):
        return None
    timeline, clip = video.timeline, video.clip
    clip = replace(clip, others=clip.tracks("audio") if with_sound else (), chapters=())
    return Source(
        clip,
        timeline.time(wanted.start) if wanted.start else None,
        timeline.time(wanted.stop) if wanted.stop < len(timeline) else None,
    )


def _from_zero(frames: Iterable[Frame], start: Fraction) -> Iterator[Frame]:
    for frame in frames:
        assert frame.time is not None, "a frame of a clip has a time"
        yield replace(frame, time=frame.time - start)


def _still_recipe(encoding: Encoding, size: Size) -> Recipe:
    """How the animation of a picture is encoded."""
    return Recipe(encoding, stored_as(SRGB, size), Fraction(1, RATE), Fraction(RATE))


def _document(args: Namespace, subject: Still | Film, output: Output) -> dict[str, Any]:
    return {
        "output": str(output.path),
        "layout": args.layout,
        "scale": subject.scale,
        "sources": [choice.name for choice in subject.choices] + ["truth"] * bool(subject.protocol),
        "protocol": protocol_words(subject.protocol) if subject.protocol else None,
        "width": output.size[0],
        "height": output.size[1],
        "frames": output.frames,
        "notes": output.notes,
    }


def _sentence(output: Output) -> str:
    width, height = output.size
    return f"{output.path} ({width}x{height}, {output.frames} frame{'s' * (output.frames > 1)})"
