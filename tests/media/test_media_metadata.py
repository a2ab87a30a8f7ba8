"""EXIF travels, true to the picture it travels with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

from srstudio.core.frame import Frame
from srstudio.media.still import SaveOptions, decode_picture, read_picture, write_picture

Array = NDArray[Any]

PIXELS = np.random.default_rng(2).integers(0, 256, (24, 17, 3)).astype(np.uint8)
FORMATS = ["a.png", "a.jpg", "a.webp", "a.tiff"]
DEEP = ["a.png", "a.tiff"]


def camera(orientation: int = 1) -> Image.Exif:
    """What a camera writes, in short."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "Maker", "Model 3"
    exif[Base.Software] = "Firmware 1.2"
    exif[Base.Orientation] = orientation
    exif[Base.XResolution] = exif[Base.YResolution] = IFDRational(300, 1)
    exif[Base.ResolutionUnit] = 2
    exif[IFD.Exif] = {
        Base.ExposureTime: IFDRational(1, 250),
        Base.DateTimeOriginal: "2024:05:06 07:08:09",
        Base.ExifImageWidth: 24,
        Base.ExifImageHeight: 17,
        Base.MakerNote: b"secret recipe \0\1\2",
    }
    exif[IFD.GPSInfo] = {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (52.0, 31.0, 12.5)}
    stored = Image.Exif()
    stored.load(exif.tobytes())
    return stored


def block(exif: Image.Exif) -> bytes:
    return exif.tobytes().removeprefix(b"Exif\0\0")


def exif_of_file(path: Path) -> Image.Exif:
    with Image.open(path) as image:
        exif = image.getexif()
        exif.get_ifd(IFD.Exif)
        exif.get_ifd(IFD.GPSInfo)
        return exif


def camera_file(kind: str, orientation: int, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind, exif=camera(orientation), **options)
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_and_reset(kind: str, orientation: int) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = camera_file(kind, orientation, **options)
    frame = decode_picture(data, "photo")
    with Image.open(io.BytesIO(data)) as image:
        expected = ImageOps.exif_transpose(image)
    np.testing.assert_array_equal(frame.pixels, np.asarray(expected))
    exif = Image.Exif()
    assert frame.exif is not None
    exif.load(frame.exif)
    assert exif[Base.Orientation] == 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "raw"])
def test_orientation_is_applied_once_whatever_the_compression(
    compression: str, orientation: int
) -> None:
    bits = PIXELS[..., 0] > 127
    buffer = io.BytesIO()
    options = {"compression": compression, "tiffinfo": {Base.Orientation: orientation}}
    Image.fromarray(bits).convert("1").save(buffer, "TIFF", **options)
    turn: dict[int, Array] = {
        1: bits,
        2: np.fliplr(bits),
        3: np.rot90(bits, 2),
        4: np.flipud(bits),
        5: bits.T,
        6: np.rot90(bits, -1),
        7: np.rot90(bits, 2).T,
        8: np.rot90(bits),
    }
    frame = decode_picture(buffer.getvalue(), "fax")
    np.testing.assert_array_equal(frame.pixels[..., 0] > 127, turn[orientation])


def test_orientation_of_a_jpeg() -> None:
    data = camera_file("JPEG", 6)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(decode_picture(data, "photo").pixels, expected)


@pytest.mark.parametrize("orientation", [5, 8])
def test_orientation_turns_alpha_and_gray_and_16_bits(orientation: int) -> None:
    samples = np.random.default_rng(1).integers(0, 65536, (9, 5, 2)).astype(np.uint16)
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        samples,
        photometric="minisblack",
        planarconfig="contig",
        extrasamples=[2],
        extratags=[(274, 3, 1, orientation, True)],
    )
    frame = decode_picture(buffer.getvalue(), "photo")
    turned = {5: samples.swapaxes(0, 1), 8: np.rot90(samples)}[orientation]
    assert frame.alpha is not None
    np.testing.assert_array_equal(frame.pixels[..., 0], turned[..., 0])
    np.testing.assert_array_equal(frame.alpha, turned[..., 1])


@pytest.mark.parametrize("odd", [0, 9, 77])
def test_an_impossible_orientation_is_ignored(odd: int) -> None:
    exif = camera()
    exif[Base.Orientation] = odd
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", exif=exif)
    np.testing.assert_array_equal(decode_picture(buffer.getvalue(), "photo").pixels, PIXELS)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_exif_is_kept_and_made_true(name: str, deep: bool, tmp_path: Path) -> None:
    pixels = PIXELS.repeat(2, axis=0).repeat(2, axis=1)
    if deep and name in DEEP:
        pixels = pixels.astype(np.uint16) * np.uint16(257)
    path = write_picture(Frame(pixels, exif=block(camera(6))), tmp_path / name)
    exif = exif_of_file(path)
    details, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    assert exif[Base.Make] == "Maker"
    assert exif[Base.Software] == "Firmware 1.2"
    assert exif.get(Base.Orientation, 1) == 1
    assert details[Base.ExposureTime] == IFDRational(1, 250)
    assert details[Base.DateTimeOriginal] == "2024:05:06 07:08:09"
    assert details[Base.MakerNote] == b"secret recipe \0\1\2"
    assert (details[Base.ExifImageWidth], details[Base.ExifImageHeight]) == (34, 48)
    assert place[GPS.GPSLatitude] == (52.0, 31.0, 12.5)
    assert exif[Base.XResolution] == 300


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_exif_survives_a_second_journey(name: str, deep: bool, tmp_path: Path) -> None:
    pixels = PIXELS.astype(np.uint16) * np.uint16(257) if deep and name in DEEP else PIXELS
    path = write_picture(Frame(pixels, exif=block(camera())), tmp_path / name)
    first = read_picture(path)
    second = read_picture(write_picture(first, tmp_path / f"again_{name}"))
    assert first.exif is not None
    assert second.exif == first.exif
    if name != "a.jpg":
        np.testing.assert_array_equal(second.pixels, pixels)


@pytest.mark.parametrize("name", FORMATS)
def test_metadata_can_be_left_out(name: str, tmp_path: Path, p3_profile: bytes) -> None:
    frame = Frame(PIXELS, exif=block(camera()), icc_profile=p3_profile)
    path = write_picture(frame, tmp_path / name, SaveOptions(keep_metadata=False))
    assert Base.Make not in exif_of_file(path)
    again = read_picture(path)
    assert again.icc_profile == p3_profile
    assert b"Maker" not in path.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_thumbnail_is_dropped(name: str, tmp_path: Path) -> None:
    """The second directory of the block: a small JPEG of the picture before."""
    thumbnail = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(thumbnail, "JPEG")
    content = thumbnail.getvalue()
    whole = block(camera())
    order = "little" if whole[:2] == b"II" else "big"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)  # type: ignore[arg-type]

    first = int.from_bytes(whole[4:8], order)  # type: ignore[arg-type]
    entries = int.from_bytes(whole[first : first + 2], order)  # type: ignore[arg-type]
    link = first + 2 + 12 * entries
    offset = len(whole) + len(whole) % 2
    second = number(2, 2)
    second += number(513, 2) + number(4, 2) + number(1, 4) + number(offset + 30, 4)
    second += number(514, 2) + number(4, 2) + number(1, 4) + number(len(content), 4)
    second += bytes(4)
    whole = whole[:link] + number(offset, 4) + whole[link + 4 :]
    whole = whole.ljust(offset, b"\0") + second + content
    with_thumbnail = Image.Exif()
    with_thumbnail.load(whole)
    assert with_thumbnail.get_ifd(IFD.IFD1)[514] == len(content)

    path = write_picture(Frame(PIXELS, exif=whole), tmp_path / name)
    assert exif_of_file(path)[Base.Make] == "Maker"
    assert content[-200:] not in path.read_bytes()


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_malformed_exif_never_stands_in_the_way(draw: st.DataObject) -> None:
    exif = bytearray(block(camera(6)))
    for _ in range(draw.draw(st.integers(1, 6))):
        exif[draw.draw(st.integers(0, len(exif) - 1))] = draw.draw(st.integers(0, 255))
    data = bytes(exif[: draw.draw(st.integers(0, len(exif)))])
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", exif=b"Exif\0\0" + data)
    frame = decode_picture(buffer.getvalue(), "photo")
    assert sorted(frame.size) == [17, 24]


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "exif", [b"", b"nonsense", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff"]
)
def test_malformed_exif_is_not_written(exif: bytes, name: str, deep: bool, tmp_path: Path) -> None:
    pixels = PIXELS.astype(np.uint16) if deep else PIXELS
    path = write_picture(Frame(pixels, exif=exif), tmp_path / name)
    assert read_picture(path).size == (17, 24)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("target", ["a.png", "a.jpg", "a.tiff", "deep.png", "deep.tiff"])
def test_the_resolution_is_kept(kind: str, target: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind, dpi=(300, 150))
    frame = decode_picture(buffer.getvalue(), "scan")
    if "deep" in target:
        frame = frame.quantised(16)
    with Image.open(write_picture(frame, tmp_path / target)) as image:
        assert image.info["dpi"] == pytest.approx((300, 150), abs=0.05)


def test_resolution_per_centimetre(tmp_path: Path) -> None:
    exif = camera()
    exif[Base.XResolution] = exif[Base.YResolution] = IFDRational(100, 1)
    exif[Base.ResolutionUnit] = 3
    with Image.open(write_picture(Frame(PIXELS, exif=block(exif)), tmp_path / "a.png")) as image:
        assert image.info["dpi"] == pytest.approx((254, 254), abs=0.05)


def test_a_plain_picture_gets_no_exif(tmp_path: Path) -> None:
    for name in FORMATS:
        path = write_picture(Frame(PIXELS), tmp_path / name)
        assert read_picture(path).exif is None


def test_the_layout_notes_of_tifffile_do_not_travel(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, PIXELS, photometric="rgb")
    frame = decode_picture(buffer.getvalue(), "picture")
    doubled = frame.with_pixels(PIXELS.repeat(2, axis=0))
    path = write_picture(doubled, tmp_path / "a.tiff")
    assert b"shape" not in path.read_bytes()
    np.testing.assert_array_equal(tifffile.imread(path), doubled.pixels)


def test_exif_too_long_for_a_jpeg_is_left_out(tmp_path: Path) -> None:
    exif = camera()
    exif.get_ifd(IFD.Exif)[Base.MakerNote] = bytes(70_000)
    frame = Frame(PIXELS, exif=block(exif))
    assert read_picture(write_picture(frame, tmp_path / "a.jpg")).size == frame.size
    kept = read_picture(write_picture(frame, tmp_path / "a.png")).exif
    assert kept is not None
    assert len(kept) > 70_000
