"""The window's pictures: several models on one picture, what is visible first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from srstudio.core.frame import quantise
from srstudio.core.progress import Cancelled, Progress
from srstudio.core.regions import Region
from srstudio.jobs.canvas_cache import CanvasCache, CanvasKey
from srstudio.jobs.events import ModelFailed, PictureReady, TileReady
from srstudio.jobs.failures import explain
from srstudio.jobs.lanes import Emit
from srstudio.jobs.reporting import Reporter
from srstudio.jobs.specs import Device, Precision, ViewportRequest
from srstudio.jobs.warmup import import_torch
from srstudio_models import ModelSpec

if TYPE_CHECKING:
    from srstudio.engine.canvas import Canvas
    from srstudio.engine.upscaler import Upscaler

_MEMORY = 1 << 30
# Work a pixel costs beside the network itself, in multiply-adds: copying, colour, rounding.
_BASE_WORK = 2000


def make_upscaler(device: Device, precision: Precision) -> Upscaler:
    """The engine on a device; imports torch, in the thread that calls.

    Raises:
        UsageError: if there is no such device.
    """
    import_torch()
    from srstudio.engine.device import choose
    from srstudio.engine.runtime import Runtime
    from srstudio.engine.upscaler import Upscaler

    return Upscaler(Runtime(choose(device), precision))


class ViewportHandler:
    """Answers `ViewportRequest`s, and keeps what it has computed for the next one.

    A request for the same picture goes on with the tiles that are missing: `TileReady` is told
    once a tile, so whoever shows them keeps them as long as picture, scale, device, precision
    and model are asked for again. For a model that is complete, `PictureReady` comes at once.

    Args:
        memory: Bytes that results may take, beyond the request at hand.
        make: Makes the engine for a device and a precision.
    """

    def __init__(
        self, memory: int = _MEMORY, make: Callable[[Device, Precision], Upscaler] = make_upscaler
    ) -> None:
        self._cache = CanvasCache(memory)
        self._make = make
        self._upscaler: Upscaler | None = None
        self._made_for: tuple[Device, Precision] | None = None

    def __call__(self, request: ViewportRequest, emit: Emit, progress: Progress) -> None:
        """Do one request, as the handler of a `SerialLane`."""
        report = Reporter(request.number, emit)
        upscaler = self.engine(request.device, request.precision, report)
        _Answer(request, upscaler, self._cache, report, emit, progress).give()

    def engine(self, device: Device, precision: Precision, report: Reporter) -> Upscaler:
        """The engine for a device and a precision: the one at hand if it is for these.

        Raises:
            UsageError: if there is no such device.
        """
        key = (device, precision)
        if self._upscaler is None or key != self._made_for:
            if "torch" not in sys.modules:
                report.stage("Starting the engine")
            if self._upscaler is not None:
                self._upscaler.runtime.forget()
                self._upscaler = None
            self._upscaler, self._made_for = self._make(*key), key
        return self._upscaler


@dataclass(frozen=True, slots=True)
class _Answer:
    """One request being answered."""

    request: ViewportRequest
    upscaler: Upscaler
    cache: CanvasCache
    report: Reporter
    emit: Emit
    progress: Progress

    def give(self) -> None:
        """Emit everything that was asked for: what is there, what is visible, the rest."""
        keys = [self._key(spec) for spec in self.request.models]
        self.cache.keep(self.request.picture, keys)
        canvases = [canvas for spec in self.request.models if (canvas := self._canvas(spec))]
        self.cache.trim(keys)
        for canvas in canvases:
            if canvas.complete:
                self._tell_ready(canvas)
        missing = [canvas for canvas in canvases if not canvas.complete]
        self.report.expect(sum(_work(each.spec, each.pending_pixels()) for each in missing))
        usable = [canvas for canvas in missing if self._fill(canvas, only_visible=True)]
        for canvas in usable:
            if not canvas.complete:
                self._fill(canvas, only_visible=False)

    def _canvas(self, spec: ModelSpec) -> Canvas | None:
        """The canvas of a model, from before where there is one; None if it cannot be begun."""
        canvas = self.cache.get(self._key(spec))
        if canvas is None:
            try:
                canvas = self.upscaler.canvas(self.request.frame, spec, self.request.scale)
            except Exception as error:  # one model's failure is not the others'
                self._tell_failed(spec, error)
                return None
            self.cache.put(self._key(spec), canvas)
        return canvas

    def _fill(self, canvas: Canvas, *, only_visible: bool) -> bool:
        """Compute a model's missing tiles; False if it failed."""
        spec = canvas.spec
        loaded = self.upscaler.runtime.loaded(spec)
        self.report.stage(spec.title if loaded else f"Loading {spec.title}")
        try:
            self.upscaler.fill(
                canvas,
                visible=self.request.visible,
                only_visible=only_visible,
                progress=self.progress,
                on_tile=partial(self._tell_tile, canvas),
            )
        except Cancelled:
            raise
        except Exception as error:  # one model's failure is not the others'
            self.cache.discard(self._key(spec))
            self._tell_failed(spec, error)
            return False
        if canvas.complete:
            self._tell_ready(canvas)
        return True

    def _tell_tile(self, canvas: Canvas, region: Region) -> None:
        spec, request = canvas.spec, self.request
        pixels = quantise(canvas.pixels[region.slices], 8).copy()
        self.emit(TileReady(request.number, request.picture, spec.id, region, pixels))
        self.report.stage(spec.title)
        area = region.width * region.height
        self.report.advance(_work(spec, area // request.scale**2), area)

    def _tell_ready(self, canvas: Canvas) -> None:
        number, picture, notes = self.request.number, self.request.picture, tuple(canvas.notes)
        self.emit(
            PictureReady(number, picture, canvas.spec.id, canvas.frame, canvas.seconds, notes)
        )

    def _tell_failed(self, spec: ModelSpec, error: Exception) -> None:
        cause, advice = explain(error, spec.title)
        request = self.request
        self.emit(ModelFailed(request.number, request.picture, spec.id, cause, advice))

    def _key(self, spec: ModelSpec) -> CanvasKey:
        ask, weights = self.request, spec.sha256 or spec.file
        return CanvasKey(ask.picture, spec.id, weights, ask.scale, ask.device, ask.precision)


def _work(spec: ModelSpec, pixels: int) -> float:
    return (spec.work + _BASE_WORK) * pixels
