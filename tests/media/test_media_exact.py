"""What is read and written is what is in the file, by the word of independent programs."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from srstudio.core.frame import Frame, quantise
from srstudio.media.still import SaveOptions, decode_picture, read_picture, write_picture

Array = NDArray[Any]

SIDES = st.integers(1, 40)
SEEDS = st.integers(0, 2**31)


def noise(shape: tuple[int, ...], dtype: Any = np.uint8, seed: int = 3) -> Array:
    """Every value equally likely, full and empty ones certain."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    samples.flat[0] = np.iinfo(dtype).max
    samples.flat[-1] = 0
    return samples


def make_frame(height: int, width: int, dtype: Any, gray: bool, alpha: bool, seed: int) -> Frame:
    pixels = noise((height, width, 1 if gray else 3), dtype, seed)
    transparency = noise((height, width), dtype, seed + 1) if alpha else None
    return Frame(np.repeat(pixels, 3, axis=2) if gray else pixels, transparency, gray)


def assert_same(frame: Frame, other: Frame) -> None:
    assert frame.pixels.dtype == other.pixels.dtype
    np.testing.assert_array_equal(frame.pixels, other.pixels)
    assert (frame.alpha is None) == (other.alpha is None)
    if frame.alpha is not None:
        np.testing.assert_array_equal(frame.alpha, other.alpha)


def samples_by_others(path: Path) -> Array:
    """`height x width x channels` as OpenCV (PNG, WebP) or tifffile (TIFF) reads it."""
    samples: Array | None
    if path.suffix == ".tiff":
        samples = np.asarray(tifffile.imread(path))
        return samples[..., None] if samples.ndim == 2 else samples
    samples = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if samples is None:
        raise AssertionError(f"OpenCV does not read {path}")
    if samples.ndim == 2:
        return samples[..., None]
    return samples[..., [2, 1, 0, 3][: samples.shape[2]]]


@settings(deadline=None, max_examples=120)
@given(
    SIDES,
    SIDES,
    st.sampled_from(["png", "tiff", "webp"]),
    st.sampled_from([np.uint8, np.uint16]),
    st.booleans(),
    st.booleans(),
    SEEDS,
)
def test_lossless_formats_keep_every_value(
    height: int, width: int, kind: str, dtype: Any, gray: bool, alpha: bool, seed: int
) -> None:
    if kind == "webp":
        dtype = np.uint8
    frame = make_frame(height, width, dtype, gray, alpha, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = write_picture(frame, Path(folder) / f"picture.{kind}")
        again = read_picture(path)
        others = samples_by_others(path)
    assert again.gray == (gray and kind != "webp")
    if kind == "webp" and again.alpha is None and frame.alpha is not None:
        assert frame.alpha.min() == 255  # the format leaves out alpha that says nothing
        again = Frame(again.pixels, frame.alpha, again.gray)
    assert_same(frame, again)
    np.testing.assert_array_equal(others[..., 0], frame.pixels[..., 0])
    if others.shape[2] >= 3:
        np.testing.assert_array_equal(others[..., :3], frame.pixels)
    if others.shape[2] in (2, 4) and frame.alpha is not None:
        np.testing.assert_array_equal(others[..., -1], frame.alpha)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("kind", ["png", "tiff", "jpg"])
def test_a_gray_frame_becomes_a_single_channel_file(kind: str, alpha: bool, tmp_path: Path) -> None:
    frame = make_frame(9, 7, np.uint8, True, alpha and kind != "jpg", 1)
    with Image.open(write_picture(frame, tmp_path / f"gray.{kind}")) as image:
        assert image.mode == ("LA" if frame.alpha is not None else "L")


def test_a_colour_picture_that_looks_gray_stays_one(tmp_path: Path) -> None:
    frame = Frame(np.repeat(noise((4, 5, 1)), 3, axis=2))
    again = read_picture(write_picture(frame, tmp_path / "picture.png"))
    assert_same(frame, again)
    assert not again.gray


def test_a_gray_frame_whose_channels_differ_keeps_its_colours(tmp_path: Path) -> None:
    frame = Frame(noise((4, 5, 3)), gray=True)
    again = read_picture(write_picture(frame, tmp_path / "picture.png"))
    assert_same(frame, again)
    assert not again.gray


def test_jpeg_and_lossy_webp_stay_close(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None], ramp[::-1, None]), axis=-1)
    for name, options in (("a.jpg", SaveOptions()), ("a.webp", SaveOptions(lossless=False))):
        again = read_picture(write_picture(Frame(pixels), tmp_path / name, options))
        assert np.abs(again.pixels.astype(int) - pixels).mean() < 2.5


def test_quality_is_heeded(tmp_path: Path) -> None:
    frame = Frame(noise((64, 64, 3)))
    sizes = [
        write_picture(frame, tmp_path / f"{quality}.jpg", SaveOptions(quality=quality))
        .stat()
        .st_size
        for quality in (20, 60, 95)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] * 2 < sizes[2]


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_float_frame_is_quantised_once(kind: str, depth: Any, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).uniform(-0.1, 1.1, (8, 9, 3)).astype(np.float32)
    path = write_picture(Frame(pixels), tmp_path / f"p.{kind}", SaveOptions(bit_depth=depth))
    np.testing.assert_array_equal(read_picture(path).pixels, quantise(pixels, depth))


def test_without_a_wish_a_float_frame_gets_16_bits_where_there_are_16(tmp_path: Path) -> None:
    frame = Frame(np.full((2, 2, 3), 0.3, np.float32))
    assert read_picture(write_picture(frame, tmp_path / "p.png")).pixels[0, 0, 0] == 19661
    assert read_picture(write_picture(frame, tmp_path / "p.webp")).pixels[0, 0, 0] == 77


@settings(deadline=None, max_examples=60)
@given(
    SIDES,
    SIDES,
    st.sampled_from([".png", ".tiff", ".bmp", ".webp"]),
    st.sampled_from([np.uint8, np.uint16]),
    st.sampled_from([1, 3, 4]),
    SEEDS,
)
def test_files_of_opencv_are_read_exactly(
    height: int, width: int, suffix: str, dtype: Any, channels: int, seed: int
) -> None:
    if suffix in (".bmp", ".webp"):
        dtype, channels = np.uint8, 3
    samples = noise((height, width, channels), dtype, seed)
    written, data = cv2.imencode(suffix, samples)
    assert written
    frame = decode_picture(data.tobytes(), "picture")
    expected = samples[..., [2, 1, 0][:channels]] if channels > 1 else samples[..., [0, 0, 0]]
    np.testing.assert_array_equal(frame.pixels, expected)
    assert frame.gray == (channels == 1)
    if channels == 4:
        np.testing.assert_array_equal(frame.alpha, samples[..., 3])


def pillow_file(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_files_of_pillow_are_read_exactly(kind: str, mode: str) -> None:
    image = Image.fromarray(noise((13, 11, 3))).convert(mode)
    frame = decode_picture(pillow_file(image, kind), "picture")
    np.testing.assert_array_equal(frame.pixels, np.asarray(image.convert("RGB")))
    assert frame.gray == (mode in ("1", "L"))
    assert frame.alpha is None


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_of_pillow_is_read_exactly(kind: str, mode: str) -> None:
    image = Image.fromarray(noise((13, 11, 2 if mode == "LA" else 4)))
    assert image.mode == mode
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    frame = decode_picture(pillow_file(image, kind, **options), "picture")
    rgba = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(frame.pixels, rgba[..., :3])
    np.testing.assert_array_equal(frame.alpha, rgba[..., 3])


@pytest.mark.parametrize("suffix", ["png", "tiff", "webp"])
def test_colour_under_full_transparency_survives(suffix: str, tmp_path: Path) -> None:
    frame = Frame(noise((16, 16, 3)), np.zeros((16, 16), np.uint8))
    assert_same(frame, read_picture(write_picture(frame, tmp_path / f"p.{suffix}")))
