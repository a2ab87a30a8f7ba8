"""Where one shot of a clip ends and the next begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from operator import itemgetter
from typing import Self, cast

import cv2
import numpy as np

from srstudio.core.frame import FloatPixels, Frame, peak

_SIZE = (96, 54)  # columns and rows that a frame is looked at in
_PART = (16, 12)  # of it that is looked for in the other frame
_REACH = (16, 9)  # how far away at most, which is a sixth of the picture
_NOISE = 3.0  # standard deviation, in levels of 255, up to which a part shows nothing
_ALIKE = 0.7  # mean correlation from which on two frames show the same
_CORNERS = tuple(
    product(
        range(_REACH[1], _SIZE[1] - _REACH[1] - _PART[1] + 1, _PART[1]),
        range(_REACH[0], _SIZE[0] - _REACH[0] - _PART[0] + 1, _PART[0]),
    )
)  # rows and columns of the parts: the inside of the picture, without bars around it


def is_cut(before: Frame, after: Frame) -> bool:
    """Whether a frame belongs to another shot than the one before it.

    Depends on these two frames alone. Parts of each are looked for in the other, around where
    they are, by the correlation of their luma: what moves or changes in brightness is found. Bars
    around the picture are not looked at. Frames without structure belong together.
    """
    return _differ(_Look.at(before), _Look.at(after))


def shots(
    frames: Iterable[Frame], begin: int = 0, first: int = 0
) -> Iterator[tuple[int, Iterator[Frame]]]:
    """A clip shot by shot; nothing is read before it is needed.

    Args:
        frames: In order.
        begin: Number of the first of them.
        first: Number of the first that is wanted; shots that end before it are left out.

    Yields:
        The number of a shot's first frame, and its frames, which are gone once the next shot is
        asked for.
    """
    for start, shot in groupby(_marked(frames, begin, first), itemgetter(0)):
        yield start, (frame for _, frame in shot)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a frame looks like from afar.

    Attributes:
        luma: Rows x columns of `_SIZE`, 0 to 255.
        deviation: Standard deviation of every part of `_PART`, by its upper left corner.
    """

    luma: FloatPixels
    deviation: FloatPixels

    @classmethod
    def at(cls, frame: Frame) -> Self:
        """The look of a frame."""
        small = cv2.resize(frame.pixels, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) * np.float32(255.0 / peak(frame.pixels))
        mean, square = (_means(plane) for plane in (luma, luma * luma))
        return cls(luma, np.sqrt(np.maximum(square - mean * mean, 0.0)))


def _means(plane: FloatPixels) -> FloatPixels:
    """The mean of every part, by its upper left corner."""
    means = cast(FloatPixels, cv2.boxFilter(plane, -1, _PART, anchor=(0, 0)))
    return means[: _SIZE[1] - _PART[1] + 1, : _SIZE[0] - _PART[0] + 1]


def _marked(frames: Iterable[Frame], begin: int, first: int) -> Iterator[tuple[int, Frame]]:
    """Each frame with the number of the first of its shot, from the shot of `first` on."""
    lead, before, start = deque[Frame](), None, begin
    for number, frame in enumerate(frames, begin):
        look = _Look.at(frame)
        if before is not None and _differ(before, look):
            start = number
            lead.clear()
        before = look
        lead.append(frame)
        while lead and number >= first:
            yield start, lead.popleft()


def _differ(a: _Look, b: _Look) -> bool:
    """Whether too little of each is found in the other."""
    found = [score for score in (_found(a, b), _found(b, a)) if score is not None]
    return bool(found) and sum(found) < _ALIKE * len(found)


def _found(a: _Look, b: _Look) -> float | None:
    """How well the parts of `a` are found in `b`, 0 to 1; None if they show nothing."""
    total = weights = 0.0
    for top, left in _CORNERS:
        deviation = float(a.deviation[top, left])
        if deviation > _NOISE:
            weights += deviation - _NOISE
            total += (deviation - _NOISE) * _correlation(a, b, top, left)
    return total / weights if weights else None


def _correlation(a: _Look, b: _Look, top: int, left: int) -> float:
    """Of a part of `a` with the part of `b` within reach that is most like it."""
    (width, height), (across, down) = _PART, _REACH
    rows, columns = slice(top - down, top + down + 1), slice(left - across, left + across + 1)
    part = a.luma[top : top + height, left : left + width]
    field = b.luma[rows.start : rows.stop + height - 1, columns.start : columns.stop + width - 1]
    covariance = cv2.matchTemplate(field, part, cv2.TM_CCOEFF) / part.size
    # One level more, so that nothing is found where there is nothing.
    deviations = float(a.deviation[top, left]) * b.deviation[rows, columns] + 1.0
    return float((covariance / deviations).max())
