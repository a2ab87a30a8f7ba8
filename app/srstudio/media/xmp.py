"""XMP packets (ISO 16684-1): title, author, rights, keywords; kept, and true to their picture."""

from __future__ import annotations

import re

LONGEST = 16 << 20
LONGEST_IN_JPEG = 65_502  # of one segment; the rest of longer ones would need ExtendedXMP
PNG_KEYWORD = b"XML:com.adobe.xmp"
TIFF_TAG = 700

_START = (b"<x:xmpmeta", b"<rdf:RDF", b"<?xpacket")
_WIDTHS = ("tiff:ImageWidth", "exif:PixelXDimension")
_HEIGHTS = ("tiff:ImageLength", "exif:PixelYDimension")


def packet(stored: object) -> bytes | None:
    """What a file stores as a packet, where it is one: UTF-8 with the elements of XMP."""
    if isinstance(stored, str):
        stored = stored.encode()
    if not isinstance(stored, bytes) or len(stored) > LONGEST:
        return None
    stored = stored.strip(b"\0")
    if not any(start in stored[:4096] for start in _START):
        return None
    try:
        stored.decode()
    except UnicodeDecodeError:
        return None
    return stored


def resized(xmp: bytes | None, width: int, height: int) -> bytes | None:
    """The packet for an upright picture of that size: what it states of both is made true.

    Properties are written as attributes or as elements; nothing else of the packet changes.
    """
    if xmp is None:
        return None
    true = {"tiff:Orientation": 1, **dict.fromkeys(_WIDTHS, width)}
    true |= dict.fromkeys(_HEIGHTS, height)
    for name, value in true.items():
        written, key = str(value).encode(), re.escape(name.encode())
        xmp = re.sub(key + rb"""(\s*=\s*["'])\d+(?=["'])""", _as(name, written), xmp)
        xmp = re.sub(key + rb"(\s*>\s*)\d+(?=\s*<)", _as(name, written), xmp)
    return xmp


def _as(name: str, value: bytes) -> bytes:
    """The replacement: the name, what was between it and the value, the value."""
    return name.encode() + rb"\g<1>" + value
