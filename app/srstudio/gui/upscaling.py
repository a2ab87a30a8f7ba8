"""Asks the engine for what is visible first, and hands on what it tells."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.core.errors import ModelError
from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.gui.document import Document, Opened, SourceState, Stage
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.presenter import Presenter
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.engine import EngineRequest
from srstudio.jobs.events import (
    Event,
    Failed,
    Finished,
    ModelFailed,
    PictureReady,
    Progressed,
    Stopped,
    TileReady,
)
from srstudio.jobs.specs import ViewportRequest, next_number

SETTLE_MS = 80
_OPEN_STAGES = (Stage.WAITING, Stage.WORKING)


def low_region(region: Region, opened: Opened) -> Region:
    """The low-resolution pixels under a region of the result."""
    s = opened.scale
    x, y = region.x // s, region.y // s
    right, bottom = -(-region.right // s), -(-region.bottom // s)
    return Region(x, y, right - x, bottom - y).intersect(Region.whole(*opened.low.size))


class Upscaling(QObject):
    """Keeps the engine busy with what the document lacks.

    Args:
        document: Gets the results and how far each model is.
        presenter: Shows tiles and pictures.
        view: Says which part is visible.
        thread: Hosts the engine's lane.

    Signals:
        progressed: A `Progressed`.
        busy_changed: Whether something is being computed.
        failed: A `StudioError`.
        noted: A sentence worth showing.
    """

    progressed = Signal(object)
    busy_changed = Signal(bool)
    failed = Signal(object)
    noted = Signal(str)

    def __init__(
        self,
        document: Document,
        presenter: Presenter,
        view: ComparisonView,
        thread: LaneThread[EngineRequest],
    ) -> None:
        super().__init__()
        self._document, self._presenter, self._view = document, presenter, view
        self._lane = thread.lane
        self._valid_from = 0
        self._renewed: dict[str, int] = {}
        self._running = 0
        self._stopped = False
        self._pixels: Counter[str] = Counter()
        self._visible: Region | None = None
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._follow_view)
        thread.bridge.arrived.connect(self._take)
        thread.bridge.progressed.connect(self._progress)
        document.models_changed.connect(self.request)
        document.result_dropped.connect(self._renew)
        document.engine_changed.connect(self.restart)
        view.viewport_changed.connect(lambda _: self._settle.start())
        view.comparison_changed.connect(lambda _: self._settle.start())

    @property
    def busy(self) -> bool:
        """Whether something is being computed."""
        return self._running != 0

    def restart(self) -> None:
        """Forget what was asked before: another picture, or another device."""
        self._valid_from = next_number()
        self._pixels.clear()
        self.request()

    def _renew(self, key: str) -> None:
        """Take nothing more of a model that has been asked for: it has other weights now."""
        self._renewed[key] = next_number()
        self._pixels.pop(key, None)

    def request(self) -> None:
        """Ask for every model that has no picture yet, what is seen first."""
        self._stopped = False
        opened, document = self._document.opened, self._document
        if opened is not None and opened.number is not None:
            return  # frames of a clip are computed otherwise
        missing = [spec for spec in document.models if spec.id not in document.results]
        missing = [s for s in missing if document.state(s.id).stage is not Stage.FAILED]
        if opened is None or not missing:
            self.stop()
            return
        shown = self._view.comparison.visible
        missing.sort(key=lambda spec: spec.id not in shown)
        self._visible = low_region(self._view.viewport.visible(), opened)
        request = ViewportRequest(
            picture=opened.key,
            frame=opened.low,
            models=tuple(missing),
            scale=opened.scale,
            visible=self._visible,
            device=document.engine.device,
            precision=document.engine.precision,
            number=next_number(),
        )
        for spec in missing:
            if document.state(spec.id).stage is Stage.IDLE:
                document.set_state(spec.id, SourceState(Stage.WAITING))
        self._lane.submit(request)
        self._set_running(request.number)

    def resume(self) -> None:
        """Go on with what was stopped, and try again what has failed."""
        for key in self._document.source_keys:
            if self._document.state(key).stage is Stage.FAILED:
                self._document.set_state(key, SourceState())
        self.request()

    def cancel(self) -> None:
        """Stop, until something else is asked for."""
        self._stopped = True
        self.stop()
        for key in self._document.source_keys:
            if self._document.state(key).stage in _OPEN_STAGES:
                self._document.set_state(key, SourceState())

    def stop(self) -> None:
        """Stop what is running; nothing is acknowledged later than this returns."""
        self._lane.cancel()
        self._set_running(0)

    def _follow_view(self) -> None:
        opened = self._document.opened
        if not self.busy or self._stopped or opened is None:
            return
        if low_region(self._view.viewport.visible(), opened) != self._visible:
            self.request()

    def _set_running(self, number: int) -> None:
        before, self._running = self.busy, number
        if before != self.busy:
            self.busy_changed.emit(self.busy)

    def _progress(self, event: Progressed) -> None:
        if event.number == self._running:
            self.progressed.emit(event)

    def _take(self, event: Event, made: object) -> None:
        if isinstance(event, Finished | Failed | Stopped):
            self._end(event)
        elif self._outdated(event):
            return
        elif isinstance(event, TileReady):
            self._tile(event)
        elif isinstance(event, PictureReady) and isinstance(made, Pyramid):
            self._picture(event.model, event.frame, event.seconds, made)
            for note in event.notes:
                self.noted.emit(note)
        elif isinstance(event, ModelFailed):
            error = ModelError(event.cause, event.advice)
            state = SourceState(Stage.FAILED, reason=str(error))
            self._document.set_state(event.model, state)
            self.failed.emit(error)

    def _outdated(self, event: Event) -> bool:
        """Whether an event is of another picture, another device or other weights."""
        valid_from, opened = self._valid_from, self._document.opened
        if isinstance(event, ModelFailed) and (opened is None or event.picture != opened.key):
            return True
        if isinstance(event, TileReady | PictureReady | ModelFailed):
            valid_from = max(valid_from, self._renewed.get(event.model, 0))
        return event.number < valid_from

    def _tile(self, event: TileReady) -> None:
        self._presenter.paste(event)
        opened = self._document.opened
        if opened is None or event.model in self._document.results:
            return
        self._pixels[event.model] += event.region.width * event.region.height
        fraction = self._pixels[event.model] / (opened.size[0] * opened.size[1])
        if not self._stopped:
            self._document.set_state(event.model, SourceState(Stage.WORKING, min(fraction, 1.0)))

    def _picture(self, key: str, frame: Frame, seconds: float, pyramid: Pyramid) -> None:
        if key not in self._document.results:
            self._presenter.put(key, pyramid)
            self._document.add_result(key, frame, seconds)

    def _end(self, event: Finished | Failed | Stopped) -> None:
        if event.number != self._running:
            return
        self._set_running(0)
        if isinstance(event, Failed):
            self.failed.emit(ModelError(event.cause, event.advice))
            self.cancel()
