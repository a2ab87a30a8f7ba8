"""`srstudio bench`: how fast it is here, against a reference timed in the same run."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from srstudio.cli.choice import choose_all
from srstudio.cli.console import Console
from srstudio.cli.verb import Verb
from srstudio.core.bench import BenchRow
from srstudio.settings.models import available_catalog
from srstudio_models.catalog import installed

Benchmark = Callable[[Namespace], Sequence[BenchRow]]

_VIDEO_MODELS = "edsr-baseline-x2"

DETAILS = """\
A ratio is the reference's time over this one's: above 1 is faster. Times depend on the machine
and on what else it does; ratios hardly do.

video: reading a clip against PyAV's decoder alone, seeking against PyAV, joining parts against
encoding them, and a whole export against the bare loop over its network: there the ratio is that
of the frame rates.

--json: a list of objects with case, way, median_ms, ratio and reference."""


def _inference(args: Namespace) -> Sequence[BenchRow]:
    from srstudio.engine.bench import inference_benchmark
    from srstudio.engine.device import choose

    specs = [spec for spec in available_catalog() if spec.parameters and installed(spec)]
    if args.models is not None:
        specs = [choice.spec for choice in choose_all(args.models, None)]
    return inference_benchmark(specs, choose(args.device), repeats=args.repeats)


def _metrics(args: Namespace) -> Sequence[BenchRow]:
    from srstudio.metrics.bench import metrics_benchmark

    return metrics_benchmark(args.repeats)


def _training(args: Namespace) -> Sequence[BenchRow]:
    from srstudio.engine.device import choose, tune_allocator
    from srstudio.training.bench import training_benchmark

    tune_allocator()
    return training_benchmark(choose(args.device).id, args.repeats)


def _video(args: Namespace) -> Sequence[BenchRow]:
    from srstudio.engine.device import choose
    from srstudio.jobs.bench import export_benchmark
    from srstudio.media.video.bench import reading_benchmark

    specs = [choice.spec for choice in choose_all(args.models or _VIDEO_MODELS, None)]
    with TemporaryDirectory() as folder:
        reading = reading_benchmark(Path(folder), args.repeats)
        exports = export_benchmark(specs, choose(args.device), Path(folder), args.repeats)
        return [*reading, *exports]


DOMAIN: Mapping[str, Benchmark] = {
    "inference": _inference,
    "metrics": _metrics,
    "training": _training,
    "video": _video,
}


def verb(of_the_window: Mapping[str, Benchmark]) -> Verb:
    """The verb, with the benchmarks that only the window can bring."""
    benchmarks = {**DOMAIN, **of_the_window}

    def add_arguments(parser: ArgumentParser) -> None:
        names = ", ".join(benchmarks)
        parser.add_argument("what", choices=benchmarks, metavar="WHAT", help=f"one of {names}")
        parser.add_argument("--repeats", type=_count, default=5, help="rounds (default: 5)")
        seconds = "gui: how long to measure (default: 20)"
        parser.add_argument("--seconds", type=float, default=20.0, help=seconds)
        models = "inference, video: models, with commas (default: all with weights; one of them)"
        parser.add_argument("--models", metavar="A,B", help=models)
        device = "inference, training, video: cpu, cuda:0, mps, or auto (default)"
        parser.add_argument("--device", metavar="NAME", default="auto", help=device)

    def run(args: Namespace, console: Console) -> int:
        with console.steps(1) as steps:
            steps.step(f"Timing {args.what}")
            rows = benchmarks[args.what](args)
        console.show([asdict(row) for row in rows], _table(args.what, rows))
        return 0

    return Verb("bench", "time it against a reference", add_arguments, run, DETAILS)


def _table(title: str, rows: Sequence[BenchRow]) -> Table:
    grid = Table(title=title)
    grid.add_column("Case", overflow="fold")
    grid.add_column("Way", overflow="fold")
    grid.add_column("Time (ms)", justify="right", no_wrap=True)
    grid.add_column("Ratio", justify="right", no_wrap=True)
    grid.add_column("Reference", overflow="fold")
    for row in rows:
        grid.add_row(row.case, row.way, f"{row.median_ms:.2f}", f"{row.ratio:.2f}", row.reference)
    return grid


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"a number of rounds is 1 or more, not {text!r}")
    return int(text)
