"""Parts of a video: each is encoded into a file of its own, which is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.stream import VideoStream

from srstudio.core.errors import InputError, OutputError
from srstudio.core.files import whole_file
from srstudio.core.frame import Frame
from srstudio.media.video.codecs import Encoding, encoder_options, find_codec, pixel_format
from srstudio.media.video.colour import Colour
from srstudio.media.video.from_rgb import coded_size, to_video_frame

_USUAL_RATE = Fraction(25)
_IN_ORDER = 2  # frames, of which none can depend on a later one


@dataclass(frozen=True, slots=True)
class Recipe:
    """What all parts of a video have in common.

    Attributes:
        encoding: How they are encoded.
        colour: What the numbers are to mean.
        base: Seconds of a tick; frames begin at whole ticks.
        rate: Frames in a second on average, which rate control goes by.
        sample_aspect: Width of a pixel by its height.
    """

    encoding: Encoding
    colour: Colour
    base: Fraction
    rate: Fraction = _USUAL_RATE
    sample_aspect: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a video.

    Attributes:
        path: Its file; its times begin at zero.
        start: Tick at which its first frame is shown.
        end: Tick at which its last frame ends.
        count: Frames.
    """

    path: Path
    start: int
    end: int
    count: int


def encode_segment(frames: Iterable[Frame], path: Path, recipe: Recipe) -> Segment:
    """Encode frames, in order of their times, into a file; one frame is held at a time.

    Args:
        frames: All of one size, each with its time; at least one.
        path: Where the part goes; an existing file is replaced.
        recipe: The same for all parts.

    Raises:
        UsageError: if the recipe contradicts itself.
        InputError: if there is no frame, or one does not fit those before it.
        OutputError: if the file cannot be written.
    """
    source = iter(frames)
    first = next(source, None)
    if first is None:
        raise InputError(f"there are no frames for {path.name}", "choose a longer part")
    with whole_file(path, overwrite=True) as temporary, told_by(path):
        start, end, count = _encode(chain([first], source), first, temporary, recipe)
    return Segment(path, start, end, count)


@contextmanager
def told_by(path: Path) -> Iterator[None]:
    """Say in a sentence what FFmpeg refuses; errors of the system pass."""
    try:
        yield
    except FFmpegError as error:
        if isinstance(error, OSError):
            raise
        cause = f"{path.name} cannot be written ({error.strerror})"
        raise OutputError(cause, "choose another codec, size or container") from error


def _encode(
    frames: Iterable[Frame], first: Frame, path: Path, recipe: Recipe
) -> tuple[int, int, int]:
    """First tick, last tick and number of the frames that were written."""
    name = pixel_format(recipe.encoding, transparent=first.alpha is not None)
    start = tick = _tick(first, recipe)
    step, count = max(round(1 / (recipe.rate * recipe.base)), 1), 0
    with av.open(str(path), "w", format=find_codec(recipe.encoding.codec).segment) as output:
        stream = _stream(output, recipe, name, coded_size(first.size, name))
        for frame in frames:
            _check_size(frame, first)
            if count:
                tick, step = _next_tick(frame, recipe, tick)
            picture = to_video_frame(frame, name, recipe.colour)
            picture.pts, picture.time_base = tick - start, recipe.base
            output.mux(stream.encode(picture))
            last, count = frame, count + 1
        output.mux(_mended(stream.encode(None), count))
    lasting = step if last.duration is None else round(last.duration / recipe.base)
    return start, tick + max(lasting, 1), count


def _mended(packets: list[Packet[VideoStream]], count: int) -> list[Packet[VideoStream]]:
    """The last packets with times of decoding: for one or two frames x265 makes some up."""
    if count <= _IN_ORDER:
        for packet in packets:
            packet.dts = packet.pts
    return packets


def _stream(
    output: OutputContainer, recipe: Recipe, name: str, size: tuple[int, int]
) -> VideoStream:
    codec = find_codec(recipe.encoding.codec)
    for variable, value in codec.environment.items():
        os.environ.setdefault(variable, value)
    stream = output.add_stream(
        codec.encoder, rate=recipe.rate, options=encoder_options(recipe.encoding)
    )
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    stream.time_base = context.time_base = recipe.base
    context.width, context.height = size
    context.pix_fmt = name
    context.sample_aspect_ratio = recipe.sample_aspect
    context.thread_type = "AUTO"  # else x264 cuts every picture into slices
    describe_colour(context, recipe.colour, is_rgb=VideoFormat(name).is_rgb)
    return stream


def describe_colour(context: VideoCodecContext, colour: Colour, *, is_rgb: bool) -> None:
    """Write into a stream what its numbers mean."""
    context.colorspace = 0 if is_rgb else colour.matrix_code
    context.color_range = 2 if is_rgb else colour.range_code
    context.color_primaries, context.color_trc = colour.primaries, colour.transfer


def _tick(frame: Frame, recipe: Recipe) -> int:
    if frame.time is None:
        raise ValueError("a frame of a video has a time")
    return round(frame.time / recipe.base)


def _next_tick(frame: Frame, recipe: Recipe, before: int) -> tuple[int, int]:
    """The tick of a frame, and how many after the one before."""
    tick = _tick(frame, recipe)
    if tick <= before:
        cause = f"the frame at {float(frame.time or 0):.3f} s is not later than the one before"
        raise InputError(cause, "the times of the clip are damaged")
    return tick, tick - before


def _check_size(frame: Frame, first: Frame) -> None:
    if frame.size != first.size:
        raise InputError(
            f"a frame has {frame.width} x {frame.height} pixels, "
            f"the first {first.width} x {first.height}",
            "all frames of a video must have one size",
        )
