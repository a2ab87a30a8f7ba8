"""The bar below the pictures of a clip: transport, times, region, what is computed, play head.

A player tells it what is so (`set_...`) and hears from its signals what is wanted; it has no
state of its own but what is being dragged or typed. Hide it where there is no clip.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from srstudio.gui.theme import Colours
from srstudio.gui.video.timeline_strip import TimelineStrip
from srstudio.gui.video.transport import Transport
from srstudio.media.video.timeline import Timeline


class TimelineBar(QFrame):
    """Where the clip is, and everything that moves it.

    Signals:
        sought: A frame number.
        marks_chosen: The range of the loop region (in and out points); None for the whole clip.
        play_toggled: Play, or stand still.
        stepped: So many frames on (back where negative).
        rate_asked: So many times as fast.
        loop_toggled: Whether the region begins again at its end.
    """

    sought = Signal(int)
    marks_chosen = Signal(object)
    play_toggled = Signal()
    stepped = Signal(int)
    rate_asked = Signal(float)
    loop_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setAccessibleName("Playing")
        self.transport, self.strip = Transport(), TimelineStrip()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(3)
        layout.addWidget(self.transport)
        layout.addWidget(self.strip)
        for part in (self.transport, self.strip):
            part.sought.connect(self.sought)
            part.stepped.connect(self.stepped)
        self.strip.marks_chosen.connect(self.marks_chosen)
        self.transport.play_toggled.connect(self.play_toggled)
        self.transport.rate_asked.connect(self.rate_asked)
        self.transport.loop_toggled.connect(self.loop_toggled)

    def recolour(self, colours: Colours) -> None:
        """Take the colours of the theme."""
        self.transport.recolour(colours)
        self.strip.recolour(colours)

    def set_timeline(self, timeline: Timeline | None) -> None:
        """Another clip, at its first frame and without a region; None: no clip."""
        self.transport.set_timeline(timeline)
        self.strip.set_timeline(timeline)
        self.setEnabled(timeline is not None)

    def set_number(self, number: int) -> None:
        """The frame that is shown."""
        self.transport.set_number(number)
        self.strip.set_number(number)

    def set_marks(self, marks: range | None) -> None:
        """The region between in and out point; None: the whole clip."""
        self.strip.set_marks(marks)

    def set_kept(self, kept: Mapping[str, Collection[int]]) -> None:
        """Numbers of the computed frames, by source; a row for each in this order."""
        self.strip.set_kept(kept)

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """What people read for the sources."""
        self.strip.set_titles(titles)

    def set_state(
        self, playing: bool, rate: float, waiting: bool, measured_fps: float | None
    ) -> None:
        """Whether it plays, how fast, whether it waits for a frame, and frames a second."""
        self.transport.set_state(playing, rate, waiting, measured_fps)

    def set_looped(self, looped: bool) -> None:
        """Whether the region begins again at its end."""
        self.transport.set_looped(looped)
