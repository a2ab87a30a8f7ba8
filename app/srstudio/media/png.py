"""PNG: strict reading (every checksum), and the 16-bit files that Pillow cannot write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from srstudio.core.frame import Pixels
from srstudio.media import xmp
from srstudio.media.raster import Raster, UnreadableError, check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_CORE = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_COLOUR_TYPES = {1: _GRAY, 2: _GRAY_ALPHA, 3: _RGB, 4: _RGBA}
_METRE = 0.0254  # of an inch
_PROFILE_LIMIT = 32 << 20
_BAND = 4 << 20  # bytes filtered at a time


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    depth: int
    colour_type: int


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of every chunk to the end mark, each with its checksum verified."""
    view, position = memoryview(data), len(SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        end = position + 8 + length
        if end + 4 > len(data):
            break
        if zlib.crc32(view[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise UnreadableError("is damaged (a checksum is wrong)", "get a fresh copy of it")
        kind = bytes(view[position + 4 : position + 8])
        yield kind, view[position + 8 : end]
        if kind == b"IEND":
            return
        position = end + 4
    raise UnreadableError("is cut short", "get a complete copy of it")


def _chunk(kind: bytes, content: bytes | memoryview) -> bytes:
    body = kind + bytes(content)
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def decode(data: bytes) -> Raster:
    """Samples, profile, EXIF, XMP and resolution of a PNG; the first picture of an animated one.

    The decoder of the pixels gets the picture's own chunks only: it neither warns about, nor
    acts on, anything else in the file.

    Raises:
        UnreadableError: if it is cut short, damaged or too large.
    """
    header = _header(data)
    wanted = (*_CORE, b"tRNS") if header.colour_type == _PALETTE else _CORE
    core, others = [SIGNATURE], dict[bytes, bytes]()
    described = None
    for kind, content in _chunks(data):
        if kind in wanted:
            core.append(_chunk(kind, content))
        elif kind == b"iTXt":
            described = described or _xmp(bytes(content))
        else:
            others[kind] = bytes(content)
    samples = _samples(b"".join(core), header.colour_type)
    if b"tRNS" in others and header.colour_type in (_GRAY, _RGB):
        samples = _with_colour_key(samples, header.depth, others[b"tRNS"])
    return Raster(
        samples,
        icc_profile=_profile(others.get(b"iCCP")),
        exif=others.get(b"eXIf"),
        dpi=_dpi(others.get(b"pHYs")),
        xmp=described,
    )


def _header(data: bytes) -> _Header:
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise UnreadableError("is cut short or damaged", "get a fresh copy of it")
    header = _Header(*struct.unpack_from(">IIBB", data, 16))
    check_size(header.width, header.height)
    return header


def _samples(data: bytes, colour_type: int) -> Pixels:
    """By OpenCV, which knows 16-bit colour and, unlike Pillow, insists on every row."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise UnreadableError("is damaged", "get a fresh copy of it")
    if decoded.ndim == 2:
        return decoded[..., None]
    if colour_type == _GRAY_ALPHA:
        return decoded[..., [0, 3]]
    order = cv2.COLOR_BGR2RGB if decoded.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    return cv2.cvtColor(decoded, order)


def _with_colour_key(samples: Pixels, depth: int, content: bytes) -> Pixels:
    """Samples with an alpha channel that is empty where they equal the transparent colour."""
    key = np.frombuffer(content, ">u2").astype(np.uint16)[: samples.shape[2]]
    if depth < 8:
        key = key * np.uint16(255 // (2**depth - 1))  # as the samples were expanded
    top = np.iinfo(samples.dtype).max
    alpha = np.where((samples == key).all(axis=2), 0, top).astype(samples.dtype)
    return np.dstack([samples, alpha])


def _profile(content: bytes | None) -> bytes | None:
    if content is None:
        return None
    compressed = content.partition(b"\0")[2][1:]
    try:
        return _inflated(compressed, _PROFILE_LIMIT) or None
    except zlib.error:
        return None


def _xmp(content: bytes) -> bytes | None:
    """The packet in an iTXt chunk, if it is one: keyword, compression, language, text."""
    keyword, _, rest = content.partition(b"\0")
    if keyword != xmp.PNG_KEYWORD or len(rest) < 2:
        return None
    compressed, text = rest[0], rest[2:].split(b"\0", 2)[-1]
    try:
        return xmp.packet(_inflated(text, xmp.LONGEST + 1) if compressed else text)
    except zlib.error:
        return None


def _inflated(data: bytes, most: int) -> bytes:
    return zlib.decompressobj().decompress(data, most)


def _dpi(content: bytes | None) -> tuple[float, float] | None:
    if content is None or len(content) != 9 or content[8] != 1:
        return None
    across, down = struct.unpack(">II", content[:8])
    return across * _METRE, down * _METRE


def encode_16(raster: Raster) -> bytes:
    """A 16-bit PNG of one to four channels, with profile, EXIF, XMP and resolution.

    PNG specification (third edition): big-endian samples, filter type 1 (Sub), deflate.
    """
    height, width, channels = raster.samples.shape
    parts = [
        SIGNATURE,
        _chunk(
            b"IHDR", struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
        ),
    ]
    if raster.icc_profile:
        parts.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(raster.icc_profile)))
    if raster.dpi:
        across, down = (round(dpi / _METRE) for dpi in raster.dpi)
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if raster.exif:
        parts.append(_chunk(b"eXIf", raster.exif.removeprefix(b"Exif\0\0")))
    if raster.xmp:
        parts.append(_chunk(b"iTXt", xmp.PNG_KEYWORD + b"\0\0\0\0\0" + raster.xmp))
    parts += [_chunk(b"IDAT", block) for block in _deflated(raster.samples) if block]
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _deflated(samples: Pixels) -> Iterator[bytes]:
    height, width, channels = samples.shape
    rows = max(1, _BAND // (width * channels * 2))
    compressor = zlib.compressobj(strategy=zlib.Z_RLE)  # as small on photographs, and faster
    for top in range(0, height, rows):
        yield compressor.compress(_sub_filtered(samples[top : top + rows]).tobytes())
    yield compressor.flush()


def _sub_filtered(samples: Pixels) -> NDArray[np.uint8]:
    """Rows of bytes, each the difference from the byte one pixel to the left."""
    height, width, channels = samples.shape
    stored = np.ascontiguousarray(samples, ">u2").view(np.uint8)
    stored = stored.reshape(height, width, channels * 2)
    filtered = np.ones((height, 1 + width * channels * 2), np.uint8)
    body = filtered[:, 1:].reshape(height, width, channels * 2)
    body[:, 0] = stored[:, 0]
    np.subtract(stored[:, 1:], stored[:, :-1], out=body[:, 1:])
    filtered[:, 1:] = body.reshape(height, -1)
    return filtered
