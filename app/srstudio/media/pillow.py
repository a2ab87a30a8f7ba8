"""What Pillow reads and writes for us: JPEG, WebP, BMP, and 8-bit PNG."""

from __future__ import annotations

import io
import zlib
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from srstudio.core.frame import Pixels
from srstudio.media import xmp
from srstudio.media.color import cmyk_to_rgb
from srstudio.media.metadata import PREFIX
from srstudio.media.raster import Raster, UnreadableError, check_size

# `check_size` looks at every picture before it is decoded; Pillow's own guard, which can only be
# set for the whole process, would warn about pictures that are merely large.
Image.MAX_IMAGE_PIXELS = None

_LONGEST_JPEG_EXIF = 65_533 - len(PREFIX)


def samples_of(image: Image.Image, profile: bytes | None = None) -> Pixels:
    """`height x width x channels` of a picture of any mode; CMYK becomes sRGB."""
    if image.mode == "CMYK":
        image = cmyk_to_rgb(image, profile)
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "LA", "I;16", "RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return np.asarray(image).reshape(image.height, image.width, -1)


def decode(data: bytes) -> Raster:
    """JPEG, WebP and BMP; of an animation the first picture.

    Raises:
        UnreadableError: if it is too large.
        Exception: whatever Pillow raises for damaged or incomplete data.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg_end(data)
    with Image.open(io.BytesIO(data), formats=("JPEG", "WEBP", "BMP")) as image:
        check_size(*image.size)
        info = image.info
        profile = info.get("icc_profile")
        samples = samples_of(image, profile)
        described = xmp.packet(info.get("xmp"))
        return Raster(samples, profile, info.get("exif"), info.get("dpi"), described)


def _check_jpeg_end(data: bytes) -> None:
    """Refuse a JPEG without its end mark: libjpeg makes gray of what an unfinished copy lacks.

    ITU-T T.81, annex B: segments with their lengths up to the first scan.
    """
    position = 2
    while data[position + 1 : position + 2] not in (b"\xda", b""):
        is_fill = data[position + 1] == 0xFF
        position += 1 if is_fill else 2 + int.from_bytes(data[position + 2 : position + 4])
    if data.find(b"\xff\xd9", position) < 0:
        raise UnreadableError("is cut short", "get a complete copy of it")


def encode(raster: Raster, kind: str, *, quality: int, lossless: bool) -> bytes:
    """8-bit PNG, JPEG (4:4:4) or WebP (colour under full transparency kept).

    EXIF and XMP that are too long for a JPEG are left out. Run-length matching makes PNGs
    of photographs as small as full deflate does, several times as fast.
    """
    effort = 50  # beyond, lossless WebP takes twice the time and becomes no smaller
    own: dict[str, dict[str, Any]] = {
        "png": {"compress_type": zlib.Z_RLE},
        "jpeg": {"quality": quality, "subsampling": 0},
        "webp": {"quality": effort if lossless else quality, "lossless": lossless, "exact": True},
    }
    shared: dict[str, Any] = {"icc_profile": raster.icc_profile}
    if raster.exif and (kind != "jpeg" or len(raster.exif) <= _LONGEST_JPEG_EXIF):
        shared["exif"] = PREFIX + raster.exif
    if raster.xmp and kind == "png":
        shared["pnginfo"] = PngInfo()
        shared["pnginfo"].add_itxt(xmp.PNG_KEYWORD.decode(), raster.xmp.decode())
    elif raster.xmp and (kind != "jpeg" or len(raster.xmp) <= xmp.LONGEST_IN_JPEG):
        shared["xmp"] = raster.xmp
    if raster.dpi and kind != "webp":
        shared["dpi"] = raster.dpi
    gray = raster.samples.shape[2] == 1
    samples = np.ascontiguousarray(raster.samples[..., 0] if gray else raster.samples)
    buffer = io.BytesIO()
    Image.fromarray(samples).save(buffer, kind, **shared, **own[kind])
    return buffer.getvalue()
