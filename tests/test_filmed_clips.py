"""Clips cut out of videos are half as large, move, and are the same every time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.clip_folders import assert_same_clips

import filmed_clips
from clip_folders import FRAMES, SIDE
from srstudio.core.frame import Frame, Pixels
from srstudio.media.still import read_picture
from srstudio.media.video.codecs import Encoding
from srstudio.media.video.colour import SRGB
from srstudio.media.video.saving import save_video
from srstudio.media.video.segment import Recipe

COUNT = 16


def film(path: Path, step: int) -> list[Pixels]:
    """A lossless video whose picture goes sideways by so many pixels a frame; its frames."""
    noise = np.random.default_rng(0).normal(size=(360, 400 + COUNT * step, 3)).astype(np.float32)
    wide = np.clip(cv2.GaussianBlur(noise, (0, 0), 4) * 250 + 128, 0, 255).astype(np.uint8)
    frames = [wide[:, n * step : n * step + 400].copy() for n in range(COUNT)]
    base = Fraction(1, 25)
    timed = (Frame(f, time=n * base, duration=base) for n, f in enumerate(frames))
    save_video(timed, path, Recipe(Encoding("ffv1", chroma="rgb"), SRGB, base, Fraction(25)))
    return frames


def test_a_clip_is_a_part_of_consecutive_frames_at_half_their_size(tmp_path: Path) -> None:
    frames = film(tmp_path / "walk.mkv", step=2)
    half = [cv2.resize(frame, (200, 180), interpolation=cv2.INTER_AREA) for frame in frames]
    found = list(filmed_clips.clips(tmp_path / "walk.mkv", 3, np.random.default_rng(1)))
    assert len(found) == 3
    for clip in found:
        assert [part.shape for part in clip] == [(SIDE, SIDE, 3)] * FRAMES
        assert any(
            _same(half[first::stride], clip) for stride in (1, 2) for first in range(COUNT - 6)
        )


def _same(frames: list[Pixels], clip: list[Pixels]) -> bool:
    """Whether a clip is what one place of these frames shows."""
    if len(frames) < len(clip):
        return False
    x, y = cv2.minMaxLoc(cv2.matchTemplate(frames[0], clip[0], cv2.TM_SQDIFF))[2]
    pairs = zip(frames, clip, strict=False)
    return all(np.abs(f[y : y + SIDE, x : x + SIDE] - c.astype(int)).max() < 12 for f, c in pairs)


def test_what_stands_still_gives_nothing(tmp_path: Path) -> None:
    film(tmp_path / "still.mkv", step=0)
    assert list(filmed_clips.clips(tmp_path / "still.mkv", 3, np.random.default_rng(1))) == []


def test_the_same_seed_makes_the_same_clips(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    film(tmp_path / "films" / "walk.mkv", step=2)
    for name in ("a", "b"):
        assert filmed_clips.make(tmp_path / "films", tmp_path / name, 2, seed=3) == 2
    assert_same_clips(tmp_path / "a", tmp_path / "b", 2)


def test_a_folder_without_videos_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no video"):
        filmed_clips.make(tmp_path, tmp_path / "out", 1, seed=1)


def test_the_first_frames_are_halved(tmp_path: Path) -> None:
    frames = film(tmp_path / "walk.mkv", step=2)
    filmed_clips.halve(tmp_path / "walk.mkv", tmp_path / "half", 3)
    made = [read_picture(path).pixels for path in sorted((tmp_path / "half").iterdir())]
    assert len(made) == 3
    for frame, small in zip(frames, made, strict=False):
        mean = cv2.resize(frame, (200, 180), interpolation=cv2.INTER_AREA)
        assert np.abs(small - mean.astype(int)).max() < 12
