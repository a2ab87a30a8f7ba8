"""TIFF out: tifffile writes it; the EXIF directories are appended."""

from __future__ import annotations

import io
from typing import Any

import tifffile
from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from srstudio.media.metadata import parse
from srstudio.media.raster import Raster

_CLASSIC_LIMIT = 4_000_000_000  # bytes that 32-bit offsets reach, with room for directories
_ASCII, _LONG = 2, 4
_TEXTS = (
    Base.ImageDescription,
    Base.Make,
    Base.Model,
    Base.Software,
    Base.DateTime,
    Base.Artist,
    Base.HostComputer,
    Base.Copyright,
)
_DIRECTORIES = (IFD.Exif, IFD.GPSInfo)


def encode(raster: Raster) -> bytes:
    """A deflated TIFF of one to four channels, 8 or 16 bits, alpha not premultiplied."""
    channels = raster.samples.shape[2]
    exif = parse(raster.exif) if raster.exif else None
    big = raster.samples.nbytes > _CLASSIC_LIMIT
    directories = {} if exif is None or big else _directories(exif)
    file = io.BytesIO()
    tifffile.imwrite(
        file,
        raster.samples if channels > 1 else raster.samples[..., 0],
        bigtiff=big,
        byteorder="<",
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="zlib",
        predictor=True,
        metadata=None,
        software=False,
        iccprofile=raster.icc_profile,
        resolution=raster.dpi,
        resolutionunit="inch" if raster.dpi else None,
        extratags=[*_texts(exif), *((tag, _LONG, 1, 0, True) for tag in directories)],
    )
    _append(file, directories)
    return file.getvalue()


def _texts(exif: Image.Exif | None) -> list[tuple[Any, ...]]:
    values = {tag: exif[tag] for tag in _TEXTS if tag in exif} if exif else {}
    return [
        (int(tag), _ASCII, 0, text.encode("ascii", "replace"), True)
        for tag, text in values.items()
        if isinstance(text, str)
    ]


def _directories(exif: Image.Exif) -> dict[int, dict[int, Any]]:
    return {int(tag): content for tag in _DIRECTORIES if (content := exif.get_ifd(tag))}


def _append(file: io.BytesIO, directories: dict[int, dict[int, Any]]) -> None:
    """Put directories at the end of a classic little-endian TIFF and point its tags at them."""
    for tag, content in directories.items():
        end = file.seek(0, io.SEEK_END)
        offset = end + end % 2  # directories begin on a word boundary (TIFF 6.0, section 2)
        directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0")
        directory.update(content)
        file.write(bytes(offset - end) + directory.tobytes(offset))
        file.seek(0)
        with tifffile.TiffFile(file, mode="r+") as written:
            written.pages.first.tags[tag].overwrite(offset)
