"""TIFF strips that tifffile cannot unpack alone, unpacked by libtiff (in Pillow)."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image
from tifffile import COMPRESSION, TiffFile, TiffPage

STRIP_CODECS = (COMPRESSION.LZW, COMPRESSION.ZSTD)

_SHORT, _LONG = 3, 4


def deflated(data: bytes, page: TiffPage) -> io.BytesIO:
    """The TIFF with the strips or tiles of one page deflated, which tifffile unpacks itself.

    Everything else (byte order, predictor, planes, tiles) stays with tifffile, which knows it.
    """
    file = io.BytesIO()
    file.write(data)
    offsets, lengths = [], []
    for index, (offset, length) in enumerate(
        zip(page.dataoffsets, page.databytecounts, strict=True)
    ):
        packed = data[offset : offset + length]
        unpacked = _unpack(packed, int(page.compression), _unpacked_size(page, index))
        offsets.append(file.tell())
        lengths.append(file.write(zlib.compress(unpacked, 0)))
    file.seek(0)
    with TiffFile(file, mode="r+") as copy:
        tags = copy.pages.first.tags
        kind, integer = ("Tile" if page.is_tiled else "Strip"), ("Q" if copy.is_bigtiff else "I")
        tags[f"{kind}Offsets"].overwrite(offsets, dtype=integer)
        tags[f"{kind}ByteCounts"].overwrite(lengths, dtype=integer)
        tags["Compression"].overwrite(int(COMPRESSION.ADOBE_DEFLATE))
    file.seek(0)
    return file


def _unpacked_size(page: TiffPage, index: int) -> int:
    """Bytes of a strip or tile (TIFF 6.0, sections 3 and 15); the last strip may be shorter."""
    separate = page.planarconfig == 2
    samples = 1 if separate else page.samplesperpixel
    if page.is_tiled:
        rows, width = page.tilelength, page.tilewidth
    else:
        strips = -(-page.imagelength // page.rowsperstrip)
        first = (index % strips) * page.rowsperstrip
        rows, width = min(page.rowsperstrip, page.imagelength - first), page.imagewidth
    return int(rows) * (-(-int(width) * int(samples) * int(page.bitspersample) // 8))


def _unpack(packed: bytes, codec: int, size: int) -> bytes:
    """The bytes of one strip: read as a picture that is `size` gray pixels wide and 1 high."""
    entries = [
        (256, _LONG, size),
        (257, _LONG, 1),
        (258, _SHORT, 8),
        (259, _SHORT, codec),
        (262, _SHORT, 1),
        (273, _LONG, 8 + 2 + 9 * 12 + 4),
        (277, _SHORT, 1),
        (278, _LONG, 1),
        (279, _LONG, len(packed)),
    ]
    header = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    header += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    with Image.open(io.BytesIO(header + bytes(4) + packed), formats=("TIFF",)) as image:
        return np.asarray(image).tobytes()
