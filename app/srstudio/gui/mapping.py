"""Colours the maps, all of a kind by the same limits, and puts them over the pictures."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.measuring import Measuring, Task
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.events import Event, MapReady
from srstudio.metrics.functional import Map
from srstudio.metrics.maps import Limits, colour_bar, colourise, natural_limits
from srstudio.metrics.report import MapKind


def limits_of(event: Event) -> Limits | None:
    """The natural limits of a map: found in the thread that measured it."""
    return natural_limits(event.values, event.kind) if isinstance(event, MapReady) else None


def join(limits: list[Limits]) -> Limits:
    """Limits that hold all maps of a kind, so that the same colour means the same."""
    lows, highs = zip(*limits, strict=True)
    return min(lows), max(highs)


class Mapping(QObject):
    """Colours maps in the background.

    Args:
        document: Says when pictures are gone.
        view: Shows the maps.
        measuring: Computes their values.
        background: Colours them.

    Signals:
        failed: A `StudioError`.
    """

    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        view: ComparisonView,
        measuring: Measuring,
        background: Background,
    ) -> None:
        super().__init__()
        self._view = view
        self._background = background
        self._pending = 0
        self._maps: dict[MapKind, dict[Task, tuple[Map, Limits]]] = {}
        self._coloured: dict[Task, Limits] = {}
        measuring.mapped.connect(self._take)
        document.opened_changed.connect(self._forget)
        document.frame_changed.connect(self._change_frame)
        document.engine_changed.connect(self._forget)
        document.models_changed.connect(self._change_sources)
        document.result_dropped.connect(self._forget_source)
        self._document = document

    @property
    def busy(self) -> bool:
        """Whether a map is being coloured."""
        return self._pending > 0

    def _forget(self) -> None:
        self._maps.clear()
        self._coloured.clear()

    def _change_frame(self) -> None:
        """Maps of the frame before are gone, unless there is no time for any but now and then."""
        if self._document.passing:
            return
        for kind, maps in self._maps.items():
            for task in maps:
                self._view.set_map(task.key, kind, None)
        self._forget()

    def _change_sources(self) -> None:
        """The view has let go of the maps of sources that are gone, and so do we."""
        keys = self._document.source_keys
        gone = {task.key for maps in self._maps.values() for task in maps if task.key not in keys}
        for key in gone:
            self._forget_source(key)

    def _forget_source(self, key: str) -> None:
        for maps in self._maps.values():
            for task in [task for task in maps if task.key == key]:
                del maps[task]
                self._coloured.pop(task, None)

    def _take(self, task: Task, values: Map, limits: Limits) -> None:
        kind = task.kind
        if kind is None:
            return
        maps = self._maps.setdefault(kind, {})
        for other in [other for other in maps if other.protocol.channel != task.protocol.channel]:
            del maps[other]
        maps[task] = (values, limits)
        joint = join([limits for _, limits in maps.values()])
        self._view.set_colour_bar(kind, colour_bar(kind, joint))
        for other, (known, _) in maps.items():
            if other == task or self._coloured.get(other) != joint:
                self._colour(other, kind, known, joint)

    def _colour(self, task: Task, kind: MapKind, values: Map, limits: Limits) -> None:
        self._coloured[task] = limits
        self._pending += 1

        def put(pyramid: Pyramid) -> None:
            self._pending -= 1
            newest = self._maps.get(kind, {}).get(task)
            if newest is not None and newest[0] is values and self._coloured.get(task) == limits:
                self._view.set_map(task.key, kind, pyramid)

        self._background.submit(lambda: Pyramid(colourise(values, kind, limits)), put, self._fail)

    def _fail(self, error: StudioError) -> None:
        self._pending -= 1
        self.failed.emit(error)
