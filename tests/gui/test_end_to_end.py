"""A real window under a real X server, and its file against the command line's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from srstudio.gui.panels.metrics import number
from srstudio.media.still import read_picture
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure
from srstudio_resources import sample

pytestmark = [pytest.mark.xvfb, pytest.mark.slow]
SCRIPT = Path(__file__).with_name("end_to_end_window.py")
ROOT = Path(__file__).resolve().parents[2]


def drive(display: str, folder: Path, scale_factor: str) -> dict[str, Any]:
    low, truth = sample()
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": scale_factor,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-W", "error", str(SCRIPT), str(low), str(truth), str(folder)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert "QThread" not in done.stderr
    saw: dict[str, Any] = json.loads(done.stdout)
    return saw


@pytest.fixture(scope="module")
def from_the_command_line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cli") / "out.png"
    arguments = ["upscale", str(sample()[0]), "-m", "fsrcnn", "-s", "2", "-o", str(out)]
    subprocess.run([sys.executable, "-m", "srstudio", *arguments], check=True, capture_output=True)
    return out


@pytest.mark.parametrize("scale_factor", ["1", "2"])
def test_drop_compare_flip_and_save(
    xvfb_display: str, tmp_path: Path, from_the_command_line: Path, scale_factor: str
) -> None:
    saw = drive(xvfb_display, tmp_path, scale_factor)
    assert (saw["platform"], saw["ratio"]) == ("xcb", float(scale_factor))
    assert saw["sources"] == ["raw", "edsr-baseline-x2-photo"]  # what suits it as it is found
    assert saw["sources_with_truth"] == ["raw", "fsrcnn-x2", "truth"]
    assert saw["message"] == ""
    assert abs(saw["split"] - 0.25) < 0.02
    assert saw["zoom"] == 2.0
    assert saw["back"] is None

    made, expected = read_picture(Path(saw["saved"])), read_picture(from_the_command_line)
    np.testing.assert_array_equal(made.pixels, expected.pixels)
    truth = read_picture(sample()[1])
    figures = measure(made, truth, Protocol.paper(2))
    assert saw["convention"] == Protocol.paper(2).sentence
    assert saw["figures"]["fsrcnn-x2"] == [
        number(figures.mse, 2),
        number(figures.psnr, 2),
        number(figures.ssim, 4),
    ]
    x, y = saw["at"]
    assert saw["flips"]["fsrcnn-x2"] == made.pixels[y, x].tolist()
    assert saw["flips"]["truth"] == truth.pixels[y, x].tolist()
    assert len(saw["flips"]) == 3
