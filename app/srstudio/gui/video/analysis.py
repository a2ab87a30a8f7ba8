"""Curves and slices of a clip: their panels, and the threads that work for them.

Tie: show `panels` in docks, `start` with the window's other threads, `recolour` with the theme,
`change_protocol` where the convention changes, `close` before the player is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from srstudio.gui.background import Background
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.job_bridge import JobBridge
from srstudio.gui.theme import Colours
from srstudio.gui.video.curve_measuring import CurveMeasuring
from srstudio.gui.video.curves_panel import CurvesPanel
from srstudio.gui.video.player import Player
from srstudio.gui.video.slice_panel import SlicePanel
from srstudio.gui.video.slicing import Slicing
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.jobs.clip_measuring import FiguresHandler, FiguresRequest
from srstudio.jobs.clip_slices import SliceHandler, SliceRequest
from srstudio.metrics.protocol import Protocol


class ClipAnalysis(QObject):
    """What can be said of a clip beyond the frame that is shown.

    Args:
        player: Has the clip.
        view: Shows the line of the slices.
        protocol: The convention; asked again for every frame.

    Signals:
        told: A sentence for the window.
        failed: A `StudioError`.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self, player: Player, view: ComparisonView, protocol: Callable[[], Protocol]
    ) -> None:
        super().__init__()
        self._protocol, self._background = protocol, Background()
        measure: LaneThread[FiguresRequest] = LaneThread(
            "measure clip", FiguresHandler(), JobBridge()
        )
        cut: LaneThread[SliceRequest] = LaneThread("slices", SliceHandler(), JobBridge())
        self._threads = (measure, cut)
        self.measuring = CurveMeasuring(player, measure, protocol)
        self.slicing = Slicing(player, view, cut)
        self.curves = CurvesPanel(player, self.measuring, self._background)
        self.slices = SlicePanel(player, view, self.slicing)
        for part in (self.measuring, self.slicing, self.curves):
            part.failed.connect(self.failed)
        self.curves.told.connect(self.told)
        player.opened_changed.connect(self._write_convention)

    @property
    def panels(self) -> dict[str, CurvesPanel | SlicePanel]:
        """The panels, by their titles."""
        return {"Curves": self.curves, "Slices": self.slices}

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.curves.recolour(colours)

    def change_protocol(self) -> None:
        """Measure everything again: the convention is another one."""
        self._write_convention()
        self.measuring.start_again()

    def close(self) -> None:
        """Stop everything, and take the plots down."""
        self.curves.close()
        self.slices.close()
        for thread in self._threads:
            thread.close()
        for thread in self._threads:
            thread.wait()
        self._background.close()

    def _write_convention(self) -> None:
        self.curves.set_note(self._protocol().sentence)
