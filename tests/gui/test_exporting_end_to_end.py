"""An export in a real window under a real X server: asked for, watched, and compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.media.clips import numbers, write_clip

from srstudio.media.video.opening import open_video

pytestmark = [pytest.mark.xvfb, pytest.mark.slow]
SCRIPT = Path(__file__).with_name("exporting_window.py")
ROOT = Path(__file__).resolve().parents[2]
COUNT = 40


def test_drop_export_watch_and_compare(xvfb_display: str, tmp_path: Path, exports: Path) -> None:
    clip = write_clip(tmp_path / "holiday.mp4", range(COUNT), options={"crf": "8"})
    environment = {
        **os.environ,
        "DISPLAY": xvfb_display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-W", "error", str(SCRIPT), str(clip), str(tmp_path)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert "QThread" not in done.stderr
    saw = json.loads(done.stdout)
    assert saw["suggested"] == str(tmp_path / "holiday_raw_2x.mp4")
    assert saw["page"]
    assert saw["text"].startswith(f"Finished · {COUNT} frames in ")
    assert (saw["sources"], saw["shown"]) == (["raw", "truth"], [17, 17])
    assert (saw["message"], saw["closed"]) == ("", True)
    assert exports.is_dir()
    with open_video(tmp_path / "holiday_raw_2x.mp4") as video:
        assert numbers(video.frames()) == list(range(COUNT))
