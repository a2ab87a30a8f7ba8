"""A window whose engine is quick, and pictures to open in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from srstudio.core.frame import Frame, Pixels, quantise
from srstudio.core.progress import Progress
from srstudio.core.regions import Region
from srstudio.gui.studio import Studio
from srstudio.gui.theme import ThemeManager
from srstudio.jobs.clip_footage import FootageReader
from srstudio.jobs.clip_specs import ClipRequest
from srstudio.jobs.engine import EngineRequest
from srstudio.jobs.events import FrameComputed, ModelFailed, PictureReady, Progressed, TileReady
from srstudio.jobs.lanes import Emit
from srstudio.jobs.specs import ViewportRequest
from srstudio.media.still import write_picture
from srstudio.settings import Settings, SettingsStore
from srstudio_models import Catalog, ModelSpec, read_catalog
from srstudio_models.spec import Descriptor

SECONDS = 20_000


def enlarge(pixels: Pixels, scale: int, offset: int) -> Pixels:
    """What the quick engine makes: every pixel repeated, then made brighter."""
    repeated = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    return np.clip(repeated.astype(np.int64) + offset, 0, 255).astype(np.uint8)


def trained(scale: int, variant: str = "") -> ModelSpec:
    """A network whose weight file is there."""
    return replace(lacking(scale, variant), file=__file__, licence="Apache-2.0")


def lacking(scale: int, variant: str = "", descriptor: Descriptor | None = None) -> ModelSpec:
    """A network without its weights."""
    return ModelSpec(
        id=f"net-x{scale}{variant}",
        network="net",
        title=f"net x{scale}{variant}",
        descriptor=descriptor or Descriptor((scale,)),
        parameters=1000,
        file=f"net-x{scale}{variant}.safetensors",
        accepts="a file of nets",
    )


def stocked(*specs: ModelSpec) -> Catalog:
    """A catalogue with the resamplings, and these."""
    return Catalog([*(s for s in read_catalog() if not s.parameters), *specs])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the offscreen platform cannot do is no warning about the window."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


class QuickEngine:
    """Stands in for the engine: two tiles for each model, then the picture; frame by frame.

    Attributes:
        requests: What was asked for about pictures.
        clips: What was asked for about clips.
        frames: Model and number of every frame of a clip, as they were computed.
        gate: Tiles and frames wait until it is set.
        last: Frames of a clip behind this one wait for ever.
        broken: Ids of models that fail.
    """

    def __init__(self) -> None:
        self.requests: list[ViewportRequest] = []
        self.clips: list[ClipRequest] = []
        self.frames: list[tuple[str, int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.last = 10**9
        self.broken: set[str] = set()

    def __call__(self, request: EngineRequest, emit: Emit, progress: Progress) -> None:
        if isinstance(request, ClipRequest):
            self.clips.append(request)
            with request.footage.open() as reader:
                while True:
                    self._frame(request, reader, emit, progress)
        self._picture(request, emit, progress)

    def _frame(
        self, request: ClipRequest, reader: FootageReader, emit: Emit, progress: Progress
    ) -> None:
        agenda, clip = request.agenda, request.footage
        spec, number = agenda.take(progress)
        if spec.id in self.broken:
            agenda.fail(spec)
            emit(ModelFailed(request.number, clip.key, spec.id, "it broke", "mend it"))
            return
        self._wait(progress)
        while number > self.last:
            progress.check()
            time.sleep(0.01)
        low = next(reader.lows(number, number + 1))
        offset = 0 if spec.id == "raw" else 3
        frame = low.with_pixels(quantise(enlarge(low.pixels, clip.scale, offset), 8))
        self.frames.append((spec.id, number))
        agenda.finish(spec, number, frame)
        emit(FrameComputed(request.number, clip.key, spec.id, number, frame, 0.25))

    def _picture(self, request: ViewportRequest, emit: Emit, progress: Progress) -> None:
        self.requests.append(request)
        for offset, spec in enumerate(request.models):
            if spec.id in self.broken:
                emit(ModelFailed(request.number, request.picture, spec.id, "it broke", "mend it"))
                continue
            pixels = quantise(enlarge(request.frame.pixels, request.scale, 3 * offset), 8)
            height, width = pixels.shape[:2]
            for part in (
                Region(0, 0, width // 2, height),
                Region(width // 2, 0, -(-width // 2), height),
            ):
                self._wait(progress)
                tile = pixels[part.slices].copy()
                emit(TileReady(request.number, request.picture, spec.id, part, tile))
                emit(Progressed(request.number, spec.title, 0.5, "1 Mpx/s", 2.0))
            frame = request.frame.with_pixels(pixels)
            emit(PictureReady(request.number, request.picture, spec.id, frame, 0.25))

    def _wait(self, progress: Progress) -> None:
        while not self.gate.wait(0.01):
            progress.check()
        progress.check()


@pytest.fixture(autouse=True)
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the queue of exports is in these tests: a window begins what waits there."""
    monkeypatch.setenv("SRSTUDIO_EXPORTS", str(tmp_path / "exports"))
    return tmp_path / "exports"


@pytest.fixture
def engine() -> QuickEngine:
    return QuickEngine()


@pytest.fixture
def settings() -> Settings:
    made = Settings()
    made.engine.models = ["raw", "lanczos"]
    return made


@pytest.fixture
def catalog() -> Catalog:
    return read_catalog()


@pytest.fixture
def studio(
    qapp: QApplication,
    qtbot: QtBot,
    engine: QuickEngine,
    settings: Settings,
    catalog: Catalog,
    tmp_path: Path,
) -> Iterator[Studio]:
    theme = ThemeManager(qapp)
    theme.follow("dark")
    store = SettingsStore(tmp_path / "settings.json")
    made = Studio(theme, catalog, settings, store, lambda: engine)
    made.start()
    yield made
    engine.gate.set()
    made.close()
    made.window.deleteLater()


Wait = Callable[[], None]


@pytest.fixture
def until_idle(qtbot: QtBot, studio: Studio) -> Wait:
    return lambda: qtbot.waitUntil(lambda: studio.workshop.idle, timeout=SECONDS)


def picture(width: int, height: int, seed: int = 0) -> Frame:
    """A smooth picture with some structure."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (3 + c + seed)) + np.cos(y / (5 + c)) for c in range(3)]
    return Frame(((np.stack(waves, axis=-1) + 2) * 60).astype(np.uint8))


@pytest.fixture
def low(tmp_path: Path) -> Path:
    return write_file(tmp_path / "small.png", picture(40, 30))


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_file(tmp_path / "large.png", picture(80, 60))


def write_file(path: Path, frame: Frame) -> Path:
    write_picture(frame, path)
    return path
