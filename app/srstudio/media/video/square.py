"""Pixels that are not square made so."""

from __future__ import annotations

from fractions import Fraction

import cv2

from srstudio.core.frame import Frame, Pixels


def square_size(size: tuple[int, int], sample_aspect: Fraction) -> tuple[int, int]:
    """Width and height in square pixels: one side as it is, the other enlarged.

    Args:
        size: Width and height as stored.
        sample_aspect: Width of a pixel by its height.
    """
    width, height = size
    if sample_aspect >= 1:
        return round(width * sample_aspect), height
    return width, round(height / sample_aspect)


def squared(frame: Frame, sample_aspect: Fraction) -> Frame:
    """A frame in square pixels, by cubic interpolation; the frame itself where it is so already."""
    size = square_size(frame.size, sample_aspect)
    if size == frame.size:
        return frame
    alpha = None if frame.alpha is None else _resized(frame.alpha, size)
    return frame.with_pixels(_resized(frame.pixels, size), alpha)


def _resized(plane: Pixels, size: tuple[int, int]) -> Pixels:
    return cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC)
