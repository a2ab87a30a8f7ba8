"""Opening pictures: read, given their roles and made ready off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import cv2
from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import StudioError
from srstudio.core.frame import Frame
from srstudio.gui import roles
from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH, Document, Opened
from srstudio.gui.roles import Given, Roles
from srstudio.gui.room import check_room
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.media.color import to_srgb_8bit
from srstudio.media.still import read_picture
from srstudio_models.network import USUAL_SCALES


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that shows a picture at once, before any model has run.

    Attributes:
        opened: The picture.
        roles: Who plays what; asked again when the scale changes.
        seed: The picture enlarged, shown for a model until its own tiles are there.
        pyramids: A pyramid for each source that is shown at first, each with its own memory.
        fresh: Another picture than before, not the same one at another scale.
    """

    opened: Opened
    roles: Roles
    seed: Pyramid
    pyramids: dict[str, Pyramid]
    fresh: bool = True


def display_pyramid(frame: Frame) -> Pyramid:
    """What the screen shows of a frame: in sRGB, with its alpha."""
    return Pyramid(to_srgb_8bit(frame), frame.alpha)


def seed_pyramid(opened: Opened) -> Pyramid:
    """The low-resolution picture enlarged quickly, as a stand-in for the models' pictures."""
    size, low = opened.size, opened.low
    colour = cv2.resize(to_srgb_8bit(low), size, interpolation=cv2.INTER_CUBIC)
    alpha = None
    if low.alpha is not None:
        alpha = cv2.resize(low.alpha, size, interpolation=cv2.INTER_LINEAR)
    return Pyramid(colour, alpha)


def make_ready(given: Roles, scale: int, key: str, models: Sequence[str], fresh: bool) -> Ready:
    """Do everything that takes time between reading a picture and showing it.

    Raises:
        UsageError: if the results would not fit into memory.
    """
    opened = roles.prepare(given, scale, key)
    check_room(opened.size, len(models), opened.low.bit_depth)
    seed = seed_pyramid(opened)
    pyramids = {model: seed.copy() for model in models}
    if opened.truth is not None:
        pyramids[TRUTH] = display_pyramid(opened.truth)
    return Ready(opened, given, seed, pyramids, fresh)


class Opener(QObject):
    """Opens pictures; the newest request is the one that counts.

    Signals:
        reading: The name of what is being read.
        ready: A `Ready`.
        failed: A `StudioError`.
    """

    reading = Signal(str)
    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, document: Document, background: Background) -> None:
        super().__init__()
        self._document = document
        self._background = background
        self._roles: Roles | None = None
        self._numbers = count(1)
        self._newest = 0
        document.scale_asked.connect(self._rescale)

    @property
    def busy(self) -> bool:
        """Whether a picture is being read."""
        return self._newest != 0

    def open_files(self, paths: Sequence[Path], made: bool) -> None:
        """Open files of which nobody said what they are.

        Args:
            paths: One, or a picture and its ground truth.
            made: A single one is the ground truth, and the low-resolution picture is made.
        """
        if paths:
            self._start(_names(paths), lambda: self._sort(_read(paths), made))

    def open_frame(self, frame: Frame, made: bool) -> None:
        """Open a picture that was pasted."""
        given = [Given("pasted", None, frame)]
        self._start("the clipboard", lambda: self._sort(given, made))

    def open_truth(self, path: Path) -> None:
        """Open a file as the ground truth of what is open."""
        current, scales = self._roles, self._document.scales
        self._start(path.name, lambda: roles.assign_truth(current, _read([path])[0], scales))

    def set_made(self, made: bool) -> None:
        """Take the opened picture for the ground truth, or for the low-resolution picture."""
        if self._roles is not None and made != (self._roles.low is None):
            shown = self._roles.shown
            fresh = Roles(None, shown) if made else Roles(shown)
            self._start(shown.name, lambda: fresh)

    def _sort(self, given: Sequence[Given], made: bool) -> Roles:
        if made and len(given) == 1:
            return Roles(None, given[0])
        document = self._document
        likely = {*USUAL_SCALES, document.scale}
        return roles.assign(self._roles, given, document.scales, likely)

    def _rescale(self, scale: int) -> None:
        current = self._roles
        if current is not None:
            self._start(current.shown.name, lambda: current, scale=scale)

    def _start(self, name: str, find: Callable[[], Roles], scale: int | None = None) -> None:
        number = self._newest = next(self._numbers)
        chosen = self._document.scale
        ids_at, current = self._document.ids_at, self._roles

        def work() -> Ready:
            given = find()
            factor = scale or roles.scale_of(given, chosen)
            fresh = current is None or given.shown is not current.shown
            return make_ready(given, factor, f"{number}-x{factor}", ids_at(factor), fresh)

        self.reading.emit(name)
        self._background.submit(
            work, lambda ready: self._done(number, ready), lambda e: self._fail(number, e)
        )

    def _done(self, number: int, ready: Ready) -> None:
        if number == self._newest:
            self._newest = 0
            self._roles = ready.roles
            self.ready.emit(ready)

    def _fail(self, number: int, error: StudioError) -> None:
        if number == self._newest:
            self._newest = 0
            self.failed.emit(error)


def _read(paths: Sequence[Path]) -> list[Given]:
    return [Given(path.stem, path, read_picture(path)) for path in paths[:3]]


def _names(paths: Sequence[Path]) -> str:
    return " and ".join(path.name for path in paths[:2])
