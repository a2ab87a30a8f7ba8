"""The clip that is open in the window: what is shown of it, what is there, what is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal

from srstudio.compare.playhead import Playhead
from srstudio.core.frame import Frame
from srstudio.media.video.clip import Clip
from srstudio.media.video.timeline import Timeline


class Player(QObject):
    """Shows the frames of a clip, each with all of its sources.

    Everything but `play` and its like does nothing while a picture, or nothing, is open.

    Signals:
        opened_changed: Another clip, or none.
        moved: The number of the frame that is shown now.
        state_changed: `playing`, `rate`, `looped`, `waiting`, `measured_fps` or `marks`.
        computed: A source, a number and its `Frame`: every frame of a model as it is computed.
        kept_changed: What `kept` says is no longer true; told at most some times a second.
    """

    opened_changed = Signal()
    moved = Signal(int)
    state_changed = Signal()
    computed = Signal(str, int, object)
    kept_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._head: Playhead | None = None

    # -- what is open ---------------------------------------------------------------------

    @property
    def clip(self) -> Clip | None:
        """What is open: the low-resolution clip, or the ground truth it is made from."""
        return None

    @property
    def timeline(self) -> Timeline | None:
        """When the frames are shown."""
        return None if self._head is None else self._head.timeline

    @property
    def count(self) -> int:
        """Frames of the clip; 0 where there is none."""
        return 0 if self._head is None else len(self._head.timeline)

    @property
    def keys(self) -> tuple[str, ...]:
        """The models that are shown: sources for which frames are computed."""
        return ()

    @property
    def has_truth(self) -> bool:
        """Whether there is a ground truth."""
        return False

    def title(self, key: str) -> str:
        """What a person reads for a source."""
        raise NotImplementedError

    def truth_number(self, number: int) -> int | None:
        """The frame of the ground truth that is shown with a frame; None without one."""
        raise NotImplementedError

    # -- what is shown --------------------------------------------------------------------

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
    def waiting(self) -> bool:
        """Whether it plays, and waits for frames that are not there yet."""
        return self._head is not None and self._head.waiting

    @property
    def measured_fps(self) -> float | None:
        """Frames shown in a second of late; None while that is not known."""
        return None

    @property
    def marks(self) -> range | None:
        """From the in point to the out point; None for the whole clip."""
        return None if self._head is None else self._head.marks

    # -- what is there --------------------------------------------------------------------

    def kept(self, key: str) -> frozenset[int]:
        """The frames of a source that can be shown at once."""
        raise NotImplementedError

    def frame(self, key: str, number: int) -> Frame | None:
        """A frame of a model, if it is kept."""
        raise NotImplementedError

    def truth_frame(self, number: int) -> Frame | None:
        """The frame of the ground truth that is shown with a frame, if it is at hand.

        Others can be read in another thread: see `reader`.
        """
        raise NotImplementedError

    # -- what is done ---------------------------------------------------------------------

    def seek(self, number: int) -> None:
        """Show another frame."""
        raise NotImplementedError

    def step(self, frames: int) -> None:
        """Show a frame some frames on or back, and stand still."""
        raise NotImplementedError

    def play(self, rate: float = 1.0) -> None:
        """Play at a rate."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stand still."""
        raise NotImplementedError

    def toggle(self) -> None:
        """Play, or stand still."""
        raise NotImplementedError

    def set_looped(self, looped: bool) -> None:
        """Begin again at the end, or stop there."""
        raise NotImplementedError

    def set_marks(self, marks: range | None) -> None:
        """Play a part of the clip; None for all."""
        raise NotImplementedError

    def ask_further(self, wanted: Mapping[str, Collection[int]]) -> None:
        """Frames to be computed, by source, once nothing is missing that is looked at.

        Each is told by `computed`; not all of them are kept. Ask for a few at a time, and for
        the next when those are dealt with: what is told waits in memory. Another call takes the
        place of the one before.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let the clip go, and stop working on it."""
        raise NotImplementedError
