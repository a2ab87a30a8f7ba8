"""Frames as an animated GIF, each with a palette of its own, one in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from srstudio.core.errors import InputError
from srstudio.core.files import whole_file
from srstudio.core.frame import Frame, quantise
from srstudio.media.video.segment import told_by

_TICK = Fraction(1, 100)  # of a GIF
_COLOURS = 256

Timed = tuple[int, int, Frame]


def save_gif(
    frames: Iterable[Frame], path: Path, rate: Fraction = Fraction(25), *, overwrite: bool = False
) -> int:
    """Write an animated GIF that plays again and again; complete or not at all.

    Colours are reduced to 256 a frame by median cut, and dithered. Times are rounded to 1/100 s;
    of frames that fall on one such moment the last is kept. Transparency is left out.

    Args:
        frames: All of one size, each with its time.
        path: The file.
        rate: Frames in a second, for how long the last frame is shown where it does not say.
        overwrite: An existing file may be replaced.

    Returns:
        How many frames were written.

    Raises:
        InputError: if there is no frame.
        OutputError: if the name is taken or the file cannot be written.
    """
    count = 0
    with (
        whole_file(path, overwrite=overwrite) as temporary,
        told_by(path),
        av.open(str(temporary), "w", format="gif") as output,
    ):
        stream = output.add_stream("gif", rate=round(1 / _TICK))
        assert isinstance(stream, VideoStream)
        stream.time_base = stream.codec_context.time_base = _TICK
        stream.pix_fmt = "pal8"
        for tick, length, frame in _timed(frames, rate):
            if count == 0:
                stream.width, stream.height = frame.size
            reduced = _reduced(frame)  # a pair, which PyAV's stubs do not know
            picture = av.VideoFrame.from_ndarray(reduced, format="pal8")  # type: ignore[arg-type]
            picture.pts, picture.time_base = tick, _TICK
            for packet in stream.encode(picture):
                packet.duration = length
                output.mux(packet)
            count += 1
        if count == 0:
            raise InputError(f"there are no frames for {path.name}", "choose a longer part")
    return count


def _timed(frames: Iterable[Frame], rate: Fraction) -> Iterator[Timed]:
    """Frames with their ticks from the first on, and how many ticks each is shown."""
    start = held = None
    for frame in frames:
        if frame.time is None:
            raise ValueError("a frame of a video has a time")
        start = frame.time if start is None else start
        tick = round((frame.time - start) / _TICK)
        if held is not None and tick > held[0]:
            yield held[0], tick - held[0], held[1]
        held = tick, frame
    if held is not None:
        length = held[1].duration or 1 / rate
        yield held[0], max(round(length / _TICK), 1), held[1]


def _reduced(frame: Frame) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Indices, `height x width`, and their colours, `256 x 4`, alpha first."""
    picture = Image.fromarray(np.ascontiguousarray(quantise(frame.pixels, 8)))
    reduced = picture.quantize(_COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    colours = np.array(reduced.getpalette() or [], np.uint8).reshape(-1, 3)
    palette = np.full((_COLOURS, 4), 255, np.uint8)
    palette[: len(colours), 1:] = colours
    return np.asarray(reduced), palette
