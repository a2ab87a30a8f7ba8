"""What can be asked of the background about a clip."""

from __future__ import annotations

from dataclasses import dataclass

from srstudio.core.frame import Frame
from srstudio.jobs.clip_agenda import Agenda
from srstudio.jobs.clip_footage import Footage
from srstudio.jobs.specs import Device, Precision


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """Super-resolve frames of a clip as an agenda wants them, until another request comes.

    Attributes:
        footage: The clip.
        agenda: Says what comes next; asked again after every frame.
        device: Where to run.
        precision: `exact` or `fast`.
        number: Sets requests apart.
    """

    footage: Footage
    agenda: Agenda
    device: Device = "auto"
    precision: Precision = "exact"
    number: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """A computed frame that is to be drawn: source, number and pixels."""

    source: str
    index: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Read frames of a clip, and pass computed ones on to be drawn.

    Attributes:
        footage: The clip.
        tasks: Numbers of frames to be read and frames to be drawn, the most urgent first.
        number: Sets requests apart.
    """

    footage: Footage
    tasks: tuple[int | Draw, ...]
    number: int = 0
