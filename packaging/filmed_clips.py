"""Cuts clips out of videos: what moves by itself, which no panned photograph shows.

.venv/bin/python packaging/filmed_clips.py VIDEOS OUT [--clips N] [--seed N]

Each clip is a folder of PNGs. The frames are made half as large, which hides what coding has left;
every clip is the one with the most detail and motion of several that were tried.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from clip_folders import FRAMES, SIDE, Values, detail, run, write_clips, write_frames
from srstudio.core.frame import Frame, crop_to_multiple
from srstudio.media.video.opening import open_video
from srstudio.media.video.suffixes import VIDEO_SUFFIXES
from srstudio.training.degradations import bicubic

HALVED = 2
# Frames between two that are taken, drawn for each clip.
STRIDES = (1, 2)
TRIES = 8
# Levels by which frames differ on average: a scene that stands still teaches nothing, one that
# changes altogether is a cut.
LEAST, GREATEST = 1.0, 20.0


def clips(path: Path, count: int, rng: np.random.Generator) -> Iterator[list[Values]]:
    """The most detailed of `TRIES` clips that move, so many times.

    Args:
        path: A video.
        count: How many; a video that hardly moves gives fewer.
        rng: Draws times, strides and places.
    """
    with open_video(path) as video:
        length = len(video.timeline)
        for _ in range(count):
            stride = min(int(rng.choice(STRIDES)), max(1, length // FRAMES))
            first = int(rng.integers(0, max(1, length - stride * (FRAMES - 1))))
            seen = list(video.unbroken(first, first + stride * (FRAMES - 1) + 1))[::stride]
            small = [_half(frame) for frame in seen]
            tried = [_part(small, rng) for _ in range(TRIES)]
            moving = [part for part in tried if LEAST <= _motion(part) <= GREATEST]
            if moving:
                yield max(moving, key=detail)


def halve(video: Path, out: Path, count: int) -> None:
    """Write the first frames of a video, half as large, as numbered PNGs.

    Args:
        video: Of any kind.
        out: The folder of the frames; is there once all are.
        count: How many.
    """
    parts = out.with_name(f".{out.name}.part")
    with open_video(video) as opened:
        write_frames(map(_half, islice(opened.frames(), count)), parts)
    parts.rename(out)


def _half(frame: Frame) -> Values:
    return bicubic(crop_to_multiple(frame.pixels, HALVED), HALVED)


def _part(frames: list[Values], rng: np.random.Generator) -> list[Values]:
    """The same `SIDE x SIDE` of every frame."""
    height, width = frames[0].shape[:2]
    top, left = (int(rng.integers(0, max(1, side - SIDE + 1))) for side in (height, width))
    return [frame[top : top + SIDE, left : left + SIDE] for frame in frames]


def _motion(frames: list[Values]) -> float:
    return max(float(np.abs(a.astype(np.int16) - b).mean()) for a, b in pairwise(frames))


def make(videos: Path, out: Path, count: int, seed: int) -> int:
    """Write clips of every video of a folder; returns how many.

    Raises:
        SystemExit: if there is no video.
    """
    files = sorted(f for f in videos.iterdir() if f.suffix.lower() in VIDEO_SUFFIXES)
    if not files:
        sys.exit(f"{videos} holds no video")

    def clips_of(file: Path, rng: np.random.Generator) -> Iterator[list[Values]]:
        return clips(file, count, rng)

    return write_clips(files, clips_of, out, seed)


if __name__ == "__main__":
    sys.exit(run(__doc__.partition("\n")[0], "video", 60, make))
