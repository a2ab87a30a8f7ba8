"""What the panels say of the pictures: figures, and the pixel under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QObject

from srstudio.gui.document import TRUTH, Document
from srstudio.gui.panels.inspector import Inspector
from srstudio.gui.panels.metrics import MetricsPanel, number
from srstudio.gui.panels.overlay import OverlayPanel
from srstudio.gui.panels.status import StatusBar
from srstudio.gui.workshop import Workshop
from srstudio.metrics.report import Measurement
from srstudio.settings.schema import ViewSettings


class Readout(QObject):
    """Keeps the panels in step with what is measured, shown and pointed at.

    Args:
        document: What is at hand.
        workshop: Measures it.
        metrics: Shows the figures.
        overlay: Says why there is no map.
        inspector: Shows the pixel.
        status: Shows where the cursor is.
        settings: Name the protocol chosen.
    """

    def __init__(
        self,
        document: Document,
        workshop: Workshop,
        metrics: MetricsPanel,
        overlay: OverlayPanel,
        inspector: Inspector,
        status: StatusBar,
        settings: ViewSettings,
    ) -> None:
        super().__init__()
        self._document, self._workshop, self._settings = document, workshop, settings
        self._metrics, self._overlay = metrics, overlay
        self._inspector, self._status = inspector, status
        self._at: tuple[int, int] | None = None
        measuring = workshop.measuring
        measuring.reset.connect(self._reset)
        measuring.region_changed.connect(metrics.set_region)
        measuring.measured.connect(self._measured)
        metrics.protocol_chosen.connect(measuring.choose_protocol)
        document.models_changed.connect(inspector.rebuild)
        document.opened_changed.connect(inspector.rebuild)
        document.frame_changed.connect(self._change_frame)

    def point_at(self, at: tuple[int, int] | None) -> None:
        """Show the pixel (x, y) under the cursor; None where there is none."""
        self._at = at
        if at is None:
            self._inspector.clear()
            self._status.show_cursor("")
        else:
            self._inspector.show_at(*at)
            self._status.show_cursor(f"x {at[0]}, y {at[1]}")

    def _reset(self) -> None:
        document, measuring = self._document, self._workshop.measuring
        keys = [key for key in document.source_keys if key != TRUTH]
        there = document.truth is not None
        self._metrics.set_sources([(key, document.title(key)) for key in keys] if there else [])
        self._workshop.presenter.clear_figures()
        self._metrics.set_protocol(self._settings.protocol, measuring.protocol)
        self._metrics.set_region("whole", measuring.whole_region)
        note = "" if there or document.opened is None else "A map needs the ground truth."
        self._overlay.set_note(note)

    def _measured(self, area: str, key: str, measurement: Measurement) -> None:
        self._metrics.set_measurement(area, key, measurement)
        if area == "whole":
            psnr = number(measurement.psnr, 2)
            self._workshop.presenter.set_figure(key, f"{psnr} dB")

    def _change_frame(self) -> None:
        """Another frame of the clip is shown."""
        document = self._document
        for key in self._workshop.player.keys:
            if key not in document.results or document.truth is None:
                self._metrics.forget(key)
                self._workshop.presenter.set_figure(key, "")
        if self._at is not None and not document.passing:
            self._inspector.show_at(*self._at)
