"""A clip in memory, and a player of it that computes nothing by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.core.frame import Frame, Pixels
from srstudio.jobs.clip_footage import Footage, footage, look_through
from srstudio.media.still import write_picture
from srstudio.media.video.clip import Clip
from srstudio.media.video.timeline import Timeline

COUNT = 12
SCALE = 2
ALTERNATING, STEADY = 4, 3  # how wrong the sources are, in levels


def truth_pixels(number: int) -> Pixels:
    """A gray texture that moves by a pixel a frame."""
    y, x = np.mgrid[0:48, 0:64]
    waves = np.sin((x + number) / 5) * 50 + np.cos(y / 4) * 40 + 128
    return np.repeat(waves[..., None].astype(np.uint8), 3, axis=2)


def write_footage(folder: Path, count: int = COUNT, with_truth: bool = True) -> Footage:
    """A clip of numbered pictures and its ground truth, which is twice as large."""
    for name in ("low", "truth"):
        (folder / name).mkdir(parents=True)
    for number in range(count):
        pixels = truth_pixels(number)
        low = cv2.resize(pixels, (32, 24), interpolation=cv2.INTER_AREA)
        write_picture(Frame(low), folder / "low" / f"{number:04d}.png")
        write_picture(Frame(pixels), folder / "truth" / f"{number:04d}.png")
    truth = look_through(folder / "truth")[0] if with_truth else None
    return footage("clip", look_through(folder / "low")[0], truth, SCALE)


def source_frame(key: str, number: int) -> Frame:
    """What a source makes of a frame: always too bright, brighter and darker in turn, or right."""
    error = {"steady": STEADY, "flickering": ALTERNATING * (-1) ** number, "perfect": 0}[key]
    return Frame((truth_pixels(number).astype(np.int64) + error).astype(np.uint8))


class ClipPlayer(QObject):
    """As `Player`, for what its panels need.

    Attributes:
        asked: What was asked for, call by call.
        silent: Sources that never answer.
        held: Frames that are kept, by source.
    """

    opened_changed = Signal()
    moved = Signal(int)
    state_changed = Signal()
    computed = Signal(str, int, object)
    kept_changed = Signal()
    dropped = Signal(str)

    def __init__(self, given: Footage | None, keys: tuple[str, ...] = ("steady",)) -> None:
        super().__init__()
        self.footage, self.keys = given, keys
        self.number, self.marks = 0, None
        self.asked: list[dict[str, list[int]]] = []
        self.silent: set[str] = set()
        self.held: dict[str, dict[int, Frame]] = {}
        self._further: dict[str, list[int]] = {}
        self._answer = QTimer(self, interval=0)
        self._answer.timeout.connect(self._compute)

    @property
    def clip(self) -> Clip | None:
        return None if self.footage is None else self.footage.shown.clip

    @property
    def timeline(self) -> Timeline | None:
        return None if self.footage is None else self.footage.timeline

    @property
    def count(self) -> int:
        return 0 if self.footage is None else self.footage.count

    @property
    def has_truth(self) -> bool:
        return self.footage is not None and self.footage.truth is not None

    def title(self, key: str) -> str:
        return key.title()

    def kept(self, key: str) -> frozenset[int]:
        return frozenset(self.held.get(key, {}))

    def frame(self, key: str, number: int) -> Frame | None:
        return self.held.get(key, {}).get(number)

    def keep(self, key: str, *numbers: int) -> None:
        """Have frames, and say so."""
        self.held.setdefault(key, {}).update({n: source_frame(key, n) for n in numbers})
        self.kept_changed.emit()

    def seek(self, number: int) -> None:
        self.number = number
        self.moved.emit(number)

    def ask_further(self, wanted: Mapping[str, Collection[int]]) -> None:
        self.asked.append({key: list(numbers) for key, numbers in wanted.items()})
        self._further = {k: list(n) for k, n in wanted.items() if k not in self.silent}
        self._answer.start()

    def _compute(self) -> None:
        key = next((key for key, numbers in self._further.items() if numbers), None)
        if key is None:
            self._answer.stop()
            return
        number = self._further[key].pop(0)
        self.computed.emit(key, number, source_frame(key, number))
