"""Reading, seeking and joining videos against PyAV alone and against encoding them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from srstudio.core.bench import BenchRow, Ways, compare_ways
from srstudio.core.frame import Frame
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.colour import SRGB, stored_as
from srstudio.media.video.joining import join
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.saving import save_video
from srstudio.media.video.segment import Recipe, encode_segment

DECODING, SEEKING, ENCODING = "av decoding", "av seeking", "encoding"
OURS = "srstudio"
_RATE = 25
_SEEKS = 12
_SEGMENTS = 4


def moving_picture(size: tuple[int, int], count: int) -> Iterator[Frame]:
    """Frames with detail of every size that moves: what coding finds neither easy nor hopeless."""
    width, height = size
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:height, : width + count * 2].astype(np.float32)
    waves = sum(np.sin(x / 3**k + y / 4**k) for k in range(1, 5)) * 25 + 128
    wide = waves[..., np.newaxis] + rng.normal(0, 6, (*waves.shape, 3))
    pixels = np.clip(wide, 0, 255).astype(np.uint8)
    for number in range(count):
        part = np.ascontiguousarray(pixels[:, number * 2 : number * 2 + width])
        yield Frame(part, time=Fraction(number, _RATE), duration=Fraction(1, _RATE))


def recipe_of(size: tuple[int, int]) -> Recipe:
    """H.264 as it is usual."""
    return Recipe(Encoding(), stored_as(SRGB, size), Fraction(1, _RATE), Fraction(_RATE))


def reading_benchmark(
    folder: Path, repeats: int, size: tuple[int, int] = (1280, 720), count: int = 75
) -> list[BenchRow]:
    """How long it takes to read a clip, to find frames in it, and to join its parts.

    Reading: PyAV's decoder alone is the reference; `av to RGB` has FFmpeg convert, `srstudio`
    converts exactly. Seeking: single frames in no order, from a file with one key frame. Joining:
    of parts that are encoded already, against encoding them.

    Args:
        folder: Where files go.
        repeats: Rounds, of which the median counts.
        size: Width and height.
        count: Frames.
    """
    clip = folder / "clip.mp4"
    frames = list(moving_picture(size, count))
    save_video(frames, clip, recipe_of(size))
    what = f"{size[0]}x{size[1]}, {count} frames"
    with VideoReader(clip) as reader:
        numbers = np.random.default_rng(3).integers(0, count, _SEEKS).tolist()
        return [
            *compare_ways(f"reading {what}", _reading(clip), DECODING, repeats),
            *compare_ways(f"seeking {what}", _seeking(reader, numbers), SEEKING, repeats),
            *compare_ways(f"joining {what}", _joining(folder, frames), ENCODING, repeats),
        ]


def _reading(clip: Path) -> Ways:
    def decode(*, convert: bool) -> None:
        with av.open(str(clip)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for frame in container.decode(video=0):
                if convert:
                    frame.to_ndarray(format="rgb24")

    def ours() -> None:
        with VideoReader(clip) as reader:
            _exhaust(reader.frames())

    return {
        DECODING: lambda: decode(convert=False),
        "av to RGB": lambda: decode(convert=True),
        OURS: ours,
    }


def _seeking(reader: VideoReader, numbers: Sequence[int]) -> Ways:
    ticks = [int(reader.timeline.ticks[number]) for number in numbers]

    def plain() -> None:
        with av.open(str(reader.clip.path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for tick in ticks:
                container.seek(tick, stream=stream)
                found = (f for f in container.decode(stream) if (f.pts or 0) >= tick)
                next(found).to_ndarray(format="rgb24")

    def ours() -> None:
        for number in numbers:
            reader.frame(number)

    return {SEEKING: plain, OURS: ours}


def _joining(folder: Path, frames: Sequence[Frame]) -> Ways:
    size, length = frames[0].size, -(-len(frames) // _SEGMENTS)
    recipe = recipe_of(size)
    pieces = [frames[first : first + length] for first in range(0, len(frames), length)]

    def encode() -> list[object]:
        return [encode_segment(p, folder / f"part{n}", recipe) for n, p in enumerate(pieces)]

    segments = [encode_segment(p, folder / f"whole{n}", recipe) for n, p in enumerate(pieces)]
    target = folder / "joined.mp4"
    return {ENCODING: encode, OURS: lambda: join(segments, target, recipe, overwrite=True)}


def _exhaust(frames: Iterable[object]) -> None:
    for _ in frames:
        pass
