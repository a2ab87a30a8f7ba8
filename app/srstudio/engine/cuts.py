"""Where one shot of a clip ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import cv2
import numpy as np

from srstudio.core.frame import FloatPixels, Frame, peak

_SIZE = (64, 36)  # a frame is looked at in these columns and rows
_BLOCK = (16, 12)  # parts of it that are looked for in the frame before
_REACH = (12, 8)  # as far away as this
_NOISE = 4.0  # levels of 255: where a part has less in it, it says nothing
_LIKE = 0.6  # mean correlation of the parts from which on they are taken to be the same ones


def is_cut(before: Frame, after: Frame) -> bool:
    """Whether a frame shows something else than the one before it.

    Depends on these two frames alone. What moved, or became brighter or darker, is the same.
    """
    return _differ(_thumbnail(before), _thumbnail(after))


def shots(frames: Iterable[Frame], begin: int = 0) -> Iterator[tuple[int, Iterator[Frame]]]:
    """The frames of a clip shot by shot; nothing is read before it is needed.

    Args:
        frames: In order.
        begin: Number of the first.

    Yields:
        The number of a shot's first frame, and its frames, which are gone once the next shot is
        asked for.
    """
    for start, shot in groupby(_marked(frames, begin), itemgetter(0)):
        yield start, (frame for _, frame in shot)


def _marked(frames: Iterable[Frame], begin: int) -> Iterator[tuple[int, Frame]]:
    """Each frame with the number of the first of its shot."""
    before, start = None, begin
    for number, frame in enumerate(frames, begin):
        now = _thumbnail(frame)
        if before is not None and _differ(before, now):
            start = number
        before = now
        yield start, frame


def _thumbnail(frame: Frame) -> FloatPixels:
    """What is left of a frame: green, small, 0 to 255."""
    green = np.ascontiguousarray(frame.pixels[..., 1])
    small = cv2.resize(green, _SIZE, interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) * np.float32(255.0 / peak(frame.pixels))


def _differ(before: FloatPixels, after: FloatPixels) -> bool:
    """Whether the parts of a thumbnail are not found in another one."""
    (width, height), (across, down) = _BLOCK, _REACH
    around = cv2.copyMakeBorder(before, down, down, across, across, cv2.BORDER_REPLICATE)
    total = found = 0.0
    for top in range(0, _SIZE[1], height):
        for left in range(0, _SIZE[0], width):
            block = after[top : top + height, left : left + width]
            field = around[top : top + height + 2 * down, left : left + width + 2 * across]
            weight = max(float(block.std()) - _NOISE, 0.0)
            total += weight
            if weight:
                match = cv2.matchTemplate(field, block, cv2.TM_CCOEFF_NORMED)
                found += weight * float(match.max())
    if total == 0.0:
        return abs(float(before.mean() - after.mean())) > 64 or float(before.std()) > 4 * _NOISE
    return found < _LIKE * total
