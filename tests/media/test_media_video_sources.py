from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.media.clips import HEIGHT, WIDTH, number_of, numbered, numbers, times, write_clip

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.media.video.animation import AnimationReader
from srstudio.media.video.numbering import numbered_path
from srstudio.media.video.opening import open_video
from srstudio.media.video.reader import VideoReader
from srstudio.media.video.sequence import SequenceReader
from srstudio.media.video.square import square_size, squared
from srstudio.media.writing import write_picture

MILLISECONDS = [40, 100, 30, 250]


def _animation(path: Path, **options: Any) -> Path:
    pictures = [Image.fromarray(numbered(number)) for number in range(len(MILLISECONDS))]
    pictures[0].save(
        path, save_all=True, append_images=pictures[1:], duration=MILLISECONDS, **options
    )
    return path


@pytest.mark.parametrize(
    ("suffix", "options"), [("gif", {"loop": 0}), ("png", {}), ("webp", {"lossless": True})]
)
def test_animated_pictures_keep_their_times(
    tmp_path: Path, suffix: str, options: dict[str, object]
) -> None:
    path = _animation(tmp_path / f"animation.{suffix}", **options)
    with open_video(path) as source:
        assert isinstance(source, AnimationReader)
        frames = list(source.frames())
        assert numbers(frames) == [0, 1, 2, 3]
        assert times(frames) == [Fraction(ms, 1000) for ms in (0, 40, 140, 170)]
        assert [frame.duration for frame in frames] == [Fraction(ms, 1000) for ms in MILLISECONDS]
        assert source.clip.duration == Fraction(420, 1000)
        assert source.clip.video.is_variable
        assert numbers([source.frame(n) for n in (3, 1, -1, 0)]) == [3, 1, 3, 0]
        assert number_of(source.frame_at(Fraction(139, 1000)).pixels) == 1
        np.testing.assert_array_equal(source.frame(2).pixels, numbered(2))


def test_gif_frames_are_composited_and_transparent_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "parts.gif"
    pictures = []
    for left in (0, 20, 40):
        picture = Image.new("RGBA", (60, 20), (0, 0, 0, 0))
        ImageDraw.Draw(picture).rectangle((left, 0, left + 19, 19), (255, 0, 0, 255))
        pictures.append(picture)
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=50, disposal=2)
    with open_video(path) as source:
        for number, frame in enumerate(source.frames()):
            assert frame.alpha is not None
            shown = np.zeros((20, 60), bool)
            shown[:, 20 * number : 20 * number + 20] = True
            np.testing.assert_array_equal(frame.alpha > 0, shown)
            assert (frame.pixels[shown] == [255, 0, 0]).all()


def test_gif_frames_without_a_duration_are_shown_as_browsers_do(tmp_path: Path) -> None:
    path = tmp_path / "quick.gif"
    pictures = [Image.fromarray(numbered(number)) for number in range(2)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=0)
    with open_video(path) as source:
        assert source.clip.duration == Fraction(2, 10)


def test_a_truncated_animation_gives_what_it_has(tmp_path: Path) -> None:
    whole = _animation(tmp_path / "whole.gif").read_bytes()
    path = tmp_path / "cut.gif"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    with open_video(path) as source:
        assert 1 <= len(list(source.frames())) < 4
        assert len(source.warnings) == 1


def _pictures(folder: Path, count: int = 4, first: int = 0) -> Path:
    for number in range(count):
        pixels = numbered(number).astype(np.uint16) * 257
        write_picture(Frame(pixels), folder / f"shot_{first + number:05}.png")
    return folder


@pytest.mark.parametrize("name", ["", "shot_%05d.png", "shot_%d.png"])
def test_numbered_pictures_are_a_clip(tmp_path: Path, name: str) -> None:
    folder = _pictures(tmp_path / "shot", count=4, first=9998)
    (folder / "shot_notes.txt").write_text("of no interest")
    with open_video(folder / name, rate=Fraction(24000, 1001)) as source:
        assert isinstance(source, SequenceReader)
        frames = list(source.frames())
        assert numbers(frames) == [0, 1, 2, 3]
        assert times(frames) == [Fraction(1001 * n, 24000) for n in range(4)]
        assert frames[0].pixels.dtype == np.uint16
        assert source.clip.video.bits == 16
        assert numbers(source.frames(1, 3)) == [1, 2]
        assert number_of(source.frame(-1).pixels) == 3


def test_a_broken_picture_of_a_sequence_is_left_out(tmp_path: Path) -> None:
    folder = _pictures(tmp_path / "shot")
    broken = folder / "shot_00002.png"
    broken.write_bytes(broken.read_bytes()[:60])
    with open_video(folder) as source:
        assert numbers(source.frames()) == [0, 1, 3]
        assert source.warnings == ["shot_00002.png is cut short; get a complete copy of it."]
        with pytest.raises(InputError, match="shot_00002"):
            source.frame(2)


def test_what_is_no_clip(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    write_picture(Frame(numbered(1)), picture)
    with pytest.raises(InputError, match="is a picture, not a video"):
        open_video(picture)
    (tmp_path / "empty").mkdir()
    for nothing in (tmp_path / "empty", tmp_path / "none_%03d.png"):
        with pytest.raises(InputError, match="stands for no pictures"):
            open_video(nothing)
    with pytest.raises(InputError, match="does not exist"):
        open_video(tmp_path / "missing.gif")


def test_videos_are_opened_as_videos(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", range(3))
    with open_video(path) as source:
        assert isinstance(source, VideoReader)


def test_square_pixels() -> None:
    assert square_size((720, 576), Fraction(16, 11)) == (1047, 576)
    assert square_size((1440, 1080), Fraction(4, 3)) == (1920, 1080)
    assert square_size((720, 480), Fraction(8, 9)) == (720, 540)
    frame = Frame(numbered(37), time=Fraction(1, 3))
    wide = squared(frame, Fraction(3, 2))
    assert wide.size == (WIDTH * 3 // 2, HEIGHT)
    assert (number_of(wide.pixels), wide.time) == (37, Fraction(1, 3))
    assert squared(frame, Fraction(1)) is frame


@pytest.mark.parametrize(
    ("shown", "has_gaps"),
    [([0, 1, 2], False), ([5, 10, 15], False), ([0, 1, 3], True), ([7], False)],
)
def test_numbers_that_are_missing_are_told(
    tmp_path: Path, shown: list[int], has_gaps: bool
) -> None:
    for number in shown:
        write_picture(Frame(numbered(number)), tmp_path / f"shot2_{number:03}.png")
    for path in (tmp_path, tmp_path / "shot2_%03d.png"):
        with open_video(path) as source:
            assert numbers(source.frames()) == shown
            assert (
                source.warnings
                == [f"Some numbers are missing in {path.name}; the others follow each other."]
                * has_gaps
            )


def test_a_number_has_one_place_in_a_name() -> None:
    names = {"a_%03d.png": "a_007.png", "%d.tif": "7.tif", "50%_%02d%02d.png": "50%_07%02d.png"}
    for pattern, name in names.items():
        assert numbered_path(Path(pattern), 7) == Path(name)
