"""Colour profiles, against their formulas."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from srstudio.core.frame import Frame
from srstudio.media.color import colour_space, to_srgb_8bit
from srstudio.media.still import decode_picture, read_picture, write_picture

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

# From XYZ (white point D50) to linear light of the IEC 61966-2-1 primaries, by Bradford.
XYZ_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
# The columns of the test profile (conftest.py), as numbers.
P3_TO_XYZ = np.array(
    [
        [0.515102, 0.291965, 0.157153],
        [0.241182, 0.692236, 0.066582],
        [-0.001050, 0.041882, 0.784378],
    ]
)


def srgb_code(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light in [0, 1] as sRGB levels of 255 (IEC 61966-2-1)."""
    linear = linear.clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def colours(seed: int = 0, shape: tuple[int, int] = (40, 50)) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3)).astype(np.uint8)


def test_without_a_profile_the_values_are_shown() -> None:
    pixels = colours()
    assert to_srgb_8bit(Frame(pixels)) is pixels
    wide = pixels.astype(np.uint16) * np.uint16(257)
    np.testing.assert_array_equal(to_srgb_8bit(Frame(wide)), pixels)
    np.testing.assert_array_equal(
        to_srgb_8bit(Frame(pixels.astype(np.float32) / np.float32(255))), pixels
    )


def test_srgb_is_shown_as_it_is() -> None:
    pixels = colours()
    assert to_srgb_8bit(Frame(pixels, icc_profile=SRGB)) is pixels


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_another_rgb_profile_is_transformed(p3_profile: bytes, dtype: Any) -> None:
    pixels = colours()
    linear = (pixels / 255.0) ** 1.8
    expected = srgb_code(linear @ (XYZ_TO_SRGB @ P3_TO_XYZ).T)
    scale = {np.uint8: 1, np.uint16: 257}.get(dtype)
    stored = pixels.astype(dtype) * dtype(scale) if scale else pixels.astype(dtype) / dtype(255)
    shown = to_srgb_8bit(Frame(stored, icc_profile=p3_profile))
    assert shown.dtype == np.uint8
    assert shown.flags.writeable
    assert np.abs(shown - expected).max() < 2.0
    assert np.abs(shown.astype(int) - pixels).max() > 20


def test_a_gray_profile_is_transformed(gray_profile: bytes) -> None:
    levels = np.broadcast_to(np.arange(256, dtype=np.uint8)[:, None, None], (256, 2, 3)).copy()
    shown = to_srgb_8bit(Frame(levels, gray=True, icc_profile=gray_profile))
    expected = srgb_code((np.arange(256) / 255.0) ** 1.8)
    assert np.abs(shown - expected[:, None, None]).max() < 1.5
    assert np.abs(shown.astype(int) - levels).max() > 10


@pytest.mark.parametrize("broken", [b"", b"nonsense", SRGB[:200], SRGB[:128] + bytes(400)])
def test_a_broken_profile_shows_the_values(broken: bytes) -> None:
    pixels = colours()
    np.testing.assert_array_equal(to_srgb_8bit(Frame(pixels, icc_profile=broken)), pixels)


def test_spaces(p3_profile: bytes, gray_profile: bytes, cmyk_profile: bytes) -> None:
    spaces = [colour_space(each) for each in (p3_profile, gray_profile, cmyk_profile, b"text")]
    assert spaces == ["RGB", "GRAY", "CMYK", ""]


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.webp", "a.jpg", "deep.png", "deep.tiff"])
def test_the_profile_of_a_picture_is_kept_byte_for_byte(
    name: str, p3_profile: bytes, tmp_path: Path
) -> None:
    pixels = colours().astype(np.uint16) * np.uint16(257) if "deep" in name else colours()
    path = write_picture(Frame(pixels, icc_profile=p3_profile), tmp_path / name)
    assert read_picture(path).icc_profile == p3_profile
    with Image.open(path) as image:
        assert image.info["icc_profile"] == p3_profile
    if name != "a.jpg":
        np.testing.assert_array_equal(read_picture(path).pixels, pixels)


@pytest.mark.parametrize("kind", ["png", "tiff", "jpg"])
def test_a_gray_profile_stays_with_gray_pictures(
    kind: str, gray_profile: bytes, tmp_path: Path
) -> None:
    pixels = np.repeat(colours()[..., :1], 3, axis=2)
    frame = Frame(pixels, gray=True, icc_profile=gray_profile)
    path = write_picture(frame, tmp_path / f"gray.{kind}")
    assert read_picture(path).icc_profile == gray_profile


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.webp", "a.jpg"])
def test_a_gray_profile_is_not_put_into_an_rgb_file(
    name: str, gray_profile: bytes, tmp_path: Path
) -> None:
    coloured = Frame(colours(), gray=True, icc_profile=gray_profile)
    with Image.open(write_picture(coloured, tmp_path / name)) as image:
        assert image.mode == "RGB"
        assert "icc_profile" not in image.info


def cmyk_file(kind: str, inks: NDArray[np.uint8], **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(buffer, kind, **options)
    return buffer.getvalue()


def flat_inks() -> NDArray[np.uint8]:
    """Patches of 16x16 pixels, so that JPEG keeps them: each ink empty or full."""
    inks = np.stack(np.meshgrid(*[[0, 255]] * 4, indexing="ij"), axis=-1).reshape(1, 16, 4)
    return inks.astype(np.uint8).repeat(16, axis=0).repeat(16, axis=1)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 100}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})],
)
def test_cmyk_without_a_profile_by_the_plain_formula(kind: str, options: dict[str, Any]) -> None:
    inks = flat_inks()
    frame = decode_picture(cmyk_file(kind, inks, **options), "print")
    ink = inks / 255.0
    expected = 255 * (1 - ink[..., :3]) * (1 - ink[..., 3:])
    assert np.abs(frame.pixels - expected).max() < 4
    assert frame.icc_profile is None


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_by_its_profile(kind: str, cmyk_profile: bytes) -> None:
    inks = flat_inks()
    options = {"quality": 100} if kind == "JPEG" else {}
    data = cmyk_file(kind, inks, icc_profile=cmyk_profile, **options)
    frame = decode_picture(data, "print")
    lightness = 100 - (inks / 255.0) @ np.array([10, 20, 30, 40])
    f = (lightness + 16) / 116
    luminance = np.where(lightness > 8, f**3, lightness / 903.3)
    expected = srgb_code(luminance)[..., None]
    assert np.abs(frame.pixels - expected).max() < 4
    assert frame.icc_profile is None


def test_adobe_ycck_is_read_like_cmyk() -> None:
    """Transform 2 of Adobe's marker: CMYK is stored inverted, and of that C, M, Y as YCbCr.

    The YCbCr of T.871 stands for 255 less the stored C, M and Y, that is, for the inks.
    """
    inks = flat_inks()
    coded = np.asarray(Image.fromarray(inks[..., :3]).convert("YCbCr"))
    stored = np.dstack([coded, 255 - inks[..., 3]])
    data = bytearray(cmyk_file("JPEG", 255 - stored, quality=100))  # Pillow inverts once more
    assert data[data.index(b"Adobe") + 11] == 0
    data[data.index(b"Adobe") + 11] = 2
    frame = decode_picture(bytes(data), "print")
    ink = inks / 255.0
    expected = 255 * (1 - ink[..., :3]) * (1 - ink[..., 3:])
    assert np.abs(frame.pixels - expected).max() < 6
    opencv = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert opencv is not None
    assert np.abs(frame.pixels.astype(int) - opencv).max() < 6


def test_a_broken_cmyk_profile_is_as_good_as_none(cmyk_profile: bytes) -> None:
    broken = cmyk_profile[:128] + bytes(200)
    frame = decode_picture(cmyk_file("TIFF", flat_inks(), icc_profile=broken), "print")
    plain = decode_picture(cmyk_file("TIFF", flat_inks()), "print")
    np.testing.assert_array_equal(frame.pixels, plain.pixels)
