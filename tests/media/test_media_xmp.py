"""XMP travels from any format to any other, true to the picture it travels with."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from srstudio.core.frame import Frame
from srstudio.media.still import SaveOptions, decode_picture, read_picture, write_picture
from srstudio.media.xmp import LONGEST_IN_JPEG, packet, resized

PIXELS = np.random.default_rng(2).integers(0, 256, (24, 17, 3)).astype(np.uint8)
FORMATS = ["a.png", "a.jpg", "a.webp", "a.tiff"]
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"
 tiff:ImageWidth='17' exif:PixelYDimension = "24" photoshop:City="Zürich 17">
<tiff:ImageLength>24</tiff:ImageLength><exif:PixelXDimension> 17 </exif:PixelXDimension>
<dc:creator><rdf:Seq><rdf:li>Ann Ö.</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def with_xmp(kind: str, xmp: bytes = XMP) -> bytes:
    """A file as another program writes it."""
    buffer = io.BytesIO()
    image = Image.fromarray(PIXELS)
    if kind == "TIFF":
        tifffile.imwrite(buffer, PIXELS, extratags=[(700, 1, len(xmp), xmp, True)])
    elif kind == "PNG":
        info = PngInfo()
        info.add_itxt("Comment", "another")
        info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
        image.save(buffer, kind, pnginfo=info)
    else:
        image.save(buffer, kind, xmp=xmp)
    return buffer.getvalue()


def stored(path: Path) -> bytes:
    """What an independent reader finds in a file."""
    if path.suffix == ".tiff":
        with tifffile.TiffFile(path) as file:
            value = file.pages.first.tags[700].value
            assert isinstance(value, bytes)
            return value
    with Image.open(path) as image:
        image.load()
        found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
        return found.encode() if isinstance(found, str) else bytes(found)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_it_is_read(kind: str) -> None:
    assert decode_picture(with_xmp(kind), "photo").xmp == XMP


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_it_is_written_with_the_size_and_place_of_the_new_picture(
    tmp_path: Path, name: str, deep: bool
) -> None:
    pixels = PIXELS.repeat(2, axis=0).repeat(3, axis=1)
    frame = Frame(pixels.astype(np.uint16) * 257 if deep else pixels, xmp=XMP)
    path = write_picture(frame, tmp_path / name)
    expected = XMP.replace(b'Orientation="6"', b'Orientation="1"')
    for old, new in (
        (b"ImageWidth='17'", b"ImageWidth='51'"),
        (b'PixelYDimension = "24"', b'PixelYDimension = "48"'),
        (b"<tiff:ImageLength>24<", b"<tiff:ImageLength>48<"),
        (b"Dimension> 17 <", b"Dimension> 51 <"),
    ):
        assert old in expected
        expected = expected.replace(old, new)
    assert stored(path) == expected
    assert read_picture(path).xmp == expected


def test_it_can_be_left_out(tmp_path: Path) -> None:
    options = SaveOptions(keep_metadata=False)
    for name in FORMATS:
        assert (
            read_picture(write_picture(Frame(PIXELS, xmp=XMP), tmp_path / name, options)).xmp
            is None
        )


def test_a_jpeg_goes_without_what_it_cannot_hold(tmp_path: Path) -> None:
    long = XMP + b" " * (LONGEST_IN_JPEG + 1 - len(XMP))
    assert read_picture(write_picture(Frame(PIXELS, xmp=long), tmp_path / "a.jpg")).xmp is None
    assert read_picture(write_picture(Frame(PIXELS, xmp=long[:-1]), tmp_path / "b.jpg")).xmp
    kept = read_picture(write_picture(Frame(PIXELS, xmp=long), tmp_path / "a.png")).xmp
    assert kept is not None
    assert len(kept) == len(long)


@pytest.mark.parametrize(
    "odd", [None, b"", b"\xff<x:xmpmeta", b"no packet", 7, b"<x:xmpmeta" + bytes(17 << 20)]
)
def test_what_is_no_packet_is_left_out(odd: object) -> None:
    assert packet(odd) is None
    assert resized(None, 3, 4) is None


def test_a_damaged_chunk_costs_the_packet_and_not_the_picture() -> None:
    body = b"iTXtXML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP)[:-40]
    broken = body[:40] + b"\xff\xff" + body[42:]
    chunk = struct.pack(">I", len(broken) - 4) + broken + struct.pack(">I", zlib.crc32(broken))
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG")
    data = buffer.getvalue()
    frame = decode_picture(data[:33] + chunk + data[33:], "photo")
    assert frame.xmp is None
    np.testing.assert_array_equal(frame.pixels, PIXELS)
