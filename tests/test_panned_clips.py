"""Clips made of photographs move as a camera does, and are the same every time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.clip_folders import assert_same_clips

import panned_clips
from clip_folders import FRAMES, SIDE, Values
from panned_clips import FASTEST, SHAKE, SLOWEST
from srstudio.core.frame import Frame
from srstudio.media.still import write_picture


def texture(side: int = 700) -> Values:
    """A picture in which every motion can be seen."""
    noise = np.random.default_rng(0).normal(size=(side, side, 3)).astype(np.float32)
    return np.clip(cv2.GaussianBlur(noise, (0, 0), 5) * 500 + 128, 0, 255)


def steps(frames: list[Values]) -> Values:
    """How far the picture moves from frame to frame, in pixels."""
    gray = [frame.mean(axis=2, dtype=np.float32) for frame in frames]
    window = cv2.createHanningWindow((SIDE, SIDE), cv2.CV_32F)
    moved = [cv2.phaseCorrelate(a, b, window)[0] for a, b in pairwise(gray)]
    lengths: Values = np.linalg.norm(np.array(moved), axis=1)
    return lengths


def test_the_camera_goes_as_fast_as_is_said() -> None:
    rng, speeds = np.random.default_rng(1), []
    for _ in range(12):
        frames = panned_clips.clip(texture(), rng)
        assert [frame.shape for frame in frames] == [(SIDE, SIDE, 3)] * FRAMES
        speeds.append(steps(frames).mean())
    assert min(speeds) > SLOWEST / 2
    assert max(speeds) < FASTEST + 4 * SHAKE
    assert np.ptp(speeds) > 0.5


def test_the_same_seed_makes_the_same_clips(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    write_picture(Frame(texture(400).astype(np.uint8)), pictures / "below" / "one.png")
    for name in ("a", "b"):
        assert panned_clips.make(pictures, tmp_path / name, 2, seed=3) == 2
    assert_same_clips(tmp_path / "a", tmp_path / "b", 2)


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no picture"):
        panned_clips.make(tmp_path, tmp_path / "out", 1, seed=1)
