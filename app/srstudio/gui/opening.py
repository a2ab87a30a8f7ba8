"""Opening pictures: read, given their roles and made ready off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import cv2
from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import InputError, StudioError
from srstudio.core.frame import Frame
from srstudio.gui import roles
from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH, Document, Opened
from srstudio.gui.roles import Given, Roles
from srstudio.gui.room import check_room
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.clip_footage import Footage, is_picture, look_through
from srstudio.media.color import to_srgb_8bit
from srstudio.media.still import read_picture
from srstudio_models.network import USUAL_SCALES

# Ids of the models that are shown at a scale, for a picture as it was found or not.
IdsAt = Callable[[int, bool], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that shows a picture at once, before any model has run.

    Attributes:
        opened: The picture.
        roles: Who plays what; asked again when the scale changes.
        seed: The picture enlarged, shown for a model until its own tiles are there.
        pyramids: A pyramid for each source that is shown at first, each with its own memory.
        fresh: Another picture than before, not the same one at another scale.
        footage: The video of which this is a frame; None for a picture.
    """

    opened: Opened
    roles: Roles
    seed: Pyramid
    pyramids: dict[str, Pyramid]
    fresh: bool = True
    footage: Footage | None = None


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


def make_ready(
    given: Roles, scale: int, key: str, ids_at: IdsAt, fresh: bool, number: int = 0
) -> Ready:
    """Do everything that takes time between reading a picture and showing it.

    Raises:
        UsageError: if the results would not fit into memory.
    """
    film = given.footage(scale, key) if given.is_clip else None
    if film is None:
        opened = roles.prepare(given, scale, key)
    else:
        opened = _frame_of(given, film, min(number, film.count - 1))
    models = ids_at(scale, opened.as_found)
    check_room(opened.size, len(models), opened.low.bit_depth)
    seed = seed_pyramid(opened)
    pyramids = {model: seed.copy() for model in models}
    if opened.truth is not None:
        pyramids[TRUTH] = display_pyramid(opened.truth)
    return Ready(opened, given, seed, pyramids, fresh, film)


def _frame_of(given: Roles, film: Footage, number: int) -> Opened:
    with film.open() as reader:
        return roles.opened_frame(given, film, number, *reader.pair(number))


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

    def change_roles(self, change: Callable[[Roles], Roles]) -> None:
        """Open what is open anew, with something about it changed in the background."""
        current = self._roles
        if current is not None:
            self._start(current.shown.name, lambda: change(current), fresh=False)

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

    def _start(
        self,
        name: str,
        find: Callable[[], Roles],
        scale: int | None = None,
        fresh: bool | None = None,
    ) -> None:
        number = self._newest = next(self._numbers)
        chosen = self._document.scale
        ids_at, current = self._document.ids_at, self._roles
        opened = self._document.opened
        shown = (opened.number or 0) if opened is not None else 0

        def work() -> Ready:
            given = find()
            factor = scale or roles.scale_of(given, chosen)
            other = current is None or given.shown is not current.shown
            anew = other if fresh is None else fresh
            at = 0 if anew else shown
            return make_ready(given, factor, f"{number}-x{factor}", ids_at, anew, at)

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


def read_given(path: Path) -> Given:
    """A picture, or a video as far as it is looked through to be opened.

    Raises:
        InputError: if it is neither, or cannot be read.
    """
    if is_picture(path):
        return Given(path.stem, path, read_picture(path))
    try:
        reel, frame = look_through(path)
    except InputError:
        if not path.is_file():
            raise
        return Given(path.stem, path, _odd_picture(path))
    return Given(path.stem, path, frame, reel)


def _odd_picture(path: Path) -> Frame:
    """The picture in a file whose name says nothing of one, and that is no video."""
    try:
        return read_picture(path)
    except InputError as error:
        raise InputError(
            f"{path.name} is neither a picture nor a video that SR Studio reads",
            "use PNG, JPEG, TIFF, WebP, BMP, or a video",
        ) from error


def _read(paths: Sequence[Path]) -> list[Given]:
    return [read_given(path) for path in paths[:3]]


def _names(paths: Sequence[Path]) -> str:
    return " and ".join(path.name for path in paths[:2])
