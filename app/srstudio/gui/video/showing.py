"""The frame of a clip that is shown, completed as its pictures come."""

from __future__ import annotations

from PySide6.QtCore import QObject

from srstudio.gui.document import TRUTH, Document
from srstudio.gui.presenter import Presenter
from srstudio.gui.video.projection import Projection
from srstudio.jobs.clip_cache import ClipCache


class Showing(QObject):
    """Shows frames: all sources of one at once, and later what was not there yet.

    Args:
        document: Gets the frame and its results.
        presenter: Gets the pictures.
        projection: Has the pictures.
    """

    def __init__(self, document: Document, presenter: Presenter, projection: Projection) -> None:
        super().__init__()
        self._document, self._presenter, self._projection = document, presenter, projection
        self._shown: int | None = None
        self._drawn: set[str] = set()

    @property
    def number(self) -> int | None:
        """The frame that is shown; None while there is none yet."""
        return self._shown

    def reset(self) -> None:
        """Nothing of the clip is shown."""
        self._shown = None
        self._drawn.clear()

    def show(self, number: int, cache: ClipCache) -> bool:
        """Show a frame, as far as it is there; whether it is."""
        pair = self._projection.pair(number)
        if pair is None:
            return False
        if number == self._shown:
            self._complete(number, cache)
            return True
        pictures = {} if pair.truth is None else {TRUTH: pair.truth}
        for key in self._document.source_keys:
            picture = self._projection.picture(key, number)
            if picture is not None:
                pictures[key] = picture
        self._shown, self._drawn = number, set(pictures)
        self._presenter.show_frame(pair.seed, pictures)
        self._document.show_frame(pair.opened, cache.at(number))
        return True

    def _complete(self, number: int, cache: ClipCache) -> None:
        """Add what has come since the frame was shown first."""
        document = self._document
        for key in document.source_keys:
            picture = self._projection.picture(key, number)
            if picture is not None and key not in self._drawn:
                self._drawn.add(key)
                self._presenter.put(key, picture)
            frame = cache.get(key, number)
            if frame is not None and key not in document.results:
                document.add_result(key, frame, None)
