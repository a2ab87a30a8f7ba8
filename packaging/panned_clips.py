"""Makes clips of photographs: a camera that goes, turns and comes nearer over each of them.

.venv/bin/python packaging/panned_clips.py PICTURES OUT [--clips N] [--seed N]

A network that sees several frames learns from what moves by fractions of a pixel; recorded clips
that are free of coding and noise are rare, photographs are not. Each clip is a folder of PNGs. The
camera sees a photograph at half its size, so that nothing is enlarged, and every clip is the most
detailed of several that were tried: on a plain wall there is nothing to be learnt.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from clip_folders import FRAMES, SIDE, Values, detail, run, write_clips
from srstudio.media.still import READ_SUFFIXES, read_picture

SHRINK = 2.0
# Frame to frame, in pixels of the clip: as slow and as fast as a steady camera goes.
SLOWEST, FASTEST = 0.3, 3.0
TURN, APPROACH, SHAKE = 0.0015, 0.0015, 0.12
TRIES = 5
_ANTIALIAS = 0.75


def clip(picture: Values, rng: np.random.Generator) -> list[Values]:
    """Frames `SIDE x SIDE x 3` of a random way over a picture.

    Args:
        picture: `height x width x 3` `float32`, 0 to 255, without detail finer than `SHRINK`
            pixels.
        rng: Draws speed, direction, turn, approach and shake.
    """
    speed = np.exp(rng.uniform(np.log(SLOWEST), np.log(FASTEST)))
    angle, turn, approach = rng.uniform(0, 2 * np.pi), *rng.normal(0, (TURN, APPROACH))
    way = speed * np.array([np.cos(angle), np.sin(angle)])
    shake = rng.normal(0, SHAKE, (FRAMES, 2)).cumsum(axis=0)
    middle = _middle(picture, speed, rng)
    return [
        _seen(
            picture, middle + SHRINK * (way * t + shaken), turn * t, SHRINK * np.exp(approach * t)
        )
        for t, shaken in zip(np.arange(FRAMES) - (FRAMES - 1) / 2, shake, strict=True)
    ]


def clips(picture: Values, count: int, rng: np.random.Generator) -> Iterator[list[Values]]:
    """The most detailed of `TRIES` clips, so many times."""
    sharp = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _ANTIALIAS)
    for _ in range(count):
        yield max((clip(sharp, rng) for _ in range(TRIES)), key=detail)


def _middle(picture: Values, speed: float, rng: np.random.Generator) -> Values:
    """Where the camera is in the middle of a clip: as far from the border as it will go."""
    reach = (0.75 * SIDE + speed * FRAMES) * SHRINK
    sides = picture.shape[1], picture.shape[0]
    return np.array([rng.uniform(min(reach, s / 2), max(s - reach, s / 2)) for s in sides])


def _seen(picture: Values, at: Values, turned: float, shrink: float) -> Values:
    """One frame, `uint8`: what lies around a place."""
    cos, sin = shrink * np.cos(turned), shrink * np.sin(turned)
    turn = np.array([[cos, -sin], [sin, cos]])
    corner = at - turn @ np.full(2, (SIDE - 1) / 2)
    frame = cv2.warpAffine(
        picture,
        np.column_stack([turn, corner]),
        (SIDE, SIDE),
        flags=cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return np.clip(np.rint(frame), 0, 255).astype(np.uint8)


def make(pictures: Path, out: Path, count: int, seed: int) -> int:
    """Write clips of every picture of a folder and those below; returns how many.

    Raises:
        SystemExit: if there is no picture.
    """
    files = sorted(f for f in pictures.rglob("*") if f.suffix.lower() in READ_SUFFIXES)
    if not files:
        sys.exit(f"{pictures} holds no picture")

    def clips_of(file: Path, rng: np.random.Generator) -> Iterator[list[Values]]:
        return clips(read_picture(file).pixels, count, rng)

    return write_clips(files, clips_of, out, seed)


if __name__ == "__main__":
    sys.exit(run(__doc__.partition("\n")[0], "picture", 10, make))
