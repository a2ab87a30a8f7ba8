"""A video in a real window under a real X server: played, scrubbed and measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.gui.conftest import enlarge
from tests.media.clips import write_clip

from srstudio.core.frame import Frame
from srstudio.media.still import write_picture
from srstudio.media.video.opening import open_video

pytestmark = [pytest.mark.xvfb, pytest.mark.slow]
SCRIPT = Path(__file__).with_name("playing_window.py")
ROOT = Path(__file__).resolve().parents[2]
COUNT = 50


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, Path]:
    """A clip of one group of pictures with B-frames, and its frames twice as large."""
    options = {"g": "250", "bf": "3", "sc_threshold": "0", "crf": "8"}
    low, truth = write_clip(tmp_path / "low.mp4", range(COUNT), options=options), tmp_path / "truth"
    truth.mkdir()
    with open_video(low) as source:
        for number, frame in enumerate(source.frames()):
            write_picture(Frame(enlarge(frame.pixels, 2, 0)), truth / f"{number:03d}.png")
    return low, truth


def test_drop_play_scrub_and_measure(
    xvfb_display: str, tmp_path: Path, clips: tuple[Path, Path]
) -> None:
    environment = {
        **os.environ,
        "DISPLAY": xvfb_display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-W", "error", str(SCRIPT), *map(str, clips), str(tmp_path)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert "QThread" not in done.stderr
    saw = json.loads(done.stdout)
    assert saw["message"] == ""
    assert saw["sources"] == ["raw", "fsrcnn-x2", "truth"]
    assert saw["first"] == [0, 0, 0]
    assert saw["paused"] > 12
    assert saw["after_playing"] == [saw["paused"]] * 3
    assert [number for number, _ in saw["scrubbed"]] == [40, 3, 27]
    for number, panes in saw["scrubbed"]:
        assert panes == [number] * 3
    assert all(figure for figures in saw["figures"].values() for figure in figures)
    assert saw["measured"] == {"raw": COUNT, "fsrcnn-x2": COUNT}
