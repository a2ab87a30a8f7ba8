"""Files appear complete or not at all, and never in place of another."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from srstudio.core import files
from srstudio.core.errors import OutputError, UsageError
from srstudio.core.frame import Frame
from srstudio.media.still import SaveOptions, read_picture, write_picture
from srstudio.media.writing import _on_white

FRAME = Frame(np.random.default_rng(0).integers(0, 256, (50, 60, 3)).astype(np.uint8))
OVERWRITE = SaveOptions(overwrite=True)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_missing_folders_are_made_and_the_path_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "picture.png"
    assert write_picture(FRAME, path) == path
    assert names(path.parent) == ["picture.png"]


def test_the_usual_permissions(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        path = write_picture(FRAME, tmp_path / "picture.png")
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_existing_file_stays_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError) as error:
        write_picture(FRAME, path)
    assert str(error.value) == (f"{path} exists already; choose another name or allow overwriting.")
    assert path.read_bytes() == b"precious"
    write_picture(FRAME, path, OVERWRITE)
    np.testing.assert_array_equal(read_picture(path).pixels, FRAME.pixels)
    assert names(tmp_path) == ["picture.png"]


def test_a_dangling_link_is_a_taken_name(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.symlink_to(tmp_path / "gone")
    with pytest.raises(OutputError, match="exists already"):
        write_picture(FRAME, path)
    assert path.is_symlink()


@pytest.mark.parametrize("links", [True, False])
def test_a_name_taken_meanwhile_stays(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    fsync, link = os.fsync, os.link

    def taken_meanwhile(descriptor: int) -> None:
        path.write_bytes(b"precious")
        fsync(descriptor)

    def no_links(*arguments: Any) -> None:
        if not links:
            raise OSError(errno.EPERM, "Operation not permitted")
        link(*arguments)

    monkeypatch.setattr(os, "fsync", taken_meanwhile)
    monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(OutputError, match="exists already"):
        write_picture(FRAME, path)
    assert path.read_bytes() == b"precious"
    assert names(tmp_path) == ["picture.png"]


def test_of_many_that_write_one_name_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    results: list[str] = []

    def write(level: int) -> None:
        try:
            write_picture(Frame(np.full((64, 64, 3), level, np.uint8)), path)
            results.append(f"wrote {level}")
        except OutputError:
            results.append("refused")

    threads = [threading.Thread(target=write, args=(level,)) for level in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = read_picture(path).pixels[0, 0, 0]
    assert sorted(results) == ["refused"] * 7 + [f"wrote {winner}"]
    assert names(tmp_path) == ["picture.png"]


def test_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    path = write_picture(FRAME, tmp_path / "picture.png")
    np.testing.assert_array_equal(read_picture(path).pixels, FRAME.pixels)
    assert names(tmp_path) == ["picture.png"]

    def no_rename(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", no_rename)
    with pytest.raises(OutputError, match=r"other\.png cannot be written: Input/output error\."):
        write_picture(FRAME, tmp_path / "other.png")
    assert names(tmp_path) == ["picture.png"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; free some space or choose another folder."),
        (errno.EDQUOT, "your disk quota is used up; free some space or choose another folder."),
        (errno.EACCES, "the folder is not writable; choose another folder."),
        (errno.EROFS, "the folder is read-only; choose another folder."),
        (errno.EIO, "Input/output error."),
    ],
)
@pytest.mark.parametrize("existing", [False, True])
def test_a_failing_disk_is_told_and_nothing_is_lost(
    number: int, words: str, existing: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    if existing:
        path.write_bytes(b"precious")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError) as error:
        write_picture(FRAME, path, OVERWRITE)
    assert str(error.value) == f"{path} cannot be written: {words}"
    assert names(tmp_path) == (["picture.png"] if existing else [])
    if existing:
        assert path.read_bytes() == b"precious"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_a_full_disk(kind: str, small_disk: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    (small_disk / f"picture.{kind}").write_bytes(b"precious")
    with pytest.raises(OutputError, match="cannot be written: the disk is full; free some space"):
        write_picture(Frame(noise), small_disk / f"picture.{kind}", OVERWRITE)
    assert names(small_disk) == [f"picture.{kind}"]
    assert (small_disk / f"picture.{kind}").read_bytes() == b"precious"
    small = Frame(noise[:20, :20])
    assert read_picture(write_picture(small, small_disk / f"small.{kind}")).size == (20, 20)


def test_a_read_only_disk(small_disk: Path) -> None:
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True)
    with pytest.raises(OutputError, match=r"cannot be written: the folder is read-only; choose"):
        write_picture(FRAME, small_disk / "picture.png")
    with pytest.raises(OutputError, match=r"cannot be written: the folder is read-only; choose"):
        write_picture(FRAME, small_disk / "folder" / "picture.png")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="the folder is not writable; choose another folder"):
        write_picture(FRAME, tmp_path / "picture.png")


def test_impossible_places(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"precious")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match="a part of its path is a file; choose another folder"):
        write_picture(FRAME, tmp_path / "file" / "picture.png")
    with pytest.raises(OutputError, match="a part of its path is a file; choose another folder"):
        write_picture(FRAME, tmp_path / "file" / "deeper" / "picture.png")
    with pytest.raises(OutputError, match="it is a folder; choose another name"):
        write_picture(FRAME, tmp_path / "folder.png", OVERWRITE)
    with pytest.raises(OutputError, match="its name is too long; choose a shorter name"):
        write_picture(FRAME, tmp_path / f"{'n' * 300}.png")
    assert names(tmp_path) == ["file", "folder.png"]


@pytest.mark.parametrize(
    ("suffix", "size", "words"),
    [
        ("jpg", (65_501, 1), "would be 65501x1, and JPEG ends at 65500 pixels a side"),
        ("webp", (1, 16_384), "would be 1x16384, and WebP ends at 16383 pixels a side"),
    ],
)
def test_too_large_for_the_format(
    suffix: str, size: tuple[int, int], words: str, tmp_path: Path
) -> None:
    frame = Frame(np.zeros((size[1], size[0], 3), np.uint8))
    with pytest.raises(OutputError) as error:
        write_picture(frame, tmp_path / f"picture.{suffix}")
    assert str(error.value) == f"picture.{suffix} {words}; choose PNG or TIFF."
    assert names(tmp_path) == []


@pytest.mark.parametrize(("suffix", "longest"), [("jpg", 65_500), ("webp", 16_383)])
def test_the_largest_side_of_the_format(suffix: str, longest: int, tmp_path: Path) -> None:
    frame = Frame(np.full((1, longest, 3), 50, np.uint8))
    assert read_picture(write_picture(frame, tmp_path / f"p.{suffix}")).size == (longest, 1)


def test_transparency_is_never_lost_in_silence(tmp_path: Path) -> None:
    alpha = np.full((50, 60), 128, np.uint8)
    alpha[0], alpha[1] = 0, 255
    frame = FRAME.with_pixels(np.full((50, 60, 3), 100, np.uint8), alpha)
    with pytest.raises(OutputError, match=r"picture\.jpg cannot be a JPEG: the picture has transp"):
        write_picture(frame, tmp_path / "picture.jpg")
    path = write_picture(frame, tmp_path / "picture.jpg", SaveOptions(flatten=True, quality=100))
    laid = read_picture(path).pixels.astype(int)
    assert (np.abs(laid[40:, 40:] - 177) <= 2).all()  # 100 * 128/255 + 255 * 127/255 = 177.2
    kept = write_picture(frame, tmp_path / "picture.png", SaveOptions(flatten=True))
    np.testing.assert_array_equal(read_picture(kept).alpha, alpha)


def test_flattening_rounds_to_the_nearest() -> None:
    levels = np.arange(256, dtype=np.uint8)
    colour = np.repeat(levels[:, None, None], 256, axis=1).repeat(3, axis=2)
    alpha = np.broadcast_to(levels, (256, 256)).copy()
    opacity = alpha[..., None] / 255
    exact = colour * opacity + 255 * (1 - opacity)
    assert np.abs(_on_white(colour, alpha) - exact).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.jpg", SaveOptions(bit_depth=16), "JPEG holds 8 bits a channel, not 16; choose PNG"),
        ("a.webp", SaveOptions(bit_depth=16), "WebP holds 8 bits a channel, not 16; choose PNG"),
        ("a.png", SaveOptions(format="gif"), "'gif' is no format of pictures here; use png, jpeg"),
        ("a.jpg", SaveOptions(quality=0), "the quality 0 is out of range; use 1 to 100"),
        ("a.jpg", SaveOptions(quality=101), "the quality 101 is out of range; use 1 to 100"),
    ],
)
def test_contradictions(name: str, options: SaveOptions, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=words):
        write_picture(FRAME, tmp_path / name, options)
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["picture", "picture.bmp", "picture.gif", ".png"])
def test_suffixes_that_say_no_format(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"has no suffix of a format that can be written; use"):
        write_picture(FRAME, tmp_path / name)


def test_the_format_may_be_given(tmp_path: Path) -> None:
    path = write_picture(FRAME, tmp_path / "picture.dat", SaveOptions(format="webp"))
    assert path.read_bytes()[8:12] == b"WEBP"
    np.testing.assert_array_equal(read_picture(path).pixels, FRAME.pixels)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (OSError("encoder error -2"), r"cannot be written as WebP \(encoder error -2\); choose an"),
        (MemoryError(), "needs more memory than is free; close other programs"),
    ],
)
def test_an_encoder_that_gives_up(
    failure: Exception, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(Image.Image, "save", give_up)
    with pytest.raises(OutputError, match=rf"^picture\.webp {words}"):
        write_picture(FRAME, tmp_path / "picture.webp")
    assert names(tmp_path) == []


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_bytes(tmp_path / "picture.png", b"data")
    assert names(tmp_path) == []
