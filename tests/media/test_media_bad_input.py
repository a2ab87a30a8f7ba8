"""Whatever is dropped, there is a picture or one clear sentence."""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media import png
from srstudio.media.still import decode_picture, read_picture, write_picture

PIXELS = np.random.default_rng(4).integers(0, 256, (40, 32, 3)).astype(np.uint8)


def pillow_file(kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, kind, **options)
    return buffer.getvalue()


def files() -> dict[str, bytes]:
    tiff, lzw = io.BytesIO(), [cv2.IMWRITE_TIFF_COMPRESSION, 5]
    tifffile.imwrite(tiff, PIXELS, photometric="rgb", compression="zlib", metadata=None)
    return {
        "png": pillow_file("PNG"),
        "jpeg": pillow_file("JPEG"),
        "progressive": pillow_file("JPEG", progressive=True),
        "webp": pillow_file("WEBP"),
        "lossless webp": pillow_file("WEBP", lossless=True),
        "bmp": pillow_file("BMP"),
        "tiff": tiff.getvalue(),
        "lzw tiff": cv2.imencode(".tiff", PIXELS, lzw)[1].tobytes(),
    }


FILES = files()


def sentence(error: pytest.ExceptionInfo[InputError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    assert "Error" not in text
    return text


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(FILES)), st.floats(0.0, 1.0, exclude_max=True))
def test_a_file_cut_anywhere_is_told(kind: str, part: float) -> None:
    data = FILES[kind]
    with pytest.raises(InputError) as error:
        decode_picture(data[: int(len(data) * part)], "holiday.png")
    assert sentence(error).startswith("holiday.png ")


@pytest.mark.parametrize("kind", sorted(FILES))
@pytest.mark.parametrize("missing", [1, 2, 4, 12])
def test_a_file_that_lacks_its_last_bytes_is_told(kind: str, missing: int) -> None:
    with pytest.raises(InputError, match=r"^holiday "):
        decode_picture(FILES[kind][:-missing], "holiday")


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_random_damage_gives_a_picture_or_a_sentence(kind: str, draw: st.DataObject) -> None:
    data = bytearray(FILES[kind])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        frame = decode_picture(bytes(data), "holiday")
    except InputError:
        return
    assert frame.width >= 1


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_told(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^holiday "):
        decode_picture(data, "holiday")


def test_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "nothing.png"
    path.touch()
    with pytest.raises(InputError) as error:
        read_picture(path)
    assert sentence(error) == "nothing.png is empty (zero bytes); get a fresh copy of it."


@pytest.mark.parametrize("text", ["Dear diary, ...", "BMW is a car maker, not a picture at all."])
def test_a_text_named_png(text: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_picture(path)
    assert sentence(error) == (
        "letter.png is not a picture that SR Studio reads; use PNG, JPEG, TIFF, WebP or BMP."
    )


def test_a_huge_file_of_another_kind_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "video.png"
    with path.open("wb") as file:
        file.write(b"\x1a\x45\xdf\xa3")
        file.truncate(1 << 40)
    with pytest.raises(InputError, match="not a picture"):
        read_picture(path)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "bmp", "tiff"])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".bmp", ".txt", ""])
def test_the_content_decides_and_not_the_name(kind: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(FILES[kind])
    assert read_picture(path).size == (32, 40)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a folder; choose a picture file\.$"):
        read_picture(tmp_path)
    with pytest.raises(InputError, match=r"gone\.png does not exist; check the name"):
        read_picture(tmp_path / "gone.png")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="is not a file"):
        read_picture(pipe)
    with pytest.raises(InputError, match=r"a\.png"):
        read_picture(pipe / "a.png")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (PermissionError(13, "Permission denied"), "may not be read by you"),
        (OSError(5, "Input/output error"), r"cannot be read \(Input/output error\)"),
    ],
)
def test_a_file_that_cannot_be_opened(
    failure: OSError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(FILES["png"])

    def refuse(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=rf"secret\.png {words}"):
        read_picture(path)


def declared(kind: str, width: int, height: int) -> bytes:
    """A small file that says it is large."""
    if kind == "png":
        header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        block = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
        return FILES["png"][:8] + block + FILES["png"][33:]
    if kind == "bmp":
        return FILES["bmp"][:18] + struct.pack("<ii", width, height) + FILES["bmp"][26:]
    if kind == "jpeg":
        start = FILES["jpeg"].index(b"\xff\xc0") + 5
        size = struct.pack(">HH", height, width)
        return FILES["jpeg"][:start] + size + FILES["jpeg"][start + 4 :]
    file = io.BytesIO(FILES["tiff"])
    with tifffile.TiffFile(file, mode="r+") as tiff:
        tiff.pages.first.tags["ImageWidth"].overwrite(width)
        tiff.pages.first.tags["ImageLength"].overwrite(height)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["png", "bmp", "jpeg", "tiff"])
def test_too_many_pixels_are_told_before_memory_is_taken(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(np, "asarray", lambda *_: pytest.fail("pixels were decoded"))
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("pixels were decoded"))
    with pytest.raises(InputError) as error:
        decode_picture(declared(kind, 50_000, 40_000), "bomb")
    assert sentence(error) == (
        "bomb declares 50000x40000 pixels, more than the 1000 megapixels that SR Studio opens; "
        "cut it into smaller pictures first."
    )


@pytest.mark.parametrize("kind", ["png", "tiff", "bmp"])
def test_more_pixels_than_the_file_holds_are_told(kind: str) -> None:
    with pytest.raises(InputError, match=r"^bomb "):
        decode_picture(declared(kind, 3000, 3000), "bomb")


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "tiff", "lzw tiff"])
def test_an_unfinished_copy_filled_with_zeros_is_told(kind: str) -> None:
    data = FILES[kind]
    with pytest.raises(InputError, match=r"^holiday "):
        decode_picture(data[: len(data) // 2].ljust(len(data) * 10, b"\0"), "holiday")


def test_no_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(png, "decode", starve)
    with pytest.raises(InputError, match=r"^big needs more memory than is free; close other"):
        decode_picture(FILES["png"], "big")


@pytest.mark.parametrize("suffix", ["png", "tiff", "bmp", "jpg", "webp"])
@pytest.mark.parametrize("size", [(1, 1), (15000, 2), (2, 15000)])
def test_extreme_shapes(size: tuple[int, int], suffix: str, tmp_path: Path) -> None:
    width, height = size
    path = tmp_path / f"strip.{suffix}"
    pixels = np.full((height, width, 3), (200, 100, 50), np.uint8)
    Image.fromarray(pixels).save(path)
    frame = read_picture(path)
    assert frame.size == size
    assert np.abs(frame.pixels.astype(int) - pixels).max() <= 3


@pytest.mark.parametrize("suffix", ["png", "tiff", "jpg"])
def test_a_picture_of_30000_by_2(suffix: str, tmp_path: Path) -> None:
    pixels = np.full((2, 30_000, 3), 77, np.uint8)
    path = write_picture(Frame(pixels), tmp_path / f"strip.{suffix}")
    np.testing.assert_array_equal(read_picture(path).pixels, pixels)


def test_a_merely_large_picture_is_no_bomb() -> None:
    data = cv2.imencode(".png", np.zeros((14_000, 13_500), np.uint8))[1].tobytes()
    assert decode_picture(data, "large").size == (13_500, 14_000)


@pytest.mark.slow
def test_20000_by_20000(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    with Image.new("1", (20_000, 20_000), 1) as image:
        image.save(path, compression="group4")
    frame = read_picture(path)
    assert frame.size == (20_000, 20_000)
    assert frame.pixels[0, 0, 0] == frame.pixels[-1, -1, -1] == 255


@pytest.mark.parametrize("name", ["wide", "name with spaces", "снимок", "a\N{SNOWMAN}b"])
def test_sentences_name_the_file(name: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(name)} "):
        decode_picture(b"x" * 50, name)
