"""Builds the window with everything behind it, and ties signals to what they do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from srstudio.core.errors import OutputError, StudioError
from srstudio.core.frame import Frame
from srstudio.gui.actions import OF_THE_PICTURES, PAGES, Actions
from srstudio.gui.binding import Binding
from srstudio.gui.blind.desk import BlindDesk
from srstudio.gui.dialogs.leaving import Leaving
from srstudio.gui.document import TRUTH, Document
from srstudio.gui.exporting.desk import ExportDesk
from srstudio.gui.icons import application_icon
from srstudio.gui.installing import Installed, is_weights
from srstudio.gui.lineup import family
from srstudio.gui.main_window import MainWindow
from srstudio.gui.menus import ListMenus
from srstudio.gui.opening import Ready
from srstudio.gui.panels.empty_page import EmptyPage
from srstudio.gui.panels.engine_bar import EngineBar
from srstudio.gui.panels.inspector import Inspector
from srstudio.gui.panels.message_strip import Level
from srstudio.gui.panels.metrics import MetricsPanel
from srstudio.gui.panels.overlay import OverlayPanel
from srstudio.gui.panels.sources import SourcesPanel
from srstudio.gui.readout import Readout
from srstudio.gui.theme import ThemeManager
from srstudio.gui.training.desk import TrainingDesk
from srstudio.gui.verbs import Verbs
from srstudio.gui.video.desk import VideoDesk
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.workshop import MakeHandler, Workshop
from srstudio.jobs.engine import EngineHandler
from srstudio.settings import Settings, SettingsStore
from srstudio_models import Catalog
from srstudio_resources import sample

_log = logging.getLogger(__name__)


class Studio(QObject):
    """One window.

    Args:
        theme: Colours everything.
        catalog: Every model there is.
        settings: What is remembered; kept up to date.
        store: Where it is remembered; None: nowhere.
        make_handler: Makes the handler of the engine's lane (tests give a quick one).

    Attributes:
        window: The window itself.
        view: The comparison in it.
        document: What is at hand.
        workshop: The threads and controllers behind it.
    """

    def __init__(
        self,
        theme: ThemeManager,
        catalog: Catalog,
        settings: Settings,
        store: SettingsStore | None = None,
        make_handler: MakeHandler = EngineHandler,
    ) -> None:
        super().__init__()
        self.settings, self._store, self._theme = settings, store, theme
        self._closed, self._awaited = False, ""
        self.document = Document(catalog, settings.engine)
        self.view = ComparisonView()
        self.workshop = Workshop(self.document, self.view, settings, make_handler)
        self.empty = EmptyPage(
            {
                "Open...": lambda: self.verbs.open(),
                "Sample picture": lambda: self.verbs.sample(),
                "Sample video": lambda: self.verbs.sample_clip(),
            }
        )
        self.window = MainWindow(self.view, self.empty)
        self.window.setWindowIcon(application_icon())
        work = self.workshop
        measuring = work.measuring
        self.video = VideoDesk(work.player, work.opener, self.view, lambda: measuring.convention)
        self.verbs = Verbs(self)
        self.actions = Actions(self.window, self.view, self.verbs.slots())
        self._make_panels()
        self.binding = Binding(self.view, self.actions, self.overlay, settings.view)
        self._arrange()
        self.desk = TrainingDesk(
            self.document, self.window, self.workshop.installer.install_checkpoint
        )
        self.window.add_below(self.video.bar)
        self.window.add_below(self.desk.bar)
        self.exports = ExportDesk(self.document, self.window, settings.export)
        self.blind = BlindDesk(self.document)
        self._connect_work()
        self._connect_view()
        self._connect_training()
        self._connect_exports()
        self._recolour()
        theme.changed.connect(self._recolour)

    def start(self) -> None:
        """Show the window; the engine starts once it is painted."""
        self.window.restore(self.settings.window)
        self.window.show()
        self.workshop.start()
        self.video.analysis.start()
        self.window.status.show_busy("Starting the engine")

    def open(self, paths: Sequence[Path]) -> None:
        """Open a picture, or a picture and its ground truth; install what are weight files."""
        weights = [path for path in paths if is_weights(path)]
        pictures = [path for path in paths if path not in weights]
        self.workshop.opener.open_files(pictures, self.sources.made)
        if weights:
            self.workshop.installer.install(weights)

    def show_page(self, name: str) -> None:
        """The comparison, or a task: one of `actions.PAGES`."""
        tasks: dict[str, TrainingDesk | ExportDesk | BlindDesk] = {
            "training": self.desk,
            "exports": self.exports,
            "blind": self.blind,
        }
        for page in PAGES:
            self.actions[page].setChecked(page == name)
        self.actions.enable(OF_THE_PICTURES, name not in tasks)
        self.menus.panels.setEnabled(name not in tasks)
        self.video.set_on_screen(name not in tasks)
        self.video.enable(self.actions)
        self.window.show_task(tasks[name].open_page() if name in tasks else None)
        self.window.status.set_pictures_seen(name not in tasks)
        for task, desk in tasks.items():
            desk.set_seen(task == name)

    def tell(self, text: str, level: Level = "warning") -> None:
        """Say a sentence in the window."""
        self.window.strip.show_text(text, level)

    def close(self) -> None:
        """Stop all work, join the threads, save the settings; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self.video.analysis.close()
        self.window.remember(self.settings.window)
        self.window.hide()
        self.desk.close()
        self.exports.close()
        self.blind.close()
        self.workshop.close()
        if self._store is not None:
            try:
                self._store.save(self.settings)
            except OutputError:
                _log.exception("the settings were not saved")

    # -- building -------------------------------------------------------------------------

    def _make_panels(self) -> None:
        self.sources = SourcesPanel(self.document)
        self.metrics = MetricsPanel()
        self.overlay = OverlayPanel()
        self.inspector = Inspector(self.document)
        self.engine_bar = EngineBar(self.document)

    def _arrange(self) -> None:
        bar = self.engine_bar
        right = {"Metrics": self.metrics, "Difference": self.overlay, "Pixel": self.inspector}
        self.window.add_docks({"Sources": self.sources}, right)
        self.window.add_clip_docks(self.video.analysis.panels)
        docks = (*self.window.docks, *self.window.clip_docks.docks)
        self.menus = ListMenus(self.settings.window, self._theme, docks)
        widgets = {"scale": bar.scale, "device": bar.device, "precision": bar.precision}
        menus = {
            "recent": self.menus.recent,
            "theme": self.menus.theme,
            "panels": self.menus.panels,
            "colours": self.video.colours,
        }
        self.window.add_bars(self.actions, widgets, menus)
        shown = (self.metrics, self.overlay, self.inspector, self.window.status)
        self.readout = Readout(self.document, self.workshop, *shown, self.settings.view)
        self.actions["comparison"].setChecked(True)
        self.actions["cancel"].setEnabled(False)
        self.actions["save"].setEnabled(False)
        self.actions["export_video"].setEnabled(False)
        self.video.enable(self.actions)

    def _recolour(self) -> None:
        colours = self._theme.colours
        window = (self.actions, self.window.strip, self.empty, self.sources)
        for part in (*window, self.desk, self.exports, self.blind, self.video):
            part.recolour(colours)

    # -- tying together -------------------------------------------------------------------

    def _connect_work(self) -> None:
        work, status = self.workshop, self.window.status
        work.failed.connect(self._failed)
        work.engine.devices_listed.connect(self._engine_started)
        work.opener.reading.connect(self._reading)
        work.opener.ready.connect(self._ready)
        work.upscaling.progressed.connect(status.show_progress)
        work.upscaling.busy_changed.connect(self._busy)
        work.computing.busy_changed.connect(self._busy)
        work.projection.warned.connect(self.tell)
        work.player.progressed.connect(status.show_progress)
        work.upscaling.noted.connect(self.tell)
        work.saver.started.connect(lambda path: status.showMessage(f"Saving {path.name} ..."))
        work.saver.saved.connect(lambda path: status.showMessage(f"Saved {path}", 8_000))
        work.installer.reading.connect(lambda names: self.tell(f"Reading {names} ...", "info"))
        work.installer.installed.connect(self._installed)
        work.opener.failed.connect(lambda _: self.engine_bar.show())
        self.sources.made_ticked.connect(work.opener.set_made)
        self.sources.install_asked.connect(self.verbs.install)
        self.menus.file_chosen.connect(lambda path: self.open([path]))
        self.window.closing.connect(self.close)

    def _connect_view(self) -> None:
        view, status = self.view, self.window.status
        view.files_dropped.connect(self.open)
        self.window.files_dropped.connect(self.open)
        view.picture_dropped.connect(self._open_frame)
        view.viewport_changed.connect(lambda viewport: status.show_zoom(viewport.zoom))
        view.cursor_moved.connect(self.readout.point_at)
        self.sources.chosen.connect(view.show_source)
        self.document.result_added.connect(lambda _: self._enable_save())
        self.document.frame_changed.connect(self._enable_save)
        self.video.clip_open.connect(lambda _: self.video.enable(self.actions))
        self._connect_analysis()

    def _connect_analysis(self) -> None:
        analysis, docks = self.video.analysis, self.window.clip_docks
        analysis.failed.connect(self._failed)
        analysis.told.connect(lambda text: self.tell(text, "info"))
        self.metrics.protocol_chosen.connect(lambda _: analysis.change_protocol())
        self.video.clip_open.connect(docks.set_open)
        for dock, panel in zip(docks.docks, analysis.panels.values(), strict=True):
            dock.visibilityChanged.connect(panel.set_seen)

    def _connect_training(self) -> None:
        desk, window = self.desk, self.window
        desk.failed.connect(window.strip.tell)
        desk.told.connect(lambda text: self.tell(text, "info"))
        desk.compared.connect(self._show_compared)
        desk.runs.added.connect(self._bring_forward)
        self.workshop.engine.devices_listed.connect(desk.set_devices)

    def _connect_exports(self) -> None:
        exports, window = self.exports, self.window
        leaving = Leaving(window, (self.desk, exports))
        window.may_close = lambda: self.blind.may_close(window) and leaving.may_close()
        self.blind.failed.connect(window.strip.tell)
        self.blind.told.connect(lambda text: self.tell(text, "info"))
        exports.failed.connect(window.strip.tell)
        exports.page_asked.connect(lambda: self.show_page("exports"))
        exports.compare_asked.connect(self._compare_export)
        self.workshop.engine.devices_listed.connect(lambda _: exports.look())
        player, verb = self.workshop.player, self.actions["export_video"]
        player.opened_changed.connect(lambda: verb.setEnabled(player.clip is not None))

    def _compare_export(self, paths: Sequence[Path]) -> None:
        """Look at what was exported."""
        self.show_page("comparison")
        self._awaited = TRUTH if len(paths) > 1 else ""
        self.open(paths)

    def _show_compared(self) -> None:
        """Weights of a run are to be seen, on the sample if nothing else is there."""
        self.show_page("comparison")
        if self.document.opened is None and not self.workshop.opener.busy:
            self.workshop.opener.open_files(sample()[1:], made=True)

    def _bring_forward(self, key: str) -> None:
        """Show a source in a pane, as soon as it is one."""
        comparison = self.view.comparison
        self._awaited = "" if key in comparison.sources else key
        if key in comparison.sources and key not in comparison.visible:
            self.view.set_comparison(comparison.with_pane(len(comparison.panes) - 1, key))

    def _open_frame(self, frame: Frame) -> None:
        self.workshop.opener.open_frame(frame, self.sources.made)

    def _reading(self, name: str) -> None:
        self.window.strip.hide()
        self.empty.show_reading(name)
        self.window.status.show_busy(f"Reading {name}")

    def _ready(self, ready: Ready) -> None:
        self.workshop.presenter.show(ready)
        self._bring_forward(self._awaited)
        self.window.show_picture(True)
        if ready.fresh:
            self.view.fit()
        opened = ready.opened
        self.window.setWindowTitle(f"{opened.name} - SR Studio")
        if opened.path is not None:
            self.settings.remember_file(str(opened.path.absolute()))
            self.menus.list_recent()
        self._enable_save()
        self.video.show(ready)
        self.workshop.upscaling.restart()
        if not self.workshop.computing_something:
            self._busy(False)

    def _installed(self, done: Installed) -> None:
        shown = {family(spec) for spec in self.document.models}
        self.tell(done.text(shown), "error" if done.problems else "info")

    def _engine_started(self, devices: Sequence[object]) -> None:
        self.engine_bar.set_devices(devices)  # type: ignore[arg-type]
        if not self.workshop.computing_something and not self.workshop.opener.busy:
            self.window.status.show_idle("Ready")

    def _busy(self, busy: bool) -> None:
        self.actions["cancel"].setEnabled(busy)
        if not busy:
            stopped = self.document.opened is not None and not self.document.complete
            self.window.status.show_idle("Stopped; F5 goes on" if stopped else "Ready")
        elif not self.workshop.engine.started_up:
            self.window.status.show_busy("Starting the engine")

    def _enable_save(self) -> None:
        document = self.document
        self.actions["save"].setEnabled(bool(document.results) or document.truth is not None)

    def _failed(self, error: StudioError) -> None:
        self.window.strip.tell(error)
        if self.document.opened is None:
            self.empty.show_invitation()
        if not self.workshop.computing_something:
            self._busy(False)
