"""The threads behind the window and the controllers that feed them; taken down in order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.engine_thread import EngineThread, LaneThread
from srstudio.gui.installing import Installer
from srstudio.gui.job_bridge import JobBridge
from srstudio.gui.mapping import Mapping, limits_of
from srstudio.gui.measuring import Measuring
from srstudio.gui.opening import Opener, display_pyramid
from srstudio.gui.presenter import Presenter
from srstudio.gui.saving import Saver
from srstudio.gui.upscaling import Upscaling
from srstudio.gui.video.computing import Computing
from srstudio.gui.video.player import Player
from srstudio.gui.video.projection import Projection
from srstudio.gui.video.showing import Showing
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.engine import EngineHandler, EngineRequest
from srstudio.jobs.events import Event, PictureReady
from srstudio.jobs.lanes import Handler
from srstudio.jobs.measuring import MeasureHandler
from srstudio.jobs.specs import MapRequest, MeasureRequest
from srstudio.settings.schema import Settings

MakeHandler = Callable[[], Handler[EngineRequest]]
MeasureThread = LaneThread[MeasureRequest | MapRequest]


def pyramid_of(event: Event) -> Pyramid | None:
    """What the screen shows of a finished picture: built in the engine's thread."""
    return display_pyramid(event.frame) if isinstance(event, PictureReady) else None


class Workshop(QObject):
    """Everything that works behind the window.

    Args:
        document: What is at hand.
        view: Shows it.
        settings: Hold the chosen convention.
        make_handler: Makes the handler of the engine's lane.

    Signals:
        failed: A `StudioError` from any of them.
    """

    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        view: ComparisonView,
        settings: Settings,
        make_handler: MakeHandler = EngineHandler,
    ) -> None:
        super().__init__()
        self.engine: EngineThread[EngineRequest] = EngineThread(
            "engine", make_handler(), JobBridge(pyramid_of)
        )
        live, whole = self._measurer("measure live"), self._measurer("measure whole")
        projection = Projection()
        self._threads = (self.engine, live, whole, projection.thread_of_it)
        self.background = Background()
        self.opener = Opener(document, self.background)
        self.saver = Saver(self.background)
        self.installer = Installer(document, self.background)
        self.presenter = Presenter(document, view, self.background)
        # After the presenter, which is told first of chosen models: those that it has no room for
        # are not asked for.
        self.upscaling = Upscaling(document, self.presenter, view, self.engine)
        self.computing = Computing(document, self.engine)
        showing = Showing(document, self.presenter, projection)
        self.player = Player(document, view, self.computing, projection, showing)
        self.projection = projection
        self.measuring = Measuring(document, view, settings.view, live, whole)
        self.mapping = Mapping(document, view, self.measuring, self.background)
        self._document = document
        self._connect_failures()

    def _connect_failures(self) -> None:
        files = (self.opener, self.saver, self.installer)
        clip = (self.computing, self.projection)
        for part in (*files, *clip, self.presenter, self.upscaling, self.measuring, self.mapping):
            part.failed.connect(self.failed)
        self.engine.start_failed.connect(self.failed)

    @property
    def idle(self) -> bool:
        """Whether everything that was asked for is done and shown."""
        busy = (self.opener, self.installer, self.upscaling, self.measuring, self.mapping)
        return self._document.complete and not any(part.busy for part in (*busy, self.player))

    @property
    def computing_something(self) -> bool:
        """Whether the engine is at work."""
        return self.upscaling.busy or self.computing.busy

    def stop_computing(self) -> None:
        """Stop the engine, until something else is asked for."""
        self.player.pause()
        self.upscaling.cancel()
        self.computing.stop()

    def resume_computing(self) -> None:
        """Go on with what was stopped, and try again what has failed."""
        self.upscaling.resume()
        self.computing.resume()
        self.player.plan()

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop everything: lanes first, then their threads, then reading and writing.

        The engine stops within one tile; a file that is being written is finished.
        """
        self.player.close()
        self.upscaling.stop()
        self.measuring.close()
        for thread in self._threads:
            thread.close()
        for thread in self._threads:
            thread.wait()
        self.background.close()

    @staticmethod
    def _measurer(name: str) -> MeasureThread:
        return LaneThread(name, MeasureHandler(), JobBridge(limits_of))
