"""The window before PyTorch is there: it shows, opens, zooms and flips without it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import threading
from srstudio.gui import application, engine_thread
from srstudio.jobs import viewport, warmup
from srstudio.settings import Settings
from srstudio_models import read_catalog
from srstudio_resources import sample

gate = threading.Event()

def import_torch():
    gate.wait(60)  # the thread ends even where an assertion fails
    warmup.import_torch()

engine_thread.import_torch = viewport.import_torch = import_torch
with application.studio(Settings(), None, read_catalog()) as studio:
    studio.start()
    assert studio.window.isVisible()
    studio.open(sample())
    application.wait(lambda: studio.document.opened is not None, 30)
    assert studio.document.source_keys == ("raw", "fsrcnn-x2", "truth")
    assert "fsrcnn-x2" in dict(studio.view.values_at(100, 50))
    studio.view.zoom_to(2.0)
    studio.view.show_source(3)
    assert studio.view.comparison.shown == "truth"
    studio.window.grab()
    assert "torch" not in sys.modules, "somebody imported torch"
    assert "pyqtgraph" not in sys.modules, "plots are imported with the training page"
    assert not studio.document.results
    gate.set()
    application.wait(lambda: studio.workshop.idle, 120)
    assert set(studio.document.results) == {"raw", "fsrcnn-x2"}
    assert "torch" in sys.modules
"""


def test_the_window_is_usable_before_torch_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
