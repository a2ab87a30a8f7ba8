"""`srstudio compare` of clips: every frame measured with every model."""

from __future__ import annotations

import math
from argparse import Namespace
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice, choose_all
from srstudio.cli.compare_report import ClipReport
from srstudio.cli.console import Console
from srstudio.cli.conventions import protocol_of
from srstudio.cli.judging import make_upscaler
from srstudio.cli.lockstep import Lockstep, look_at
from srstudio.cli.measured import Row, note_lines
from srstudio.cli.moments import frames_between
from srstudio.core.errors import InputError, UsageError
from srstudio.core.files import refuse_existing, write_bytes
from srstudio.core.progress import Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaled
    from srstudio.jobs.curves import Curves
    from srstudio.metrics.protocol import Protocol
    from srstudio.metrics.report import Measurement

_WAITING = 2  # frames, between the models and the metrics


def compare_clips(args: Namespace, console: Console) -> int:
    """Super-resolve a clip with every model, and measure it frame by frame."""
    from srstudio.metrics.protocol import Protocol

    if args.out is not None:
        advice = "use `srstudio export-comparison` for clips"
        raise UsageError("--out draws a single picture with every model", advice)
    if args.csv is not None and not args.overwrite:
        refuse_existing(args.csv)
    footage = look_at(args.low, args.truth, None, args.shift)
    wanted = frames_between(args.start, args.stop, footage.timeline)
    choices = choose_all(args.models, footage.scale)
    protocol = protocol_of(args, footage.scale, Protocol("Y", 0))
    lockstep = Lockstep(make_upscaler(args.device, args.precision), footage, wanted, choices)
    with console.steps(1) as steps:
        progress = steps.step(f"{args.low.name}, {len(wanted)} frames")
        tally = measure_clip(lockstep, protocol, progress)
    if args.csv is not None:
        write_bytes(args.csv, tally.curves.csv().encode(), overwrite=args.overwrite)
    rows = tally.rows(choices, protocol, str(args.truth.parent), args.truth.name)
    report = ClipReport(rows, tally.curves, protocol, footage.scale)
    title = f"{args.low.name} against {args.truth.name}, x{footage.scale}"
    for warning in (*lockstep.warnings, *tally.warnings):
        console.note(warning)
    console.show(report.document, *report.tables(title), *note_lines(rows))
    return 0


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
        for shown in frames:
            if shown.truth is None:
                tally.unmatched += 1
                continue
            for choice, made in zip(lockstep.choices, shown.made, strict=True):
                figures = measure_frame(shown.number, made.frame, shown.truth, protocol)
                tally.curves.add(choice.name, figures)
                tally.add(choice.name, made)
    if not tally.curves.keys:
        cause = "none of these frames has a ground truth"
        raise InputError(cause, "choose another part, or another --shift")
    return tally
