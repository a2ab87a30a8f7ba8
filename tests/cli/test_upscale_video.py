"""`srstudio upscale` with clips: what is one, where results go, Ctrl+C and going on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from argparse import ArgumentTypeError
from fractions import Fraction
from pathlib import Path

import pytest
from tests.media.clips import WIDTH, numbers, packet_hashes, times, write_clip, write_film

from srstudio.cli.clips import is_clip, names_clip, position
from srstudio.jobs.export_work import folder_of
from srstudio.media.video.opening import open_video
from srstudio.media.video.probe import probe

from .conftest import Run
from .test_upscale import RESULT_KEYS, Picture

RAW = ("-m", "raw", "-s", 2)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "in.mp4", range(12))


def _shown(path: Path) -> list[int]:
    with open_video(path) as video:
        return numbers(video.frames())


def test_a_video_becomes_one_with_everything(here: Run, tmp_path: Path) -> None:
    film, out = write_film(tmp_path), tmp_path / "out.mkv"
    outcome = here("upscale", film, *RAW, "-o", out, "--crf", 20, "--preset", "ultrafast", "--json")
    assert outcome.code == 0, outcome.err
    [result] = outcome.document
    assert result.keys() == RESULT_KEYS | {"frames", "fps"}
    assert (result["output"], result["frames"], result["width"]) == (str(out), 25, 2 * WIDTH)
    assert result["fps"] > 0
    assert result["error"] is None
    assert packet_hashes(out, 1) == packet_hashes(film, 1)
    words = ("--codec", "ffv1", "--audio", "none", "--subtitles", "none", "--overwrite")
    assert here("upscale", film, *RAW, "-o", out, *words).code == 0
    assert probe(out).video.codec == "ffv1"
    assert {track.kind for track in probe(out).others} == {"attachment"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--start", "3", "--stop", "7"), [3, 4, 5, 6]),
        (("--start", "0.2s", "--stop", "0:00.4"), [5, 6, 7, 8, 9]),
        (("--start", "0.41s"), [11]),
    ],
)
def test_a_part_by_frame_and_by_time(
    here: Run, clip: Path, tmp_path: Path, words: tuple[str, ...], expected: list[int]
) -> None:
    assert here("upscale", clip, *RAW, "-o", tmp_path / "out.mkv", *words).code == 0
    assert _shown(tmp_path / "out.mkv") == expected


def test_gif_pictures_and_back(here: Run, clip: Path, tmp_path: Path) -> None:
    gif, pattern = tmp_path / "out.gif", tmp_path / "frames" / "f-%03d.png"
    assert here("upscale", clip, *RAW, "-o", gif).code == 0
    assert _shown(gif) == list(range(12))
    assert here("upscale", clip, *RAW, "-o", pattern, "--bits", 16).code == 0
    assert (tmp_path / "frames" / "f-001.png").read_bytes()[24] == 16
    for source in (pattern, tmp_path / "frames"):
        out = tmp_path / "again.mkv"
        words = ("-o", out, "--rate", "50", "--overwrite")
        assert here("upscale", source, "-m", "raw", "-s", 1, *words).code == 0
        with open_video(out) as video:
            assert numbers(video.frames()) == list(range(12))
            assert times(video.frames())[10] == Fraction(1, 5)


def test_pictures_and_videos_in_one_call(
    here: Run, clip: Path, picture: Picture, tmp_path: Path
) -> None:
    still, out = picture("a.png"), tmp_path / "out"
    missing = tmp_path / "missing.mkv"
    outcome = here("upscale", still, clip, missing, *RAW, "-o", out, "--json")
    assert outcome.code == 1
    one, two, three = outcome.document
    assert one.keys() == RESULT_KEYS
    assert (one["output"], two["output"]) == (str(out / "a.png"), str(out / "in.mp4"))
    assert "missing.mkv does not exist" in three["error"]
    assert _shown(out / "in.mp4") == list(range(12))


def test_a_folder_of_pictures_stays_one(here: Run, picture: Picture, tmp_path: Path) -> None:
    picture("in/1.png")
    assert here("upscale", tmp_path / "in", *RAW, "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "1.png").is_file()


def test_a_container_that_cannot_hold_the_codec_is_changed_in_a_folder(
    here: Run, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "in.avi", range(3), codec="mpeg4")
    assert here("upscale", source, *RAW, "-o", tmp_path / "out", "--codec", "prores").code == 0
    assert probe(tmp_path / "out" / "in.mov").video.codec == "prores"


@pytest.mark.parametrize(
    ("out", "words", "told"),
    [
        ("x.avi", (), "cannot hold H.264"),
        ("x.png", (), "x_%05d.png"),
        ("x.mp4", ("--codec", "divx"), "the codec 'divx' is not known; use h264"),
        ("x.mp4", ("--crf", "99"), "out of range"),
        ("x.mp4", ("--preset", "best"), "no preset 'best'"),
        ("x.mp4", ("--codec", "av1", "--chroma", "444"), "chroma 444"),
        ("x.mp4", ("--start", "7", "--stop", "3"), "is empty"),
        ("x.mp4", ("--start", "early"), "a place is a frame"),
        ("x.mp4", ("--device", "cuda:77"), "there is no device"),
    ],
)
def test_wrong_usage(
    here: Run, clip: Path, tmp_path: Path, out: str, words: tuple[str, ...], told: str
) -> None:
    outcome = here("upscale", clip, *RAW, "-o", tmp_path / out, *words)
    assert outcome.code == 2
    assert told in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_several_inputs_never_go_into_one_video(here: Run, clip: Path, tmp_path: Path) -> None:
    outcome = here("upscale", clip, clip, *RAW, "-o", tmp_path / "out.mkv")
    assert outcome.code == 2
    assert "several inputs cannot go into the one file" in outcome.err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_leaves_what_resume_goes_on_with(here: Run, clip: Path, tmp_path: Path) -> None:
    out, whole = tmp_path / "out.mp4", tmp_path / "whole.mp4"
    words = ["-m", "raw", "--size", "480x240", "--preset", "veryslow", "--segment", "2"]
    command = [sys.executable, "-m", "srstudio", "upscale", str(clip), *words, "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        while not (folder_of(out) / "00000002").exists():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "of 12 frames of" in told
    assert "the same command with --resume goes on with them.\nsrstudio: Cancelled." in told
    assert not out.exists()
    outcome = here("upscale", clip, *words, "-o", out)
    assert outcome.code == 1
    assert "an unfinished export of out.mp4 is there" in outcome.err
    assert here("upscale", clip, *words, "-o", out, "--resume").code == 0
    assert here("upscale", clip, *words, "-o", whole).code == 0
    assert packet_hashes(out, 0) == packet_hashes(whole, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4", "whole.mp4"]


@pytest.mark.parametrize(
    ("text", "frame", "seconds"),
    [("250", 250, None), ("12.5s", 0, "12.5"), ("1:30", 0, "90"), ("1:02:03.5", 0, "3723.5")],
)
def test_places_in_a_clip(text: str, frame: int, seconds: str | None) -> None:
    place = position(text)
    assert place.frame == frame
    assert place.time == (None if seconds is None else Fraction(seconds))


@pytest.mark.parametrize("text", ["", "-3", "1/2s", "12.5", "s", "1:x", "1:-2", "1:/2"])
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        position(text)


def test_what_is_a_clip(tmp_path: Path, picture: Picture) -> None:
    still, folder = picture("a.png"), tmp_path
    assert is_clip(Path("film.MKV"), "out")
    assert is_clip(Path("f-%05d.png"), "out")
    assert not is_clip(still, "out.mp4")
    assert not is_clip(folder, "out")
    assert is_clip(folder, "out.mp4")
    assert names_clip("f-%05d.tif")
    assert not names_clip("out.png")


def test_a_name_that_is_too_long_is_told(here: Run, clip: Path, tmp_path: Path) -> None:
    outcome = here("upscale", clip, *RAW, "-o", tmp_path / f"{'long' * 100}.mp4")
    assert outcome.code == 1
    assert "cannot be written: its name is too long; choose a shorter name." in outcome.err
