"""Frames as FFmpeg decodes them made RGB, by the matrix and range that they are meant in.

Rec. ITU-R BT.601, BT.709 and BT.2020; code values of Rec. ITU-T H.273, clause 8.3. The exact
affine map of each pixel, rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import Frame, Pixels, peak
from srstudio.media.video.chroma import Siting, enlarged
from srstudio.media.video.colour import LUMA, Colour
from srstudio.media.video.planes import Layout, planar, samples

_EXACT = 12  # bits of samples whose weighted sums `uint16` holds
STRIP = 64  # rows at a time: what is worked on stays in the processor's cache

Affine = NDArray[np.float64]


def to_frame(source: av.VideoFrame, colour: Colour, siting: Siting = "left") -> Frame:
    """The picture of a decoded frame, without its time.

    Args:
        source: Of any pixel format.
        colour: What its numbers mean.
        siting: Where chroma samples lie.

    Returns:
        `uint8` where the samples have 8 bits, else `uint16` over its whole range.
    """
    source, layout = planar(source)
    deep = layout.bits > 8
    pixels = np.empty((source.height, source.width, 3), np.uint16 if deep else np.uint8)
    planes = [samples(source.planes[number], layout.bits) for number in layout.order]
    work = _Conversion(planes, _affine(layout, colour, peak(pixels)), siting, layout.bits)
    for top in range(0, source.height, STRIP):
        rows = slice(top, min(top + STRIP, source.height))
        _settle(work.rgb(rows), pixels[rows])
    alpha = None if layout.alpha is None else samples(source.planes[layout.alpha], layout.bits)
    return Frame(pixels, None if alpha is None else _opacity(alpha, layout), len(planes) == 1)


@dataclass(frozen=True, slots=True)
class _Conversion:
    """Makes strips of planes RGB.

    Attributes:
        planes: Luma and chroma, or R, G and B, or gray.
        affine: 3 x 4, or 3 x 2 for gray: from samples and 1 to RGB.
        siting: Where chroma samples lie.
        bits: Of the samples.
    """

    planes: Sequence[Pixels]
    affine: Affine
    siting: Siting
    bits: int

    def rgb(self, rows: slice) -> Pixels:
        """RGB of some rows: `uint16`, or float32 where sums of samples need more room."""
        strips, gains = zip(*(self._strip(plane, rows) for plane in self.planes), strict=True)
        return np.asarray(cv2.transform(cv2.merge(strips), self.affine / [*gains, 1]))

    def _strip(self, plane: Pixels, rows: slice) -> tuple[Pixels, int]:
        """Rows of a plane on the grid of luma, and by what they are multiplied."""
        height, width = self.planes[0].shape
        lines, columns = _factor(height, plane.shape[0]), _factor(width, plane.shape[1])
        begin = max(rows.start // lines - 1, 0)
        dtype = np.uint16 if self.bits <= _EXACT else np.float32
        part = plane[begin : -(-rows.stop // lines) + 1].astype(dtype)
        whole, gain = enlarged(part, columns, lines, self.siting)
        return whole[rows.start - begin * lines : rows.stop - begin * lines, :width], gain


def _settle(rgb: Pixels, into: Pixels) -> None:
    """What was computed as integers is rounded and not below zero."""
    if rgb.dtype == np.float32:
        store(rgb, into)
    elif into.dtype == np.uint8:
        cv2.convertScaleAbs(rgb, dst=into)
    else:
        into[...] = rgb


def store(values: Pixels, into: Pixels, top: float | None = None) -> None:
    """Round float values into an integer array, from 0 to `top`, its type's largest if None."""
    np.rint(values, out=values)
    np.clip(values, 0, peak(into) if top is None else top, out=values)
    into[...] = values


def _factor(luma: int, chroma: int) -> int:
    """1, 2 or 4: how many samples of luma there are for one of chroma."""
    return next(factor for factor in (1, 2, 4, 8) if -(-luma // factor) <= chroma)


def _affine(layout: Layout, colour: Colour, top: float) -> Affine:
    """3 x 4: from samples and 1 to RGB of 0 to `top`."""
    if layout.is_rgb:
        scale = top / (2**layout.bits - 1)
        return np.hstack([np.eye(3) * scale, np.zeros((3, 1))])
    matrix = _from_luma(colour) if len(layout.order) == 3 else np.ones((3, 1))
    scale, offset = code_values(layout.bits, full_range=colour.full_range)
    count = matrix.shape[1]
    linear = top * matrix / scale[:count]
    return np.hstack([linear, -linear @ offset[:count, None]])


def _from_luma(colour: Colour) -> Affine:
    """3 x 3: from luma in [0, 1] and chroma differences in [-0.5, 0.5] to RGB in [0, 1]."""
    return np.asarray(np.linalg.inv(to_luma(colour)), np.float64)


def to_luma(colour: Colour) -> Affine:
    """3 x 3: from RGB in [0, 1] to luma in [0, 1] and chroma differences in [-0.5, 0.5]."""
    red, blue = LUMA[colour.matrix if colour.matrix != "rgb" else "bt709"]
    luma = np.array([red, 1.0 - red - blue, blue])
    cb = (np.array([0.0, 0.0, 1.0]) - luma) / (2.0 * (1.0 - blue))
    cr = (np.array([1.0, 0.0, 0.0]) - luma) / (2.0 * (1.0 - red))
    return np.stack([luma, cb, cr])


def code_values(bits: int, *, full_range: bool) -> tuple[Affine, Affine]:
    """By how much luma, Cb and Cr are multiplied, and what is added, to be stored."""
    middle = 2.0 ** (bits - 1)
    if full_range:
        return np.full(3, 2.0**bits - 1.0), np.array([0.0, middle, middle])
    unit = 2.0 ** (bits - 8)
    return np.array([219.0, 224.0, 224.0]) * unit, np.array([16.0 * unit, middle, middle])


def _opacity(alpha: Pixels, layout: Layout) -> Pixels:
    """Alpha is of full range always."""
    if layout.bits in (8, 16):
        return alpha.copy()
    opacity = np.empty(alpha.shape, np.uint16)
    store(alpha.astype(np.float32) * np.float32(65535 / (2**layout.bits - 1)), opacity)
    return opacity
