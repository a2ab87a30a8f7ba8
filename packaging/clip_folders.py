"""Clips to learn from, as folders of PNGs: what they look like, and how they are written."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import Frame
from srstudio.media.still import SaveOptions, write_picture

SIDE, FRAMES = 160, 7

Values = NDArray[Any]
ClipsOf = Callable[[Path, np.random.Generator], Iterator[list[Values]]]


def detail(frames: list[Values]) -> float:
    """How much there is to be seen in the frame in the middle."""
    return float(cv2.Laplacian(frames[len(frames) // 2], cv2.CV_32F).std())


def write_clips(files: Sequence[Path], clips_of: ClipsOf, out: Path, seed: int) -> int:
    """Write the clips of every file, each as a folder of numbered PNGs; returns how many.

    Args:
        files: What clips are made of; each draws by itself.
        clips_of: The clips of a file, `FRAMES` of `SIDE x SIDE x 3` `uint8` each.
        out: Folder of the folders.
        seed: Of the drawing.
    """
    made = 0
    for number, file in enumerate(files):
        rng = np.random.default_rng((seed, number))
        for index, frames in enumerate(clips_of(file, rng)):
            write_frames(frames, out / f"{file.stem}_{index}")
            made += 1
    return made


def write_frames(frames: Iterable[Values], folder: Path) -> None:
    """Write frames (H, W, 3) as numbered PNGs into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for time, frame in enumerate(frames):
        write_picture(Frame(frame), folder / f"{time:03}.png", SaveOptions(overwrite=True))


def run(about: str, source: str, usual: int, make: Callable[[Path, Path, int, int], int]) -> int:
    """The command that makes clips.

    Args:
        about: What it does.
        source: What lies in the folder that is named first.
        usual: Clips of each, if nothing else is said.
        make: Given that folder, the one to write to, clips of each and the seed; says how many.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("source", metavar=f"{source.upper()}S", type=Path)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("--clips", type=int, default=usual, help=f"of each {source}")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    print(f"{make(args.source, args.out, args.clips, args.seed)} clips in {args.out}")
    return 0
