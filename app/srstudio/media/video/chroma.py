"""Chroma between its own grid and that of luma, bilinear.

Positions as in Rec. ITU-T H.273, figure 1. Vertically a chroma sample lies between two rows of
luma. Horizontally it lies on an even column ("left": MPEG-2 and all that came after), or between
two columns ("centre": JPEG, MPEG-1).
"""

from __future__ import annotations

from typing import Literal, cast

import cv2
import numpy as np

from srstudio.core.frame import Pixels

Siting = Literal["left", "centre"]


def enlarged(plane: Pixels, columns: int, rows: int, siting: Siting = "left") -> tuple[Pixels, int]:
    """A chroma plane with so many times its columns and rows, each a power of two.

    Returns:
        The plane of the same type, and by what its values are multiplied: integers stay exact
        that way, where the type has room for them.
    """
    gain = 1
    while rows > 1:
        plane, gain, rows = _doubled_between(plane), gain * 4, rows // 2
    while columns > 1 and siting == "left":
        plane, gain, columns = _doubled_on(plane), gain * 2, columns // 2
    while columns > 1:
        plane, gain, columns = (
            _transposed(_doubled_between(_transposed(plane))),
            gain * 4,
            columns // 2,
        )
    return plane, gain


def _doubled_between(plane: Pixels) -> Pixels:
    """Twice the rows, times 4; a sample lies between two new ones."""
    padded = cv2.copyMakeBorder(plane, 1, 1, 0, 0, cv2.BORDER_REPLICATE)
    near = padded[1:-1] * plane.dtype.type(3)
    doubled = np.empty((2 * plane.shape[0], plane.shape[1]), plane.dtype)
    np.add(near, padded[:-2], out=doubled[0::2])
    np.add(near, padded[2:], out=doubled[1::2])
    return doubled


def _doubled_on(plane: Pixels) -> Pixels:
    """Twice the columns, times 2; a sample lies on an even new one."""
    padded = cv2.copyMakeBorder(plane, 0, 0, 0, 1, cv2.BORDER_REPLICATE)
    pairs = cv2.merge([plane + plane, plane + padded[:, 1:]])
    return cast(Pixels, pairs.reshape(plane.shape[0], -1))


def _transposed(plane: Pixels) -> Pixels:
    return np.ascontiguousarray(plane.T)


def halved_columns(plane: Pixels) -> Pixels:
    """Every even column of float values, smoothed by (1, 2, 1) / 4: left siting."""
    padded = cv2.copyMakeBorder(plane, 0, 0, 1, 1, cv2.BORDER_REPLICATE)
    middle = cv2.addWeighted(padded[:, :-2:2], 0.25, padded[:, 2::2], 0.25, 0.0)
    return cv2.addWeighted(plane[:, ::2], 0.5, middle, 1.0, 0.0)


def halved_rows(plane: Pixels) -> Pixels:
    """The mean of every two rows of float values."""
    return cv2.addWeighted(plane[0::2], 0.5, plane[1::2], 0.5, 0.0)
