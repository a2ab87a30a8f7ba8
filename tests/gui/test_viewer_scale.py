"""One content pixel on one physical pixel, also where a logical pixel is several of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import numpy as np
from PySide6.QtWidgets import QApplication
from srstudio.compare.sources import Source
from srstudio.gui.qimage import qimage_to_frame
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid

app = QApplication([])
view = ComparisonView()
view.resize(301, 200)
view.show()
view.toggle_labels()
pixels = np.random.default_rng(1).integers(0, 256, (900, 1201, 3), dtype=np.uint8)
view.set_content(1201, 900)
view.set_sources([Source("a", "A")])
view.set_picture("a", Pyramid(pixels))
for zoom in (1, 2):
    view.zoom_to(float(zoom))
    view.set_viewport(view.viewport.panned(7.3, -3.9))
    app.processEvents()
    seen = qimage_to_frame(view.grab().toImage()).pixels
    x, y = view.viewport.origin
    large = pixels.repeat(zoom, axis=0).repeat(zoom, axis=1)
    wanted = large[-y : -y + seen.shape[0], -x : -x + seen.shape[1]]
    upper = seen.shape[0] // 2
    assert np.array_equal(seen[:upper], wanted[:upper]), zoom
print(seen.shape[1], seen.shape[0])
"""


@pytest.mark.parametrize(
    ("factor", "size"), [("1", "301 200"), ("1.5", "452 300"), ("2", "602 400")]
)
def test_100_percent_is_exact_at_every_scale_of_the_screen(factor: str, size: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": factor}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == size
