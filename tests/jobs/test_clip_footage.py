from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.media.clips import FFMPEG, HEIGHT, WIDTH, number_of, numbered, write_clip

from srstudio.core.errors import InputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.jobs.clip_footage import Reel, footage, is_picture, look_through
from srstudio.jobs.clip_reading import ReadHandler
from srstudio.jobs.clip_specs import Draw, ReadRequest
from srstudio.jobs.events import Event, FrameDrawn, PairRead
from srstudio.media.still import write_picture

COUNT = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("footage")


@pytest.fixture(scope="module")
def low(folder: Path) -> Reel:
    options = {"g": "250", "bf": "3"}
    return look_through(write_clip(folder / "low.mp4", range(COUNT), options=options))[0]


@pytest.fixture(scope="module")
def pictures(folder: Path) -> Path:
    """The same frames twice as large, and one column and row more."""
    made = folder / "pictures"
    made.mkdir()
    for number in range(COUNT):
        large = numbered(number).repeat(2, axis=0).repeat(2, axis=1)
        write_picture(
            Frame(np.pad(large, ((0, 1), (0, 1), (0, 0)), "edge")), made / f"{number}.png"
        )
    return made


def test_looking_through_gives_the_first_frame_and_the_times(folder: Path) -> None:
    reel, frame = look_through(write_clip(folder / "uneven.mkv", [3, 4, 9], Fraction(1, 100)))
    assert number_of(frame.pixels) == 0
    assert [reel.timeline.time(n) for n in range(3)] == [Fraction(n, 100) for n in (3, 4, 9)]


def test_low_frames_and_their_ground_truth(low: Reel, pictures: Path) -> None:
    given = footage("k", low, look_through(pictures)[0], 2)
    assert given.count == COUNT
    with given.open() as reader:
        for number in (17, 3, 29, 4):
            lr, truth = reader.pair(number)
            assert truth is not None
            assert (number_of(lr.pixels), number_of(truth.pixels)) == (number, number)
            assert truth.size == (2 * WIDTH, 2 * HEIGHT)
            np.testing.assert_array_equal(
                truth.pixels, numbered(number).repeat(2, axis=0).repeat(2, axis=1)
            )
        assert [number_of(frame.pixels) for frame in reader.lows(8, 12)] == [8, 9, 10, 11]


def test_numbered_pictures_take_the_rate_of_the_other(folder: Path, pictures: Path) -> None:
    clip = write_clip(folder / "slow.mkv", range(0, COUNT * 100, 100), Fraction(1, 1000))
    slow, pictured = look_through(clip)[0], look_through(pictures)[0]
    assert pictured.timeline.rate == 25
    given = footage("k", slow, pictured, 2)
    assert [given.truth_number(n) for n in range(COUNT)] == list(range(COUNT))
    other = footage("k", pictured, slow, 2)
    assert other.timeline.rate == slow.clip.video.rate


def test_a_shift_moves_the_ground_truth(low: Reel, pictures: Path) -> None:
    given = footage("k", low, look_through(pictures)[0], 2, shift=3)
    assert (given.truth_number(0), given.truth_number(10)) == (3, 13)
    assert given.truth_number(COUNT - 1) is None
    with given.open() as reader:
        lr, truth = reader.pair(10)
        assert truth is not None
        assert (number_of(lr.pixels), number_of(truth.pixels)) == (10, 13)
        assert reader.pair(COUNT - 1)[1] is None


def test_clips_of_different_length_are_refused(low: Reel, folder: Path) -> None:
    short = look_through(write_clip(folder / "short.mp4", range(5)))[0]
    with pytest.raises(InputError, match="does not belong"):
        footage("k", low, short, 2)


def test_made_from_the_ground_truth(pictures: Path) -> None:
    given = footage("k", None, look_through(pictures)[0], 2)
    with given.open() as reader:
        lr, truth = reader.pair(11)
        assert truth is not None
        assert (lr.size, truth.size) == ((WIDTH, HEIGHT), (2 * WIDTH, 2 * HEIGHT))
        assert number_of(lr.pixels) == 11
        np.testing.assert_array_equal(next(reader.lows(11, 12)).pixels, lr.pixels)


def test_frames_are_shown_in_square_pixels(folder: Path) -> None:
    plain, wide = folder / "plain.mp4", folder / "wide.mp4"
    write_clip(plain, range(4))
    command = [FFMPEG, "-v", "error", "-y", "-i", str(plain), "-vf", "setsar=2"]
    subprocess.run([*command, "-c:v", "libx264", str(wide)], check=True)
    reel, frame = look_through(wide)
    assert frame.size == (2 * WIDTH, HEIGHT)
    with footage("k", reel, None, 2).open() as reader:
        assert reader.pair(2)[0].size == (2 * WIDTH, HEIGHT)
        assert next(reader.lows(2, 3)).size == (2 * WIDTH, HEIGHT)


def test_a_request_is_answered_task_by_task(low: Reel) -> None:
    given, events = footage("k", low, None, 2), list[Event]()
    drawn = Frame(numbered(5))
    request = ReadRequest(given, (20, Draw("a", 5, drawn), 21), number=7)
    ReadHandler()(request, events.append, Progress())
    kinds = [type(event) for event in events]
    assert kinds == [PairRead, FrameDrawn, PairRead]
    for event, number in zip(events, (20, 5, 21), strict=True):
        assert isinstance(event, PairRead | FrameDrawn)
        assert (event.number, event.clip, event.index) == (7, "k", number)


def test_pictures_are_told_from_videos(folder: Path, pictures: Path, low: Reel) -> None:
    assert is_picture(pictures / "0.png")
    assert not is_picture(pictures)
    assert not is_picture(low.path)
    assert not is_picture(folder / "missing.png")


def test_a_ground_truth_that_changes_its_size_is_told(low: Reel, tmp_path: Path) -> None:
    for number in range(COUNT):
        scale = 3 if number == 7 else 2
        large = numbered(number).repeat(scale, axis=0).repeat(scale, axis=1)
        write_picture(Frame(large), tmp_path / f"{number:02}.png")
    with footage("k", low, look_through(tmp_path)[0], 2).open() as reader:
        assert reader.pair(6)[1] is not None
        with pytest.raises(InputError, match="frame 8 has a ground truth of 192 x 96 pixels"):
            reader.pair(7)
