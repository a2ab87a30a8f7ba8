"""Shows the document in the comparison view: sources, their pictures and their labels."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from srstudio.compare.sources import Source
from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH, TRUTH_TITLE, Document, SourceState, Stage
from srstudio.gui.opening import Ready
from srstudio.gui.room import check_room
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.events import TileReady
from srstudio_models import ModelSpec


def source_of(spec: ModelSpec) -> Source:
    """A model as the view knows it; what has nothing to train is the input, brought to size."""
    if spec.parameters:
        return Source(spec.id, spec.title)
    kernel = str(spec.options.get("kernel", ""))
    return Source(spec.id, spec.title, "lr", "" if kernel == spec.title.lower() else kernel)


class Presenter(QObject):
    """Keeps the view up to date with the document.

    A model that has no picture yet shows the quickly enlarged one, into which its tiles are
    pasted as they come; so no source is ever blank.

    Args:
        document: What is at hand.
        view: Shows it.
        background: Copies large pictures.

    Signals:
        failed: A `StudioError`.
    """

    failed = Signal(object)

    def __init__(self, document: Document, view: ComparisonView, background: Background) -> None:
        super().__init__()
        self._document = document
        self._view = view
        self._background = background
        self._seed: Pyramid | None = None
        self._pyramids: dict[str, Pyramid] = {}
        self._figures: dict[str, str] = {}
        document.models_changed.connect(self._show_sources)
        document.state_changed.connect(self._label)

    def show(self, ready: Ready) -> None:
        """Show another picture."""
        self._seed = ready.seed
        self._pyramids = dict(ready.pyramids)
        self._document.open(ready.opened)
        self._view.set_content(*ready.opened.size)
        self._show_sources()

    def show_frame(self, seed: Pyramid, pictures: Mapping[str, Pyramid]) -> None:
        """Show another frame of the clip.

        Args:
            seed: What a source shows that has no picture yet.
            pictures: The pictures of sources.
        """
        self._seed = seed
        keys = [source.key for source in self._view.sources]
        self._pyramids = {key: pictures.get(key, seed) for key in keys}
        if TRUTH not in pictures:
            self._pyramids.pop(TRUTH, None)
        for key in keys:
            if key in self._pyramids:
                self._view.set_picture(key, self._pyramids[key])
            else:
                self._view.clear_picture(key)

    def paste(self, event: TileReady) -> None:
        """Show a part of a model's picture."""
        key = event.model
        if key in self._document.source_keys and key in self._pyramids:
            self._view.paste(key, event.region, event.pixels)
        elif key in self._pyramids:
            self._pyramids[key].paste(event.region, event.pixels)

    def put(self, key: str, pyramid: Pyramid) -> None:
        """Show the whole picture of a source."""
        self._pyramids[key] = pyramid
        if key in self._document.source_keys:
            self._view.set_picture(key, pyramid)

    def set_figure(self, key: str, text: str) -> None:
        """A figure that is written beside the source's name."""
        self._figures[key] = text
        self._label(key)

    def clear_figures(self) -> None:
        """No figure holds any more."""
        keys = list(self._figures)
        self._figures.clear()
        for key in keys:
            self._label(key)

    def _show_sources(self) -> None:
        document = self._document
        sources = [source_of(spec) for spec in document.models]
        if document.opened is None:
            return
        if document.truth is not None:
            sources.append(Source(TRUTH, TRUTH_TITLE, "truth"))
        self._view.set_sources(sources)
        for source in sources:
            if source.key in self._pyramids:
                self._view.set_picture(source.key, self._pyramids[source.key])
            else:
                self._seed_later(source.key)
            self._label(source.key)

    def _seed_later(self, key: str) -> None:
        """Give a model that was chosen later its stand-in, or say that there is no room for it."""
        seed, opened = self._seed, self._document.opened
        if seed is None or opened is None:
            return
        try:
            check_room(opened.size, 1, opened.low.bit_depth)
        except StudioError as error:
            self._document.set_state(key, SourceState(Stage.FAILED, reason=str(error)))
            self.failed.emit(error)
            return

        def put(pyramid: Pyramid) -> None:
            if self._document.opened is opened and key not in self._pyramids:
                self.put(key, pyramid)

        self._background.submit(seed.copy, put, self.failed.emit)

    def _label(self, key: str) -> None:
        if key not in self._document.source_keys:
            return
        state, title = self._document.state(key), self._view_title(key)
        waits = state.stage in (Stage.WAITING, Stage.WORKING, Stage.FAILED)
        more = state.text if waits else self._figures.get(key, "")
        self._view.set_labels(key, f"{title} · {more}" if more else title)

    def _view_title(self, key: str) -> str:
        return TRUTH_TITLE if key == TRUTH else source_of(self._document.spec(key)).text
