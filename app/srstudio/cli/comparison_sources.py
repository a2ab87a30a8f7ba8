"""What `srstudio export-comparison` sets against each other: panels of a picture, or of a clip."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice, choose_all
from srstudio.cli.conventions import protocol_of
from srstudio.cli.lockstep import Lockstep, look_at
from srstudio.cli.moments import frames_between
from srstudio.cli.picture import numbers_of, truth_panel
from srstudio.compare.rendering_views import Panel
from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress
from srstudio.jobs.ahead import ahead
from srstudio.jobs.clip_footage import Footage, is_picture
from srstudio.jobs.pictures import match_truth
from srstudio.media.still import read_picture
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled, Upscaler

Panels = Sequence[Panel]

_WAITING = 2  # moments, between the models and what is done with them


@dataclass(frozen=True)
class Compared(ABC):
    """What is compared, before anything is computed.

    Attributes:
        choices: The models.
        scale: Factor of super-resolution.
        protocol: The convention of the numbers; None without a ground truth.
    """

    choices: Sequence[Choice]
    scale: int
    protocol: Protocol | None

    @property
    @abstractmethod
    def seconds(self) -> float:
        """How long it lasts; infinite for a picture."""

    @abstractmethod
    def panels(self, upscaler: Upscaler, progress: Progress) -> Generator[Panels, None, None]:
        """A panel for each model, and the ground truth last: once, or for each frame of a clip."""

    def _panels(self, made: Sequence[Upscaled], truth: Frame | None) -> Panels:
        panels = []
        for choice, result in zip(self.choices, made, strict=True):
            numbers: tuple[str, ...] = ()
            if truth is not None and self.protocol is not None:
                numbers = numbers_of(measure(result.frame, truth, self.protocol))
            panels.append(Panel(choice.spec.title, result.frame, numbers))
        return panels if truth is None else [*panels, truth_panel(truth)]


@dataclass(frozen=True)
class Still(Compared):
    """A picture."""

    low: Frame
    truth: Frame | None

    @property
    def seconds(self) -> float:
        """As long as it is looked at."""
        return math.inf

    def panels(self, upscaler: Upscaler, progress: Progress) -> Generator[Panels, None, None]:
        """All models, one after the other."""
        count, made = len(self.choices), []
        for done, choice in enumerate(self.choices):
            part = progress.part(done / count, (done + 1) / count)
            made.append(upscaler.upscale(self.low, choice.spec, self.scale, part))
        yield self._panels(made, self.truth)


@dataclass(frozen=True)
class Film(Compared):
    """A part of a clip; each of its frames has a ground truth, or none has."""

    footage: Footage
    wanted: range

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last."""
        timeline, first, last = self.footage.timeline, self.wanted[0], self.wanted[-1]
        return float(timeline.time(last) + timeline.duration(last) - timeline.time(first))

    def panels(self, upscaler: Upscaler, progress: Progress) -> Generator[Panels, None, None]:
        """All models side by side, frame by frame."""
        lockstep = Lockstep(upscaler, self.footage, self.wanted, self.choices)
        with closing(ahead(lockstep.frames(progress), _WAITING, "super-resolving")) as frames:
            for shown in frames:
                yield self._panels(shown.made, shown.truth)


def compared(args: Namespace) -> Still | Film:
    """The picture or the clip that the arguments name, with its ground truth and the models.

    Raises:
        UsageError: if the scale is not known, or not that of the ground truth.
        InputError: if a file cannot be read, or the two do not belong together.
    """
    if args.scale is None and args.truth is None:
        raise UsageError("without a ground truth a scale is needed", "give it with -s, as in -s 4")
    pictures = is_picture(args.source) and (args.truth is None or is_picture(args.truth))
    found = _still(args) if pictures else _film(args)
    if args.scale not in (None, found.scale):
        cause = f"the ground truth is {found.scale} times as large, not {args.scale} times"
        raise UsageError(cause, "leave -s out, or choose another ground truth")
    return found


def _still(args: Namespace) -> Still:
    low = read_picture(args.source)
    if args.truth is None:
        return Still(choose_all(args.models, args.scale), args.scale, None, low, None)
    truth, scale = match_truth(low, read_picture(args.truth))
    return Still(choose_all(args.models, scale), scale, protocol_of(args, scale), low, truth)


def _film(args: Namespace) -> Film:
    footage = look_at(args.source, args.truth, args.scale, args.shift)
    wanted = frames_between(args.start, args.stop, footage.timeline)
    choices = choose_all(args.models, footage.scale)
    if args.truth is None:
        return Film(choices, footage.scale, None, footage, wanted)
    protocol = protocol_of(args, footage.scale, Protocol("Y", 0))
    return Film(choices, footage.scale, protocol, footage, _with_truth(footage, wanted))


def _with_truth(footage: Footage, wanted: range) -> range:
    """Those of the frames that have a ground truth; what lacks one is at the ends."""
    there = [number for number in wanted if footage.truth_number(number) is not None]
    if not there:
        cause = "none of these frames has a ground truth"
        raise InputError(cause, "choose another part, or another --shift")
    return range(there[0], there[-1] + 1)
