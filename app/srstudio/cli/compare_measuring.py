"""Measures every frame of a clip with every model, and sums up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice
from srstudio.cli.lockstep import Lockstep, Shown
from srstudio.cli.measured import Row
from srstudio.core.errors import InputError
from srstudio.core.progress import Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled
    from srstudio.jobs.curves import Before, Curves
    from srstudio.metrics.protocol import Protocol
    from srstudio.metrics.report import Measurement

TRUTH = "truth"  # among the sources: what changes over time in it, nothing else
_WAITING = 2  # frames, between the models and the metrics


@dataclass(slots=True)
class Tally:
    """What was found on the way through a clip."""

    curves: Curves
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)
    unmatched: int = 0

    def add(self, name: str, made: Upscaled) -> None:
        """Time and remarks of one frame of a model."""
        self.seconds[name] = self.seconds.get(name, 0.0) + made.seconds
        self.notes.setdefault(name, {}).update(dict.fromkeys(made.notes))

    @property
    def warnings(self) -> list[str]:
        """What was left out."""
        if not self.unmatched:
            return []
        return [f"{self.unmatched} frames have no ground truth and are left out"]

    def rows(self, choices: list[Choice], protocol: Protocol, name: str, item: str) -> list[Row]:
        """A row for each model: the means over the frames."""
        return [
            Row(
                choice,
                name,
                item,
                self._mean(choice.name, protocol),
                self.seconds[choice.name],
                tuple(self.notes[choice.name]),
            )
            for choice in choices
        ]

    def _mean(self, name: str, protocol: Protocol) -> Measurement:
        from srstudio.metrics.report import Measurement

        means = self.curves.means(name)
        mse, psnr, ssim = (
            math.nan if (mean := means[figure]) is None else mean
            for figure in ("mse", "psnr", "ssim")
        )
        return Measurement(mse, psnr, ssim, protocol)


def measure_clip(lockstep: Lockstep, protocol: Protocol, progress: Progress) -> Tally:
    """Every frame that has a ground truth, with every model.

    Raises:
        InputError: if none has.
    """
    from srstudio.jobs.ahead import ahead
    from srstudio.jobs.curves import Curves, measure_frame

    tally = Tally(Curves())
    with closing(ahead(lockstep.frames(progress), _WAITING, "super-resolving")) as frames:
        past = None
        for shown in frames:
            if shown.truth is None:
                tally.unmatched += 1
                continue
            before, past = _before(past, shown, lockstep.choices), shown
            for choice, made in zip(lockstep.choices, shown.made, strict=True):
                tally.add(choice.name, made)
                figures = measure_frame(
                    shown.number, made.frame, shown.truth, protocol, before.get(choice.name)
                )
                tally.curves.add(choice.name, figures)
            figures = measure_frame(shown.number, shown.truth, None, protocol, before.get(TRUTH))
            tally.curves.add(TRUTH, figures)
    if not tally.curves.keys:
        cause = "none of these frames has a ground truth"
        raise InputError(cause, "choose another part, or another --shift")
    return tally


def _before(past: Shown | None, shown: Shown, choices: Sequence[Choice]) -> Mapping[str, Before]:
    """What each source showed one frame before, with the motion since; nothing after a cut."""
    from srstudio.engine.cuts import is_cut
    from srstudio.jobs.curves import Before, motion_of

    truth, known = shown.truth, None if past is None else past.truth
    if past is None or known is None or truth is None or is_cut(known, truth):
        return {}
    motion = motion_of(known, truth)
    made = zip(choices, past.made, strict=True)
    sources = {choice.name: Before(each.frame, known, motion) for choice, each in made}
    return {**sources, TRUTH: Before(known, None, motion)}
