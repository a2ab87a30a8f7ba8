"""Pictures in: told apart by content, decoded, turned upright."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media import pillow, png, tiff_reading
from srstudio.media.color import fitting_profile
from srstudio.media.metadata import apply_orientation, upright
from srstudio.media.raster import Raster, UnreadableError

READ_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"})

_HEAD = 32  # bytes that tell a format
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)


def read_picture(path: Path) -> Frame:
    """The picture in a file: PNG, JPEG, TIFF, WebP or BMP, by content, whatever its name says.

    Values are as stored (no colour conversion but for CMYK, which becomes sRGB), orientation is
    applied, EXIF, XMP and profile travel along. 16-bit files give `uint16`, float TIFFs `float32`.

    Raises:
        InputError: if there is no such file, or it cannot be read as a picture.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            kind = "a folder" if path.is_dir() else "not a file"
            raise InputError(f"{path} is {kind}", "choose a picture file")
        with path.open("rb") as file:
            head = file.read(_HEAD)
            _decoder(head, path.name)  # before a huge file of another kind is read
            return decode_picture(head + file.read(), path.name)
    except OSError as error:
        causes = {FileNotFoundError: "does not exist", PermissionError: "may not be read by you"}
        cause = causes.get(type(error), f"cannot be read ({error.strerror or error})")
        raise InputError(f"{path} {cause}", "check the name and its permissions") from error


def decode_picture(data: bytes, name: str) -> Frame:
    """The picture in the bytes of a file; `name` stands for it in errors.

    Raises:
        InputError: if the bytes cannot be read as a picture.
    """
    decoder = _decoder(data[:_HEAD], name)
    try:
        return _frame(decoder(data))
    except UnreadableError as error:
        raise InputError(f"{name} {error.cause}", error.advice) from error
    except MemoryError as error:
        raise InputError(
            f"{name} needs more memory than is free", "close other programs or use a smaller one"
        ) from error
    except Exception as error:  # four libraries, each with its own kinds, on unknown bytes
        raise InputError(
            f"{name} is damaged, cut short or of an unusual kind", "get a fresh copy of it"
        ) from error


def _frame(raster: Raster) -> Frame:
    orientation, exif = upright(raster.exif, raster.dpi)
    samples = apply_orientation(raster.samples, orientation)
    channels = samples.shape[2]
    gray = channels < 3
    alpha = samples[..., -1].copy() if channels in (2, 4) else None
    colour = np.ascontiguousarray(samples[..., : 1 if gray else 3])
    if gray:
        colour = cv2.cvtColor(colour, cv2.COLOR_GRAY2RGB)
    profile = fitting_profile(raster.icc_profile, gray=gray)
    return Frame(colour, alpha, gray, profile, exif, raster.xmp)


def _decoder(head: bytes, name: str) -> Callable[[bytes], Raster]:
    """What reads a file that begins like this.

    Raises:
        InputError: if it is empty or no picture of a known format.
    """
    if not head:
        raise InputError(f"{name} is empty (zero bytes)", "get a fresh copy of it")
    if head.startswith(png.SIGNATURE):
        return png.decode
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return tiff_reading.decode
    is_bmp = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    if is_bmp or is_webp or head.startswith(b"\xff\xd8\xff"):
        return pillow.decode
    raise InputError(
        f"{name} is not a picture that SR Studio reads", "use PNG, JPEG, TIFF, WebP or BMP"
    )
