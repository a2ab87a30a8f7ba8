"""Pictures out: checked first, encoded in memory, written atomically."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from srstudio.core.errors import OutputError, UsageError
from srstudio.core.files import refuse_existing, write_bytes
from srstudio.core.frame import BitDepth, Frame, Pixels, quantise
from srstudio.media import pillow, png, xmp
from srstudio.media.color import fitting_profile
from srstudio.media.metadata import dpi_of, resized, serialised
from srstudio.media.raster import Raster
from srstudio.media.tiff_writing import encode as encode_tiff

WRITE_FORMATS = ("png", "jpeg", "webp", "tiff")

_FORMAT_OF_SUFFIX = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
}
WRITE_SUFFIXES = frozenset(_FORMAT_OF_SUFFIX)
_TITLES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF"}
_HAS_16_BITS = ("png", "tiff")
_LONGEST_SIDE = {"jpeg": 65_500, "webp": 16_383}


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """How a picture is written.

    Attributes:
        format: One of `WRITE_FORMATS`; None takes it from the suffix.
        bit_depth: 8 or 16; None is that of the frame, or 8 where the format has no 16.
        quality: Of JPEG and of lossy WebP, 1 to 100.
        lossless: WebP keeps every value.
        keep_metadata: EXIF, XMP and resolution are kept (the colour profile always is).
        overwrite: An existing file may be replaced.
        flatten: Where the format has no alpha, the picture is laid on white.
    """

    format: str | None = None
    bit_depth: Literal[8, 16] | None = None
    quality: int = 95
    lossless: bool = True
    keep_metadata: bool = True
    overwrite: bool = False
    flatten: bool = False


def check_writable(
    path: Path, options: SaveOptions, size: tuple[int, int], *, transparent: bool
) -> None:
    """Say before the work what would make `write_picture` refuse a picture after it.

    Args:
        path: Where it is to be written.
        options: How.
        size: Width and height it will have.
        transparent: Whether it has alpha.

    Raises:
        UsageError: if the options contradict each other.
        OutputError: if the format cannot hold such a picture, or the name is taken.
    """
    kind = _format(path, options)
    _check_depth(kind, options)
    _check_fit(path, kind, options, size, transparent=transparent)
    if not options.overwrite:
        refuse_existing(path)


def write_picture(frame: Frame, path: Path, options: SaveOptions = SaveOptions()) -> Path:
    """Write a frame: complete or not at all, and never over an existing file unless asked to.

    A gray frame becomes a single-channel file (WebP has none). Values, profile and EXIF are
    written as they are; sizes in EXIF and XMP become those of the frame.

    Returns:
        The path that was written.

    Raises:
        UsageError: if the options contradict each other.
        OutputError: if the format cannot hold the frame, the name is taken, or writing fails.
    """
    check_writable(path, options, frame.size, transparent=frame.alpha is not None)
    kind = _format(path, options)
    depth = _depth(frame, kind, options)
    data = _encoded(_raster(frame, kind, depth, options), path.name, kind, options)
    write_bytes(path, data, overwrite=options.overwrite)
    return path


def _format(path: Path, options: SaveOptions) -> str:
    if options.format is not None and options.format not in WRITE_FORMATS:
        raise UsageError(
            f"{options.format!r} is no format of pictures here", f"use {', '.join(WRITE_FORMATS)}"
        )
    kind = options.format or _FORMAT_OF_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise OutputError(
            f"{path.name} has no suffix of a format that can be written",
            f"use {', '.join(_FORMAT_OF_SUFFIX)}",
        )
    if not 1 <= options.quality <= 100:
        raise UsageError(f"the quality {options.quality} is out of range", "use 1 to 100")
    return kind


def _check_depth(kind: str, options: SaveOptions) -> None:
    if options.bit_depth == 16 and kind not in _HAS_16_BITS:
        raise UsageError(
            f"{_TITLES[kind]} holds 8 bits a channel, not 16", "choose PNG or TIFF, or 8 bits"
        )


def _depth(frame: Frame, kind: str, options: SaveOptions) -> BitDepth:
    return (options.bit_depth or frame.bit_depth) if kind in _HAS_16_BITS else 8


def _check_fit(
    path: Path, kind: str, options: SaveOptions, size: tuple[int, int], *, transparent: bool
) -> None:
    longest = _LONGEST_SIDE.get(kind)
    if longest is not None and max(size) > longest:
        raise OutputError(
            f"{path.name} would be {size[0]}x{size[1]}, and {_TITLES[kind]} ends at "
            f"{longest} pixels a side",
            "choose PNG or TIFF",
        )
    if kind == "jpeg" and transparent and not options.flatten:
        raise OutputError(
            f"{path.name} cannot be a JPEG: the picture has transparency",
            "choose PNG, WebP or TIFF, or have it laid on white",
        )


def _raster(frame: Frame, kind: str, depth: BitDepth, options: SaveOptions) -> Raster:
    samples = _samples(frame, kind, depth)
    profile = fitting_profile(frame.icc_profile, gray=samples.shape[2] < 3)
    if not options.keep_metadata:
        return Raster(samples, profile)
    described = xmp.resized(frame.xmp, *frame.size)
    exif = resized(frame.exif, *frame.size)
    if exif is None:
        return Raster(samples, profile, xmp=described)
    return Raster(samples, profile, serialised(exif), dpi_of(exif), described)


def _samples(frame: Frame, kind: str, depth: BitDepth) -> Pixels:
    """The samples as the format stores them, `height x width x channels`."""
    alpha = None if frame.alpha is None else quantise(frame.alpha, depth)
    colour = quantise(frame.pixels, depth)
    if alpha is not None and kind == "jpeg":
        colour, alpha = _on_white(colour, alpha), None
    if frame.gray and kind != "webp" and (colour == colour[..., :1]).all():
        colour = colour[..., :1]
    return colour if alpha is None else np.dstack([colour, alpha])


def _on_white(colour: Pixels, alpha: Pixels) -> Pixels:
    """8-bit colour laid on white; rounds half up."""
    opacity = alpha[..., None].astype(np.uint32)
    laid = (colour * opacity + 255 * (255 - opacity) + 127) // 255
    return laid.astype(np.uint8)


def _encoded(raster: Raster, name: str, kind: str, options: SaveOptions) -> bytes:
    try:
        return _encode(raster, kind, options)
    except MemoryError as error:
        raise OutputError(
            f"{name} needs more memory than is free", "close other programs"
        ) from error
    except (OSError, ValueError, struct.error) as error:
        raise OutputError(
            f"{name} cannot be written as {_TITLES[kind]} ({error})", "choose another format"
        ) from error


def _encode(raster: Raster, kind: str, options: SaveOptions) -> bytes:
    if kind == "tiff":
        return encode_tiff(raster)
    if raster.samples.dtype == np.uint16:
        return png.encode_16(raster)
    return pillow.encode(raster, kind, quality=options.quality, lossless=options.lossless)
