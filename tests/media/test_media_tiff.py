"""The corners of TIFF: compressions, byte orders, planes, alpha, float, pages."""

from __future__ import annotations

import io
import struct
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from srstudio.core.errors import InputError
from srstudio.media.still import decode_picture

Array = NDArray[Any]


def noise(shape: tuple[int, ...], dtype: Any, seed: int = 1) -> Array:
    rng = np.random.default_rng(seed)
    return rng.integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def tiff(samples: Array, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, **{"photometric": "rgb", **options})
    return buffer.getvalue()


def pillow_tiff(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    "options",
    [
        {"compression": "zlib", "predictor": True},
        {"compression": "lzma"},
        {"byteorder": ">"},
        {"byteorder": ">", "compression": "zlib", "predictor": True},
        {"tile": (32, 16), "compression": "zlib"},
        {"rowsperstrip": 7},
        {"bigtiff": True},
    ],
    ids=str,
)
def test_layouts(dtype: Any, options: dict[str, Any]) -> None:
    samples = noise((45, 33, 3), dtype)
    frame = decode_picture(tiff(samples, **options), "picture")
    np.testing.assert_array_equal(frame.pixels, samples)
    assert frame.pixels.dtype == dtype


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_planes(dtype: Any) -> None:
    samples = noise((45, 33, 3), dtype)
    data = tiff(np.moveaxis(samples, 2, 0), planarconfig="separate")
    np.testing.assert_array_equal(decode_picture(data, "picture").pixels, samples)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("predictor", [1, 2])
def test_lzw(dtype: Any, channels: int, predictor: int) -> None:
    samples = noise((200, 133, channels), dtype)
    samples[40:80] = 7  # long runs, so that the codes grow and start anew
    lzw = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    written, data = cv2.imencode(".tiff", samples, [*lzw, cv2.IMWRITE_TIFF_ROWSPERSTRIP, 9])
    assert written
    frame = decode_picture(data.tobytes(), "picture")
    expected = samples[..., [2, 1, 0]] if channels > 1 else samples[..., [0, 0, 0]]
    np.testing.assert_array_equal(frame.pixels, expected)
    if channels == 4:
        np.testing.assert_array_equal(frame.alpha, samples[..., 3])


@pytest.mark.parametrize("compression", ["tiff_lzw", "zstd", "packbits", "tiff_deflate"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16", "P"])
def test_compressions_of_pillow(compression: str, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(noise((60, 50), np.uint16))
    else:
        image = Image.fromarray(noise((60, 50, 4), np.uint8)).convert(
            "RGB" if mode == "P" else mode
        )
        image = image.convert(mode)
    frame = decode_picture(pillow_tiff(image, compression=compression), "picture")
    if mode == "I;16":
        np.testing.assert_array_equal(frame.pixels[..., 0], np.asarray(image))
        return
    rgba = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(frame.pixels, rgba[..., :3])
    if "A" in mode:
        np.testing.assert_array_equal(frame.alpha, rgba[..., 3])


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_fax(compression: str) -> None:
    image = Image.fromarray(noise((40, 64), np.uint8)).convert("1")
    frame = decode_picture(pillow_tiff(image, compression=compression), "picture")
    np.testing.assert_array_equal(frame.pixels[..., 0], np.asarray(image) * np.uint8(255))
    assert frame.gray


def test_jpeg_in_tiff() -> None:
    ramp = np.broadcast_to(np.linspace(0, 255, 64).astype(np.uint8)[:, None, None], (64, 48, 3))
    data = pillow_tiff(Image.fromarray(ramp.copy()), compression="jpeg")
    assert np.abs(decode_picture(data, "picture").pixels.astype(int) - ramp).max() < 8


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_zero(dtype: Any) -> None:
    samples = noise((20, 30), dtype)
    frame = decode_picture(tiff(samples, photometric="miniswhite"), "picture")
    np.testing.assert_array_equal(frame.pixels[..., 0], np.iinfo(dtype).max - samples)
    assert frame.gray


@pytest.mark.parametrize("kind", ["unassalpha", "unspecified"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_alpha_beside_the_colour(kind: str, dtype: Any) -> None:
    samples = noise((20, 30, 4), dtype)
    frame = decode_picture(tiff(samples, extrasamples=[kind]), "picture")
    np.testing.assert_array_equal(frame.pixels, samples[..., :3])
    np.testing.assert_array_equal(frame.alpha, samples[..., 3])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_premultiplied_colour_is_divided(dtype: Any, channels: int) -> None:
    top = float(np.iinfo(dtype).max)
    colour = noise((20, 30, channels), dtype)
    alpha = noise((20, 30, 1), dtype, 2)
    alpha[0], alpha[1] = 0, top
    stored = np.round(colour * (alpha / top)).astype(dtype)
    options = {} if channels == 3 else {"photometric": "minisblack", "planarconfig": "contig"}
    data = tiff(np.dstack([stored, alpha]), extrasamples=["assocalpha"], **options)
    frame = decode_picture(data, "picture")
    np.testing.assert_array_equal(frame.alpha, alpha[..., 0])
    np.testing.assert_array_equal(frame.pixels[1], np.broadcast_to(colour[1], (30, 3)))
    assert not frame.pixels[0].any()
    tolerance = 0.5 * top / np.maximum(alpha.astype(float), 1) + 0.5
    off = np.abs(frame.pixels[..., :channels].astype(float) - colour)
    assert (off <= tolerance)[alpha[..., 0] > 0].all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_float_within_zero_to_one(dtype: Any) -> None:
    samples = np.random.default_rng(0).random((12, 13, 3)).astype(dtype)
    frame = decode_picture(tiff(samples), "picture")
    assert frame.pixels.dtype == np.float32
    np.testing.assert_array_equal(frame.pixels, samples.astype(np.float32))


@pytest.mark.parametrize("value", [-0.5, 1.5, np.nan, np.inf])
def test_float_beyond_is_told(value: float) -> None:
    samples = np.full((4, 4, 3), 0.5, np.float32)
    samples[1, 2, 0] = value
    with pytest.raises(InputError, match=r"picture holds values outside 0 to 1; scale them"):
        decode_picture(tiff(samples), "picture")


def test_the_first_page_of_many() -> None:
    pages = noise((3, 20, 30, 3), np.uint8)
    np.testing.assert_array_equal(decode_picture(tiff(pages), "picture").pixels, pages[0])


def test_a_16_bit_palette_map() -> None:
    colours = noise((3, 256), np.uint16)
    indices = noise((9, 8), np.uint8)
    data = tiff(indices, photometric="palette", colormap=colours)
    np.testing.assert_array_equal(decode_picture(data, "picture").pixels, colours.T[indices])


@pytest.mark.parametrize("dtype", [np.uint32, np.int16, np.float64])
def test_depths_out_of_the_contract_are_told(dtype: Any) -> None:
    with pytest.raises(InputError, match=r"picture holds \d\d-bit samples .*; save it with 8"):
        decode_picture(tiff(np.ones((5, 6, 3), dtype)), "picture")


def test_lab_is_told() -> None:
    data = tiff(noise((5, 6, 3), np.uint8), photometric="cielab")
    with pytest.raises(InputError, match="picture is a TIFF of the colour kind CIELAB; save it as"):
        decode_picture(data, "picture")


def test_a_volume_is_told() -> None:
    data = tiff(
        noise((16, 32, 32), np.uint8), photometric="minisblack", volumetric=True, tile=(16, 16, 16)
    )
    with pytest.raises(InputError, match="picture holds a volume"):
        decode_picture(data, "picture")


def handmade(strips: list[bytes], tags: dict[int, int | list[int]]) -> bytes:
    """A little-endian TIFF of these strips; every value as LONG, small colour maps as SHORT."""
    data, offsets = bytearray(b"II*\0\0\0\0\0"), []
    for strip in strips:
        offsets.append(len(data))
        data += strip + bytes(len(strip) % 2)
    tags = {**tags, 273: offsets, 279: [len(strip) for strip in strips]}
    entries = []
    for tag, value in sorted(tags.items()):
        values = value if isinstance(value, list) else [value]
        code, letter = (3, "H") if tag in (258, 320) else (4, "I")
        content = struct.pack(f"<{len(values)}{letter}", *values).ljust(4, b"\0")
        if len(content) > 4:
            entries.append(struct.pack("<HHII", tag, code, len(values), len(data)))
            data += content
        else:
            entries.append(struct.pack("<HHI", tag, code, len(values)) + content)
    data[4:8] = struct.pack("<I", len(data))
    return bytes(data) + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)


def handmade_rows(samples: Array, bits: int) -> bytes:
    rows = ["".join(f"{value:0{bits}b}" for value in row) for row in samples.tolist()]
    rows = [row + "0" * (-len(row) % 8) for row in rows]
    text = "".join(rows)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def few_bits(
    samples: Array, bits: int, kind: int, more: dict[int, int | list[int]] | None = None
) -> bytes:
    height, width = samples.shape
    tags: dict[int, int | list[int]] = {256: width, 257: height, 258: bits, 259: 1, 262: kind}
    tags |= {277: 1, 278: height, **(more or {})}
    return handmade([handmade_rows(samples, bits)], tags)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("kind", [0, 1])
def test_gray_of_few_bits(bits: int, kind: int) -> None:
    samples = np.random.default_rng(bits).integers(0, 2**bits, (9, 13)).astype(np.uint8)
    full = samples * (255 // (2**bits - 1))
    frame = decode_picture(few_bits(samples, bits, kind), "picture")
    np.testing.assert_array_equal(frame.pixels[..., 0], full if kind else 255 - full)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palettes_of_few_bits(bits: int) -> None:
    samples = np.random.default_rng(bits).integers(0, 2**bits, (9, 13)).astype(np.uint8)
    colours = noise((3, 2**bits), np.uint8)
    colour_map = (colours.astype(int) * 257).ravel().tolist()
    data = few_bits(samples, bits, 3, {320: colour_map})
    np.testing.assert_array_equal(decode_picture(data, "picture").pixels, colours.T[samples])


def test_12_bits_are_told_or_read_but_never_dark() -> None:
    samples = np.full((4, 6), 4095, np.uint16)
    with pytest.raises(InputError, match=r"^picture "):
        decode_picture(few_bits(samples, 12, 1), "picture")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_planes_in_lzw_strips_whose_last_is_short(dtype: Any) -> None:
    samples = noise((20, 33, 3), dtype)
    strips = []
    options = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, 2]
    for plane in np.moveaxis(samples, 2, 0):
        rows = [*options, cv2.IMWRITE_TIFF_ROWSPERSTRIP, 9]
        data = cv2.imencode(".tiff", np.ascontiguousarray(plane), rows)[1].tobytes()
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages.first
            assert page.rowsperstrip == 9
            places = zip(page.dataoffsets, page.databytecounts, strict=True)
            strips += [data[start : start + length] for start, length in places]
    assert len(strips) == 9
    bits = [samples.itemsize * 8] * 3
    tags: dict[int, int | list[int]] = {
        256: 33,
        257: 20,
        258: bits,
        259: 5,
        262: 2,
        277: 3,
        278: 9,
        284: 2,
        317: 2,
    }
    frame = decode_picture(handmade(strips, tags), "picture")
    np.testing.assert_array_equal(frame.pixels, samples)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.7, 0.95])
@pytest.mark.parametrize("compression", ["tiff_lzw", "zstd", "packbits", "raw", "jpeg"])
def test_truncation_is_told(compression: str, part: float) -> None:
    data = pillow_tiff(Image.fromarray(noise((90, 80, 3), np.uint8)), compression=compression)
    with pytest.raises(InputError, match="picture is damaged, cut short"):
        decode_picture(data[: int(len(data) * part)], "picture")
