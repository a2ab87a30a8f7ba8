"""TIFF out: tifffile writes it; the EXIF directories are appended."""

from __future__ import annotations

import io
import struct
from typing import Any

import tifffile
from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from srstudio.media import xmp
from srstudio.media.metadata import parse
from srstudio.media.raster import Raster

_CLASSIC_LIMIT = 4_000_000_000  # bytes that 32-bit offsets reach, with room for directories
_BYTE, _ASCII, _LONG = 1, 2, 4
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
        extratags=[*_texts(exif), *_xmp(raster.xmp)],
    )
    tiff = file.getvalue()
    return _with_directories(tiff, directories) if directories else tiff


def _texts(exif: Image.Exif | None) -> list[tuple[Any, ...]]:
    values = {tag: exif[tag] for tag in _TEXTS if tag in exif} if exif else {}
    return [
        (int(tag), _ASCII, 0, text.encode("ascii", "replace"), True)
        for tag, text in values.items()
        if isinstance(text, str)
    ]


def _xmp(packet: bytes | None) -> list[tuple[Any, ...]]:
    return [(xmp.TIFF_TAG, _BYTE, len(packet), packet, True)] if packet else []


def _directories(exif: Image.Exif) -> dict[int, dict[int, Any]]:
    return {int(tag): content for tag in _DIRECTORIES if (content := exif.get_ifd(tag))}


def _with_directories(tiff: bytes, directories: dict[int, dict[int, Any]]) -> bytes:
    """A classic little-endian TIFF of one page with further directories, which tifffile refuses.

    They go to the end, and after them the first directory once more, now with their tags
    (TIFF 6.0, section 2: 12 bytes an entry, ascending tags, directories on word boundaries).
    """
    (first,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, first)
    entries = [tiff[start : start + 12] for start in range(first + 2, first + 2 + 12 * count, 12)]
    parts = [bytes(len(tiff) % 2)]
    end = len(tiff) + len(tiff) % 2
    for tag, content in directories.items():
        entries.append(struct.pack("<HHII", tag, _LONG, 1, end))
        directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0")
        directory.update(content)
        stored = directory.tobytes(end)
        parts.append(stored + bytes(len(stored) % 2))
        end += len(parts[-1])
    entries.sort(key=lambda entry: struct.unpack_from("<H", entry))
    parts += [struct.pack("<H", len(entries)), *entries, bytes(4)]
    return b"".join([tiff[:4], struct.pack("<I", end), tiff[8:], *parts])
