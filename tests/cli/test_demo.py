"""The main job on a machine without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.gui


def test_the_demo_prints_the_numbers_and_writes_its_pictures(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    outputs = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "srstudio.demo"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    for word in ("Raw", "FSRCNN", "MSE", "SSIM", "PSNR", "Y, crop 2 px"):
        assert word in outputs[0]
    folder = tmp_path / "srstudio-demo"
    names = ["comparison (2).png", "comparison.png", "window (2).png", "window.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert str(folder / "window.png") in outputs[0]
    assert str(folder / "comparison (2).png") in outputs[1]
    for name in names:
        with Image.open(folder / name) as image:
            assert image.width > 600
            assert len(image.convert("L").resize((64, 64)).getcolors() or []) > 30
