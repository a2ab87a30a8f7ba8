"""Figures and maps against the ground truth: what is asked for most urgently comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.core.errors import StudioError
from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.gui.document import Document
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.jobs.events import Event, Failed, Finished, MapReady, Measured, Stopped
from srstudio.jobs.specs import MapRequest, MeasureRequest, next_number
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import MapKind, Measurement
from srstudio.settings.schema import ProtocolName, ViewSettings

SETTLE_MS = 80


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be measured.

    Attributes:
        key: The source.
        protocol: The convention.
        region: The rectangle; None for the whole picture.
        kind: A map of this kind; None for figures.
    """

    key: str
    protocol: Protocol
    region: Region | None = None
    kind: MapKind | None = None


Wanted = Callable[[], Iterator[Task]]


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is measured: all of one picture, or of one frame of a clip.

    Attributes:
        frames: By source.
        truth: The ground truth; None while there is none.
    """

    frames: Mapping[str, Frame]
    truth: Frame | None = None


class Backlog(QObject):
    """A lane that does, one by one, whatever is wanted most and not done yet.

    Args:
        pictures: Gives the pictures.
        thread: Hosts the lane.
        wanted: What is to be done, the most urgent first; asked again after every task.

    Signals:
        done: A `Task`, what came of it, and what the bridge made of that.
        drained: Nothing is wanted any more that is not done.
        failed: A `StudioError`.
    """

    done = Signal(object, object, object)
    drained = Signal()
    failed = Signal(object)

    def __init__(
        self,
        pictures: Callable[[], Pictures],
        thread: LaneThread[MeasureRequest | MapRequest],
        wanted: Wanted,
    ) -> None:
        super().__init__()
        self._pictures = pictures
        self._lane = thread.lane
        self._wanted = wanted
        self._task: Task | None = None
        self._number = 0
        thread.bridge.arrived.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether something is being measured."""
        return self._task is not None

    def wake(self) -> None:
        """Look for something to do, unless something is being done."""
        if self._task is None:
            self._task = next(self._wanted(), None)
            if self._task is not None:
                self._number = next_number()
                self._lane.submit(self._request(self._task))

    def drop(self) -> None:
        """Forget what is being done: its pictures are gone."""
        self._task = None
        self._lane.cancel()

    def close(self) -> None:
        """Want nothing any more."""
        self._wanted = lambda: iter(())

    def drop_source(self, key: str) -> None:
        """Forget what is being done if it is for a source whose picture is gone."""
        if self._task is not None and self._task.key == key:
            self.drop()

    def _request(self, task: Task) -> MeasureRequest | MapRequest:
        pictures = self._pictures()
        frame, truth = pictures.frames[task.key], pictures.truth
        assert truth is not None  # `wanted` saw to it
        if task.kind is not None:
            return MapRequest(task.key, frame, truth, task.kind, task.protocol, self._number)
        return MeasureRequest(((task.key, frame),), truth, task.protocol, task.region, self._number)

    def _take(self, event: Event, made: object) -> None:
        if event.number != self._number or self._task is None:
            return
        if isinstance(event, Measured):
            self.done.emit(self._task, event.measurement, made)
        elif isinstance(event, MapReady):
            self.done.emit(self._task, event.values, made)
        elif isinstance(event, Finished | Failed | Stopped):
            self._task = None
            if isinstance(event, Failed):
                self.failed.emit(StudioError(event.cause, event.advice))
            else:
                self.wake()
            if self._task is None:
                self.drained.emit()


class Measuring(QObject):
    """Measures every finished source: whole, what is visible, and the dragged rectangle.

    Args:
        document: Has the pictures.
        view: Says what is visible and which rectangle is dragged.
        settings: Hold the chosen convention.
        live: The thread for what is visible and for the rectangle.
        whole: The thread for whole pictures and maps.

    Signals:
        reset: The sources or the convention changed; every figure is to be shown again.
        region_changed: An area (`visible`, `rectangle`) and its `Region` or None.
        measured: Area, source and `Measurement`.
        mapped: A source, its map and the map's natural limits.
        failed: A `StudioError`.
    """

    reset = Signal()
    region_changed = Signal(str, object)
    measured = Signal(str, str, object)
    mapped = Signal(object, object, object)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        view: ComparisonView,
        settings: ViewSettings,
        live: LaneThread[MeasureRequest | MapRequest],
        whole: LaneThread[MeasureRequest | MapRequest],
    ) -> None:
        super().__init__()
        self._document, self._view, self._settings = document, view, settings
        self._figures: dict[Task, Measurement] = {}
        self._mapped: set[Task] = set()
        self.regions: dict[str, Region | None] = {"visible": None, "rectangle": None}
        self._pictures = Pictures({})
        self._behind = False
        self._live = Backlog(lambda: self._pictures, live, self._wanted_live)
        self._whole = Backlog(lambda: self._pictures, whole, self._wanted_whole)
        for backlog in (self._live, self._whole):
            backlog.done.connect(self._keep)
            backlog.drained.connect(self._catch_up)
            backlog.failed.connect(self.failed)
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._follow_view)
        self._connect()

    def _connect(self) -> None:
        document, view = self._document, self._view
        document.opened_changed.connect(self._forget)
        document.engine_changed.connect(self._forget)
        document.frame_changed.connect(self._change_frame)
        document.models_changed.connect(self._change_sources)
        document.result_added.connect(lambda _: self.wake())
        document.result_dropped.connect(self._forget_source)
        view.viewport_changed.connect(lambda _: self._settle.start())
        view.comparison_changed.connect(lambda _: self._settle.start())
        view.rectangle_changed.connect(lambda _: self._settle.start())

    @property
    def busy(self) -> bool:
        """Whether something is being measured or about to be."""
        return self._settle.isActive() or self._live.busy or self._whole.busy

    @property
    def protocol(self) -> Protocol | None:
        """The convention; None while there is no ground truth."""
        return None if self._document.truth is None else self.convention

    @property
    def convention(self) -> Protocol:
        """The convention that was chosen, whether there is a ground truth or not."""
        if self._settings.protocol == "rgb":
            return Protocol.rgb()
        opened = self._document.opened
        is_clip = opened is not None and opened.number is not None
        return Protocol.clips() if is_clip else Protocol.paper(self._document.scale)

    @property
    def whole_region(self) -> Region | None:
        """The whole picture, as far as there is something to measure against."""
        truth = self._document.truth
        return None if truth is None else Region.whole(*truth.size)

    def choose_protocol(self, name: ProtocolName) -> None:
        """Measure by the preset of that name."""
        self._settings.protocol = name
        self._show_all()

    def wake(self) -> None:
        """Measure what can be measured now and has not been."""
        if not self._behind:
            self._pictures = Pictures(dict(self._document.results), self._document.truth)
        self._live.wake()
        self._whole.wake()

    def close(self) -> None:
        """Measure nothing any more."""
        for backlog in (self._live, self._whole):
            backlog.close()

    def _change_frame(self) -> None:
        """While frames pass by, each that is begun is measured to its end, and some are not."""
        self._behind = self._document.passing and (self._live.busy or self._whole.busy)
        if not self._behind:
            for backlog in (self._live, self._whole):
                backlog.drop()
            self._begin_frame()

    def _catch_up(self) -> None:
        """What was begun is measured: go on with the frame that is shown now."""
        if self._behind and not (self._live.busy or self._whole.busy):
            self._behind = False
            self._begin_frame()

    def _begin_frame(self) -> None:
        self._figures.clear()
        self._mapped.clear()
        self.wake()

    def _forget(self) -> None:
        self._behind = False
        for backlog in (self._live, self._whole):
            backlog.drop()
        self._figures.clear()
        self._mapped.clear()
        self.regions = {"visible": None, "rectangle": None}
        self._show_all()
        self._settle.start()

    def _forget_source(self, key: str) -> None:
        """A source has another picture soon."""
        for backlog in (self._live, self._whole):
            backlog.drop_source(key)
        self._figures = {task: m for task, m in self._figures.items() if task.key != key}
        self._mapped = {task for task in self._mapped if task.key != key}

    def _change_sources(self) -> None:
        keys = self._document.source_keys
        self._mapped = {task for task in self._mapped if task.key in keys}
        self._show_all()

    def _show_all(self) -> None:
        """Everything that is known is told again; the rest is measured."""
        self.reset.emit()
        for area, region in self.regions.items():
            self.region_changed.emit(area, region)
        for task, measurement in list(self._figures.items()):
            self._tell(task, measurement)
        self.wake()

    def _follow_view(self) -> None:
        whole = Region.whole(*self._view.viewport.content)
        visible = self._view.viewport.visible()
        there = self._document.truth is not None
        self._set_region("visible", visible if there and visible != whole else None)
        self._set_region("rectangle", self._view.rectangle if there else None)
        self.wake()

    def _set_region(self, area: str, region: Region | None) -> None:
        if self.regions[area] != region:
            self.regions[area] = region
            known = {None, *self.regions.values()}
            self._figures = {t: m for t, m in self._figures.items() if t.region in known}
            self.region_changed.emit(area, region)

    def _sources(self) -> list[str]:
        if self._pictures.truth is None:
            return []
        return [key for key in self._document.source_keys if key in self._pictures.frames]

    def _wanted_live(self) -> Iterator[Task]:
        protocol = self.protocol
        if protocol is not None:
            regions = [r for r in (self.regions["rectangle"], self.regions["visible"]) if r]
            tasks = (Task(key, protocol, r) for r in regions for key in self._sources())
            yield from (task for task in tasks if task not in self._figures)

    def _wanted_whole(self) -> Iterator[Task]:
        protocol, overlay = self.protocol, self._view.comparison.overlay
        if protocol is None:
            return
        sources = self._sources()
        if overlay != "off":
            shown = self._view.comparison.visible
            maps = (Task(k, protocol, None, overlay) for k in sources if k in shown)
            yield from (task for task in maps if task not in self._mapped)
        figures = (Task(key, protocol) for key in sources)
        yield from (task for task in figures if task not in self._figures)

    def _keep(self, task: Task, result: object, made: object) -> None:
        if isinstance(result, Measurement):
            self._figures[task] = result
            self._tell(task, result)
        else:
            self._mapped.add(task)
            self.mapped.emit(task, result, made)

    def _tell(self, task: Task, measurement: Measurement) -> None:
        if task.protocol != self.protocol or task.key not in self._document.source_keys:
            return
        areas = [area for area, region in self.regions.items() if region == task.region]
        for area in ["whole"] if task.region is None else areas:
            self.measured.emit(area, task.key, measurement)
