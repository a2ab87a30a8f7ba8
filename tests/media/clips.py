"""Tiny video files whose frames say their number, as a pattern of blocks that coding keeps."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from imageio_ffmpeg import get_ffmpeg_exe
from numpy.typing import NDArray

from srstudio.core.frame import Frame

BLOCK = 16
ACROSS, DOWN = 4, 2
WIDTH, HEIGHT = ACROSS * BLOCK, DOWN * BLOCK
FFMPEG = get_ffmpeg_exe()


def numbered(number: int) -> NDArray[np.uint8]:
    """An RGB picture of `WIDTH x HEIGHT` that shows a number below 256."""
    bits = [(number >> bit) & 1 for bit in range(ACROSS * DOWN)]
    blocks = np.array(bits, np.uint8).reshape(DOWN, ACROSS) * 235 + 10
    return np.repeat(np.kron(blocks, np.ones((BLOCK, BLOCK), np.uint8))[..., None], 3, axis=2)


def number_of(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> int:
    """The number that a picture shows."""
    top = np.iinfo(pixels.dtype).max
    height, width = pixels.shape[0] // DOWN, pixels.shape[1] // ACROSS
    means = pixels.mean(axis=2).reshape(DOWN, height, ACROSS, width).mean(axis=(1, 3))
    return sum(1 << bit for bit, mean in enumerate(means.ravel()) if mean > top / 2)


def numbers(frames: Iterable[Frame]) -> list[int]:
    return [number_of(frame.pixels) for frame in frames]


def times(frames: Iterable[Frame]) -> list[Fraction]:
    return [frame.time for frame in frames if frame.time is not None]


def write_clip(
    path: Path,
    ticks: Sequence[int],
    base: Fraction = Fraction(1, 25),
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
) -> Path:
    """A clip of numbered frames at the given ticks."""
    with av.open(str(path), "w", options=container or {}) as output:
        stream = output.add_stream(
            codec, rate=round(1 / base) if base > Fraction(1, 100) else 25, options=options or {}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixel_format
        stream.codec_context.time_base = stream.time_base = base
        output.start_encoding()
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            frame.pts, frame.time_base = tick, base
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def run_ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([FFMPEG, "-v", "error", "-y", *map(str, arguments)], check=True)


def write_film(folder: Path) -> Path:
    """25 frames, sound that begins later, a second sound, subtitles, chapters, a font, a title."""
    video = write_clip(folder / "video.mkv", range(25))
    (folder / "text.srt").write_text(
        "1\n00:00:00,200 --> 00:00:00,500\nHello\n\n2\n00:00:00,600 --> 00:00:00,900\nthere\n"
    )
    (folder / "chapters.txt").write_text(
        ";FFMETADATA1\ntitle=A film\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n"
    )
    path = folder / "film.mkv"
    run_ffmpeg(
        *("-i", video, "-itsoffset", "0.3", "-f", "lavfi", "-i", "sine=440:d=0.7"),
        *("-f", "lavfi", "-i", "sine=880:d=1", "-i", folder / "text.srt"),
        *("-i", folder / "chapters.txt", "-map_metadata", "4", "-map_chapters", "4"),
        *("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-c:v", "copy"),
        *("-c:a:0", "aac", "-c:a:1", "libopus", "-c:s", "srt", "-attach", folder / "text.srt"),
        *("-metadata:s:t", "mimetype=text/plain", "-metadata:s:a:0", "language=eng"),
        *("-metadata:s:a:1", "language=fra", "-disposition:a:1", "default", path),
    )
    return path


def packet_hashes(path: Path, index: int) -> list[str]:
    """What the packets of a stream hold, as hashes."""
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(container.streams[index]) if p.size]
        return [hashlib.sha256(bytes(packet)).hexdigest() for packet in packets]


def picture_hashes(path: Path) -> list[str]:
    """What the frames of a video hold, decoded by PyAV alone."""
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        pixels = (frame.to_ndarray(format="rgb48le").tobytes() for frame in frames)
        return [hashlib.sha256(each).hexdigest() for each in pixels]
