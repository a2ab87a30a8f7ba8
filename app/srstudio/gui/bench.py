"""How late the window's event loop runs while the engine works on a 1920x1080 picture.

A timer is asked for every 5 milliseconds, and the view is repainted 30 times a second: a tick that
comes late is time in which the window would not have answered. What is late is the window's own
work (tiles taken over, pictures set, repaints) and whatever holds Python's lock.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from srstudio.core.bench import BenchRow
from srstudio.core.errors import StudioError
from srstudio.core.frame import Frame
from srstudio.gui import application
from srstudio.gui.studio import Studio
from srstudio.settings import Settings
from srstudio_models import Catalog, read_catalog

TICK_MS = 5
REPAINT_MS = 33
P99_LIMIT_MS = 16.0
LIMIT_MS = 50.0
SIZE = (1920, 1080)
SECONDS = 20.0
_START_SECONDS = 120


class Lateness(QObject):
    """Collects by how many milliseconds ticks are late."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._before = 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin anew."""
        self.late_ms = []
        self._before = time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        """End, with what was collected."""
        self._timer.stop()
        return self.late_ms

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._before) * 1000.0 - TICK_MS))
        self._before = now


def rows(case: str, late_ms: Sequence[float]) -> list[BenchRow]:
    """Percentiles of the lateness; the ratio is what is allowed over what was measured."""
    made = []
    for way, share in (("p50", 50), ("p90", 90), ("p99", 99), ("max", 100)):
        value = float(np.percentile(late_ms, share))
        limit = LIMIT_MS if way == "max" else P99_LIMIT_MS
        made.append(BenchRow(case, way, value, limit / max(value, 1e-3), f"limit {limit:g} ms"))
    return made


def gui_latency_benchmark(
    seconds: float = SECONDS, catalog: Catalog | None = None
) -> list[BenchRow]:
    """Lateness of the event loop: with nothing to do, while torch is imported, while computing.

    Args:
        seconds: How long to measure while the engine computes; a third of it with nothing to do.
        catalog: The models; those that ship with SR Studio if None.

    Raises:
        StudioError: if the engine does not start, or a model fails.
    """
    settings = Settings()
    settings.window.theme = "dark"
    settings.engine.models = ["raw", "fsrcnn"]
    with application.studio(settings, None, catalog or read_catalog()) as studio:
        return _measure(studio, seconds)


def _measure(studio: Studio, seconds: float) -> list[BenchRow]:
    errors: list[StudioError] = []
    studio.workshop.failed.connect(errors.append)
    repaint = QTimer(interval=REPAINT_MS)
    repaint.timeout.connect(studio.view.update)
    repaint.start()
    lateness = Lateness()
    lateness.start()
    studio.start()
    application.wait(lambda: studio.workshop.engine.started_up, _START_SECONDS)
    found = rows("engine starting", lateness.stop())
    _run(lateness, seconds / 3)
    found += rows("idle", lateness.stop())
    pictures = cycle(_pictures())
    feed = QTimer(interval=50)
    feed.timeout.connect(lambda: _feed(studio, next(pictures)) if studio.workshop.idle else None)
    feed.start()
    _run(lateness, seconds)
    found += rows("FSRCNN x2 on {}x{}".format(*SIZE), lateness.stop())
    if errors:
        raise errors[0]
    return found


def _run(lateness: Lateness, seconds: float) -> None:
    lateness.start()
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _feed(studio: Studio, frame: Frame) -> None:
    studio.workshop.opener.open_frame(frame, made=False)


def _pictures() -> list[Frame]:
    """Two pictures with structure at every scale, the same at every run."""
    noise = np.random.default_rng(1)
    layers = [
        cv2.resize(noise.random((SIZE[1] // s, SIZE[0] // s, 3), np.float32), SIZE)
        for s in (1, 4, 16, 64)
    ]
    first = Frame((np.mean(layers, axis=0) * 255).astype(np.uint8))
    return [first, replace(first, pixels=first.pixels[:, ::-1].copy())]
