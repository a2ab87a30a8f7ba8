"""`srstudio export-comparison`: pictures, GIFs and videos to show."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from srstudio.core.frame import Frame, Pixels
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.colour import SRGB
from srstudio.media.video.opening import open_video
from srstudio.media.video.saving import save_video
from srstudio.media.video.segment import Recipe
from srstudio_resources import sample

from .conftest import Run

Clip = Callable[[str, Sequence[int]], Path]
MODELS = ("--models", "nearest,raw")
SIZE = 200, 160


def gray(level: int, scale: int = 1) -> Pixels:
    return np.full((SIZE[1] * scale, SIZE[0] * scale, 3), level, np.uint8)


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    """Writes a video of gray levels at uneven times, without loss."""

    def write(name: str, levels: Sequence[int], scale: int = 1) -> Path:
        base = Fraction(1, 100)
        times = [n * n * 4 + 4 * n for n in range(len(levels) + 1)]
        timed = (
            Frame(
                gray(level, scale), time=times[n] * base, duration=(times[n + 1] - times[n]) * base
            )
            for n, level in enumerate(levels)
        )
        recipe = Recipe(Encoding("ffv1", chroma="rgb"), SRGB, base, Fraction(25))
        save_video(timed, tmp_path / name, recipe)
        return tmp_path / name

    return write


def test_a_picture_with_numbers_and_its_ground_truth(here: Run, tmp_path: Path) -> None:
    target = tmp_path / "sheet.png"
    command = ("export-comparison", *sample(), *MODELS, "-o", target, "--json")
    document = here(*command).document
    assert document["sources"] == ["nearest", "raw", "truth"]
    with Image.open(target) as image, Image.open(sample()[1]) as truth:
        assert image.size == (document["width"], document["height"])
        shown, expected = np.asarray(image), np.asarray(truth.convert("RGB"))
    right = shown[:, -expected.shape[1] - 12 : -12]
    assert any((right[y : y + 3] == expected[:3]).all() for y in range(100))
    again = here(*command)
    assert again.code == 1
    assert "exists already" in again.err


@pytest.mark.parametrize("name", ["sweep.gif", "sweep.mp4"])
def test_a_slider_sweeps_over_a_picture(here: Run, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    part = ("--region", "40,40,40,30", "--zoom", 4, "--only-region", "--seconds", 1)
    command = ("export-comparison", *sample(), *MODELS, "--layout", "sweep", *part)
    assert here(*command, "-o", target).code == 0
    with open_video(target) as video:
        assert float(video.timeline.stop - video.timeline.start) == pytest.approx(3.0, abs=0.1)
        frames = [frame.pixels.astype(int) for frame in video.frames()]
    assert frames[0].shape == (120, 160, 3)
    assert len(frames) > 30
    assert np.abs(frames[0] - frames[len(frames) // 2]).mean() > 2


def test_a_clip_keeps_its_times(here: Run, clip: Clip, tmp_path: Path) -> None:
    low, target = clip("low.mkv", [40, 80, 120, 160, 200]), tmp_path / "grid.mkv"
    words = ("-s", 2, "--layout", "grid", "--codec", "ffv1", "--start", 1, "-o", target)
    document = here("export-comparison", low, *MODELS, *words, "--json").document
    assert document["frames"] == 4
    with open_video(low) as before, open_video(target) as after:
        times = [before.timeline.time(n) - before.timeline.time(1) for n in range(1, 5)]
        assert [after.timeline.time(n) for n in range(4)] == times
        levels = [int(np.median(frame.pixels)) for frame in after.frames()]
    assert levels == [80, 120, 160, 200]


def test_sound_comes_along_with_the_part_it_belongs_to(here: Run, tmp_path: Path) -> None:
    low, target = tmp_path / "low.mp4", tmp_path / "shown.mp4"
    picture, sound = "testsrc2=s=64x48:r=25:d=2", "sine=440:d=2"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound)
    subprocess.run([get_ffmpeg_exe(), "-v", "error", *inputs, "-shortest", low], check=True)
    command = ("export-comparison", low, *MODELS, "-s", 2, "--start", "0.4s", "--stop", "1.4s")
    assert here(*command, "-o", target).code == 0
    with open_video(target) as video:
        assert [track.kind for track in video.clip.others] == ["audio"]
        assert len(video.timeline) == 25
        assert float(video.clip.duration or 0) == pytest.approx(1.0, abs=0.05)
    silent = tmp_path / "silent.mp4"
    assert here(*command, "-o", silent, "--audio", "none").code == 0
    with open_video(silent) as video:
        assert not video.clip.others


def test_frames_without_a_ground_truth_are_left_out(here: Run, tmp_path: Path) -> None:
    for folder, count, scale in (("low", 5, 1), ("truth", 5, 2)):
        (tmp_path / folder).mkdir()
        for number in range(count):
            Image.fromarray(gray(40 * number, scale)).save(tmp_path / folder / f"{number}.png")
    target = tmp_path / "shown" / "%03d.png"
    words = (*MODELS, "--shift", 2, "--layout", "sweep", "-o", target)
    document = here("export-comparison", tmp_path / "low", tmp_path / "truth", *words, "--json")
    assert document.document["frames"] == 3
    assert sorted(path.name for path in target.parent.iterdir()) == [
        f"{number:03}.png" for number in (1, 2, 3)
    ]


def test_a_picture_of_a_clip_shows_one_frame(here: Run, clip: Clip, tmp_path: Path) -> None:
    low, target = clip("low.mkv", [40, 80, 120]), tmp_path / "one.png"
    words = ("-s", 2, "--layout", "sweep", "--start", 2, "-o", target)
    assert here("export-comparison", low, *MODELS, *words).code == 0
    with Image.open(target) as image:
        shown = np.asarray(image)
    assert shown.shape == (2 * SIZE[1], 2 * SIZE[0], 3)
    assert (shown[-50:, :150] == 120).all()


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "sheet.png"),
        ("-s", 2, "-o", "sheet.xyz"),
        ("-s", 2, "-o", "sheet.mp4", "--codec", "ffv1"),
        ("-s", 2, "-o", "sheet.png", "--region", "0,0,9999,10"),
        ("-s", 2, "-o", "sheet.png", "--region", "left"),
    ],
)
def test_what_makes_no_sense_is_refused(here: Run, words: tuple[object, ...]) -> None:
    assert here("export-comparison", sample()[0], *MODELS, *words).code == 2


def test_what_is_compared_is_never_replaced(here: Run, clip: Clip, tmp_path: Path) -> None:
    low, truth = clip("low.mkv", [9, 99]), clip("truth.mkv", [10, 100])
    linked = tmp_path / "linked.mkv"
    linked.symlink_to(truth)
    before = low.read_bytes(), truth.read_bytes()
    for out in (low, truth, linked):
        words = ("-o", out, "--codec", "ffv1", "--overwrite")
        result = here("export-comparison", low, truth, *MODELS, *words)
        assert result.code == 1
        assert "would take the place of" in result.err
        result = here("compare", low, truth, *MODELS, "--csv", out, "--overwrite")
        assert result.code == 1
        assert "would take the place of" in result.err
    assert (low.read_bytes(), truth.read_bytes()) == before


def test_a_place_where_nothing_can_be_written_is_told_before_anything_is_computed(
    here: Run, clip: Clip, tmp_path: Path
) -> None:
    low, truth = clip("low.mkv", [9, 99]), clip("truth.mkv", [10, 100])
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "out.mkv"
    for words in (
        ("export-comparison", "-o", place, "--codec", "ffv1"),
        ("compare", "--csv", place),
    ):
        result = here(words[0], low, truth, "--models", "basicvsr-x4", *words[1:])
        assert result.code == 1
        assert "out.mkv cannot be written: a part of its path is a file" in result.err


def test_a_scale_that_is_not_that_of_the_ground_truth_is_refused(here: Run) -> None:
    outcome = here("export-comparison", *sample(), *MODELS, "-s", 3, "-o", "sheet.png")
    assert outcome.code == 2
    assert "2 times as large" in outcome.err
