"""The corners of PNG: few bits, palettes, transparent colours, interlacing."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from srstudio.core.errors import InputError
from srstudio.media.still import decode_picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
]


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def packed(samples: np.ndarray, bits: int) -> bytes:
    """Rows of `height x width x channels` with filter type 0, by the PNG specification."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            content = row.astype(">u2").tobytes()
        else:
            text = "".join(f"{int(value):0{bits}b}" for value in row)
            text += "0" * (-len(text) % 8)
            content = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        rows.append(b"\0" + content)
    return b"".join(rows)


def png(
    samples: np.ndarray, bits: int, colour_type: int, extra: bytes = b"", interlaced: bool = False
) -> bytes:
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, interlaced)
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        body = b"".join(packed(each, bits) for each in passes if each.size)
    else:
        body = packed(samples, bits)
    parts = [chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(body))]
    return SIGNATURE + b"".join(parts) + chunk(b"IEND", b"")


def samples_of(bits: int, channels: int, height: int = 13, width: int = 11) -> np.ndarray:
    rng = np.random.default_rng(bits * 10 + channels)
    kind = np.uint16 if bits == 16 else np.uint8
    return rng.integers(0, 2**bits, (height, width, channels)).astype(kind)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("bits", "colour_type", "channels"),
    [(1, 0, 1), (2, 0, 1), (4, 0, 1), (8, 0, 1), (16, 0, 1)]
    + [(b, t, c) for b in (8, 16) for t, c in ((2, 3), (4, 2), (6, 4))],
)
def test_every_kind_of_sample(bits: int, colour_type: int, channels: int, interlaced: bool) -> None:
    samples = samples_of(bits, channels)
    frame = decode_picture(png(samples, bits, colour_type, interlaced=interlaced), "picture")
    full = samples * np.uint8(255 // (2**bits - 1)) if bits < 8 else samples
    assert frame.pixels.dtype == (np.uint16 if bits == 16 else np.uint8)
    assert frame.gray == (channels < 3)
    np.testing.assert_array_equal(
        frame.pixels, full[..., :3] if channels >= 3 else full[..., [0, 0, 0]]
    )
    if channels in (2, 4):
        np.testing.assert_array_equal(frame.alpha, full[..., -1])
    else:
        assert frame.alpha is None


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("transparent", [False, True])
def test_palettes(bits: int, transparent: bool) -> None:
    indices = samples_of(bits, 1)
    palette = samples_of(8, 3, 1, 2**bits)[0]
    opacity = samples_of(8, 2, 1, 2**bits)[0, :, 0]
    extra = chunk(b"PLTE", palette.tobytes())
    if transparent:
        extra += chunk(b"tRNS", opacity.tobytes())
    frame = decode_picture(png(indices, bits, 3, extra), "picture")
    np.testing.assert_array_equal(frame.pixels, palette[indices[..., 0]])
    assert not frame.gray
    if transparent:
        np.testing.assert_array_equal(frame.alpha, opacity[indices[..., 0]])
    else:
        assert frame.alpha is None


@pytest.mark.parametrize(
    ("bits", "colour_type"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)]
)
def test_a_transparent_colour(bits: int, colour_type: int) -> None:
    samples = samples_of(bits, 3 if colour_type == 2 else 1)
    key = samples[5, 7]
    samples[2, 3] = key
    extra = chunk(b"tRNS", key.astype(">u2").tobytes())
    frame = decode_picture(png(samples, bits, colour_type, extra), "picture")
    assert frame.alpha is not None
    np.testing.assert_array_equal(frame.alpha == 0, (samples == key).all(axis=2))
    assert frame.alpha.max() == (65535 if bits == 16 else 255)
    assert frame.gray == (colour_type == 0)


def test_pixels_are_not_touched_by_gamma_or_srgb_chunks() -> None:
    for bits in (8, 16):
        samples = samples_of(bits, 3)
        extra = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sRGB", b"\0")
        frame = decode_picture(png(samples, bits, 2, extra), "picture")
        np.testing.assert_array_equal(frame.pixels, samples)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("damage", ["checksum", "no end", "few rows", "half a chunk", "no data"])
def test_damage_is_told_and_never_shown_as_gray(bits: int, damage: str) -> None:
    samples = samples_of(bits, 3)
    data = png(samples, bits, 2)
    if damage == "checksum":
        position = data.index(b"IDAT") + 20
        data = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
    elif damage == "no end":
        data = data[:-12]
    elif damage == "few rows":
        short = png(samples[:5], bits, 2)
        data = data[:33] + short[33:]
    elif damage == "half a chunk":
        data = data[: len(data) // 2]
    else:
        data = data[:33] + chunk(b"IEND", b"")
    with pytest.raises(InputError, match="picture"):
        decode_picture(data, "picture")


@pytest.mark.parametrize("kind", [b"iCCP", b"eXIf", b"tEXt"])
def test_damage_beside_the_picture_is_told(kind: bytes) -> None:
    data = png(samples_of(8, 3), 8, 2, chunk(kind, b"twelve bytes"))
    position = data.index(kind) + 6
    data = data[:position] + b"?" + data[position + 1 :]
    with pytest.raises(
        InputError, match=r"picture is damaged \(a checksum is wrong\); get a fresh"
    ):
        decode_picture(data, "picture")


@pytest.mark.parametrize("first", [b"tRNS", b"IDAT", b"PLTE"])
def test_a_file_that_begins_with_another_chunk_than_its_header(first: bytes) -> None:
    with pytest.raises(InputError):
        decode_picture(SIGNATURE + chunk(first, bytes(6)) + chunk(b"IEND", b""), "picture")
