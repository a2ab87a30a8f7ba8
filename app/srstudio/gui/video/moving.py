"""Whatever moves a play head: seeking, playing, marking; without a clip it does nothing."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QObject

from srstudio.compare.playhead import Playhead
from srstudio.media.video.timeline import Timeline


class Moving(QObject):
    """A play head that is moved; whoever inherits from it shows where it is."""

    def __init__(self) -> None:
        super().__init__()
        self._head: Playhead | None = None

    @abstractmethod
    def _move(self, head: Playhead) -> None:
        """Take over another place or another way of moving, and have it seen."""

    # -- where it is ----------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline | None:
        """When the frames are shown."""
        return None if self._head is None else self._head.timeline

    @property
    def count(self) -> int:
        """Frames of the clip; 0 where there is none."""
        return 0 if self._head is None else len(self._head.timeline)

    @property
    def number(self) -> int:
        """The frame that is shown."""
        return 0 if self._head is None else self._head.number

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._head is not None and self._head.playing

    @property
    def rate(self) -> float:
        """Times as fast as the clip; 0 stands still, below 0 goes backwards."""
        return 0.0 if self._head is None else self._head.rate

    @property
    def looped(self) -> bool:
        """Whether it begins again at the end."""
        return self._head is not None and self._head.looped

    @property
    def marks(self) -> range | None:
        """From the in point to the out point; None for the whole clip."""
        return None if self._head is None else self._head.marks

    # -- what is done ---------------------------------------------------------------------

    def seek(self, number: int) -> None:
        """Show another frame."""
        if self._head is not None:
            self._move(self._head.sought(number))

    def step(self, frames: int) -> None:
        """Show a frame some frames on or back, and stand still."""
        if self._head is not None:
            self._move(self._head.stepped(frames))

    def skip(self, seconds: int) -> None:
        """Show a frame some seconds on or back."""
        if self._head is not None:
            self._move(self._head.skipped(seconds))

    def play(self, rate: float = 1.0) -> None:
        """Play at a rate."""
        if self._head is not None:
            self._move(self._head.played(rate))

    def shuttle(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1), twice as fast each time."""
        if self._head is not None:
            self._move(self._head.shuttled(direction))

    def pause(self) -> None:
        """Stand still."""
        if self._head is not None:
            self._move(self._head.paused())

    def toggle(self) -> None:
        """Play, or stand still."""
        if self._head is not None:
            self._move(self._head.toggled())

    def set_looped(self, looped: bool) -> None:
        """Begin again at the end, or stop there."""
        if self._head is not None:
            self._move(self._head.with_looped(looped))

    def set_marks(self, marks: range | None) -> None:
        """Play a part of the clip; None for all."""
        if self._head is not None:
            self._move(self._head.with_marks(marks))

    def mark_in(self) -> None:
        """Play from the frame that is shown."""
        if self._head is not None:
            self._move(self._head.with_in())

    def mark_out(self) -> None:
        """Play up to the frame that is shown."""
        if self._head is not None:
            self._move(self._head.with_out())
