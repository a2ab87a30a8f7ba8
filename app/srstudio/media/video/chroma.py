"""Chroma between its own grid and that of luma, bilinear, in float32.

Positions as in Rec. ITU-T H.273, figure 1. Vertically a chroma sample lies between two rows of
luma. Horizontally it lies on an even column ("left": MPEG-2 and all that came after), or between
two columns ("centre": JPEG, MPEG-1).
"""

from __future__ import annotations

from typing import Literal, cast

import cv2
import numpy as np

from srstudio.core.frame import FloatPixels

Siting = Literal["left", "centre"]


def enlarged(plane: FloatPixels, columns: int, rows: int, siting: Siting = "left") -> FloatPixels:
    """A chroma plane with so many times its columns and rows, each a power of two."""
    while rows > 1:
        plane, rows = _doubled_between(plane), rows // 2
    while columns > 1:
        plane = _doubled_on(plane) if siting == "left" else _transposed(plane)
        columns //= 2
    return plane


def _doubled_between(plane: FloatPixels) -> FloatPixels:
    """Twice the rows; a sample lies between two new ones."""
    padded = cv2.copyMakeBorder(plane, 1, 1, 0, 0, cv2.BORDER_REPLICATE)
    near, far = padded[1:-1] * np.float32(0.75), padded * np.float32(0.25)
    doubled = np.empty((2 * plane.shape[0], plane.shape[1]), np.float32)
    np.add(near, far[:-2], out=doubled[0::2])
    np.add(near, far[2:], out=doubled[1::2])
    return doubled


def _transposed(plane: FloatPixels) -> FloatPixels:
    return np.ascontiguousarray(_doubled_between(np.ascontiguousarray(plane.T)).T)


def _doubled_on(plane: FloatPixels) -> FloatPixels:
    """Twice the columns; a sample lies on an even new one."""
    padded = cv2.copyMakeBorder(plane, 0, 0, 0, 1, cv2.BORDER_REPLICATE)
    between = cv2.addWeighted(padded[:, :-1], 0.5, padded[:, 1:], 0.5, 0.0)
    return cast(FloatPixels, cv2.merge([plane, between]).reshape(plane.shape[0], -1))


def halved_columns(plane: FloatPixels) -> FloatPixels:
    """Every even column, smoothed by (1, 2, 1) / 4: left siting."""
    padded = cv2.copyMakeBorder(plane, 0, 0, 1, 1, cv2.BORDER_REPLICATE)
    middle = cv2.addWeighted(padded[:, :-2:2], 0.25, padded[:, 2::2], 0.25, 0.0)
    return cast(FloatPixels, cv2.addWeighted(plane[:, ::2], 0.5, middle, 1.0, 0.0))


def halved_rows(plane: FloatPixels) -> FloatPixels:
    """The mean of every two rows."""
    return cast(FloatPixels, cv2.addWeighted(plane[0::2], 0.5, plane[1::2], 0.5, 0.0))
