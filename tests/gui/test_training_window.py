"""Training in a real window under a real X server: a short job from the form to the comparison."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.gui.conftest import picture, write_file

from srstudio.jobs.training_process import processes

pytestmark = [pytest.mark.xvfb, pytest.mark.slow]
SCRIPT = Path(__file__).with_name("training_window.py")
ROOT = Path(__file__).resolve().parents[2]


def test_a_job_is_started_seen_compared_and_stopped(xvfb_display: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for number in range(3):
        write_file(data / f"{number}.png", picture(96, 80, number))
    environment = {
        **os.environ,
        "DISPLAY": xvfb_display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "SRSTUDIO_RUNS": str(tmp_path / "runs"),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-W", "error", str(SCRIPT), str(data), str(tmp_path)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    assert saw["wrong"] == "Write a whole number, at least 1."
    assert saw["colours"] > 2
    assert saw["undisturbed"]
    assert saw["title"] == "run 1, step 20"
    assert saw["bar"].startswith("step 20 · ")
    assert saw["visible"]
    assert float(saw["psnr"]) > 15
    assert (saw["state"], saw["resumable"], saw["closed"]) == ("stopped", True, True)

    run = tmp_path / "runs" / "run 1"
    assert run not in processes()
    assert (run / "steps" / "00000020.safetensors").is_file()
    assert (run / "messages.txt").read_text().rstrip().endswith("srstudio: Cancelled.")
