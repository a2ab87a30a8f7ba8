"""EXIF: kept, with its orientation applied and its sizes true."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image
from PIL.ExifTags import IFD, Base

from srstudio.core.frame import Pixels

PREFIX = b"Exif\0\0"
_UPRIGHT = 1


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow warns about every odd tag of somebody's camera; nobody can act on that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parse(block: bytes) -> Image.Exif | None:
    """The block as Pillow's mapping; None where it is malformed."""
    exif = Image.Exif()
    try:
        with quiet():
            exif.load(block)
            exif.get_ifd(IFD.Exif)
            exif.get_ifd(IFD.GPSInfo)
    except Exception:  # Pillow's parser raises whatever the broken bytes lead it to
        return None
    return exif


def serialised(exif: Image.Exif) -> bytes | None:
    """The mapping as a block without prefix; None where it is empty or cannot be written."""
    try:
        with quiet():
            return exif.tobytes().removeprefix(PREFIX) if len(exif) else None
    except Exception:  # as in `parse`: values of impossible types
        return None


def upright(block: bytes | None, dpi: tuple[float, float] | None) -> tuple[int, bytes | None]:
    """The orientation (1 to 8) that is to be applied, and the block that is true afterwards.

    A resolution that the file states elsewhere is added to the block. A malformed block is
    dropped; an embedded thumbnail is, too.
    """
    exif = parse(block) if block else Image.Exif()
    if exif is None:
        exif = Image.Exif()
    orientation = exif.get(Base.Orientation, _UPRIGHT)
    if Base.Orientation in exif:
        exif[Base.Orientation] = _UPRIGHT
    if dpi and Base.XResolution not in exif:
        exif[Base.XResolution], exif[Base.YResolution] = dpi
        exif[Base.ResolutionUnit] = 2
    valid = isinstance(orientation, int) and 1 <= orientation <= 8
    return orientation if valid else _UPRIGHT, serialised(exif)


def resized(block: bytes | None, width: int, height: int) -> Image.Exif | None:
    """The block for a picture of that size: orientation 1, sizes updated; None if malformed."""
    exif = parse(block) if block else None
    if not exif:
        return None
    if Base.Orientation in exif:
        exif[Base.Orientation] = _UPRIGHT
    for tag, value in ((Base.ImageWidth, width), (Base.ImageLength, height)):
        if tag in exif:
            exif[tag] = value
    details = exif.get_ifd(IFD.Exif)
    if details:
        details[Base.ExifImageWidth], details[Base.ExifImageHeight] = width, height
    return exif


def dpi_of(exif: Image.Exif) -> tuple[float, float] | None:
    """Pixels per inch, across and down, where the block states them."""
    per_inch = {2: 1.0, 3: 2.54}.get(exif.get(Base.ResolutionUnit, 2))
    try:
        across, down = float(exif[Base.XResolution]), float(exif[Base.YResolution])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if per_inch is None or not (0 < across < 1e5 and 0 < down < 1e5):
        return None
    return across * per_inch, down * per_inch


def apply_orientation(samples: Pixels, orientation: int) -> Pixels:
    """Samples `height x width x channels` turned upright (TIFF 6.0, tag 274)."""
    if orientation in (5, 6, 7, 8):
        samples = samples.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    return np.ascontiguousarray(samples)
