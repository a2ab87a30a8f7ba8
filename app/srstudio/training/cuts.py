"""Where one shot of a film ends and another begins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from srstudio.core.frame import Pixels

_SIZE = 32, 18  # of the thumbnails that are compared
_LEAST = 20.0  # levels of 255
_TIMES = 3.0


def cuts(frames: Sequence[Pixels]) -> list[int]:
    """Numbers of the frames that begin another shot.

    A frame does where the thumbnails differ much from one frame to the next, and several times
    as much as they mostly do, so that fast motion is not mistaken for a cut.

    Args:
        frames: `height x width x 3`, `uint8`, in order.
    """
    small = [cv2.resize(f, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32) for f in frames]
    steps = [np.abs(b - a).mean() for a, b in pairwise(small)]
    limit = max(_LEAST, _TIMES * float(np.median(steps))) if steps else 0.0
    return [number for number, step in enumerate(steps, start=1) if step > limit]
