"""`srstudio compare` of clips: every frame measured with every model."""

from __future__ import annotations

from argparse import Namespace

from srstudio.cli.choice import choose_all
from srstudio.cli.compare_measuring import measure_clip
from srstudio.cli.compare_report import ClipReport
from srstudio.cli.console import Console
from srstudio.cli.conventions import protocol_of
from srstudio.cli.judging import make_upscaler
from srstudio.cli.lockstep import Lockstep, look_at
from srstudio.cli.measured import note_lines
from srstudio.cli.moments import frames_between
from srstudio.core.errors import UsageError
from srstudio.core.files import write_bytes

_WAITING = 2  # frames, between the models and the metrics


def compare_clips(args: Namespace, console: Console) -> int:
    """Super-resolve a clip with every model, and measure it frame by frame."""
    from srstudio.metrics.protocol import Protocol

    if args.out is not None:
        advice = "use `srstudio export-comparison` for clips"
        raise UsageError("--out draws a single picture with every model", advice)
    footage = look_at(args.low, args.truth, None, args.shift)
    wanted = frames_between(args.start, args.stop, footage.timeline)
    choices = choose_all(args.models, footage.scale)
    protocol = protocol_of(args, footage.scale, Protocol.clips())
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
