"""`srstudio evaluate`: models on whole test sets, by the published protocol."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from srstudio.cli import failures
from srstudio.cli.choice import choose_all, factor
from srstudio.cli.console import Console
from srstudio.cli.judging import (
    Judge,
    Pair,
    add_engine_arguments,
    add_protocol_argument,
    make_upscaler,
)
from srstudio.cli.measured import Row, document, means, note_lines, protocol_named, table
from srstudio.cli.verb import Verb
from srstudio.cli.walking import find_pictures
from srstudio.core.errors import InputError, StudioError, UsageError

DETAILS = """\
example:
  srstudio evaluate --set Set5=benchmarks/Set5 --models raw,fsrcnn --scale 2

A set is a folder with the ground truths in HR/ and, where they are given, the low-resolution
pictures in LR_bicubic/X2 (X3, X4), named as the ground truth or with x2 at the end. Without
them, they are made from the ground truths by MATLAB's bicubic. A folder without HR/ holds the
ground truths itself.

--json: an object with protocol (channel, crop, window, range), scale, rows (model, id, set,
item, mse, psnr, ssim, seconds, notes) and means; infinite PSNR is "inf", SSIM that does not
exist is null. The mean PSNR is that of the pictures' PSNR, as published."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """A named folder of ground truths."""

    name: str
    folder: Path

    def truths(self) -> Iterator[Path]:
        """The ground truths, sorted; problems of the folder are raised."""
        from srstudio.media.still import READ_SUFFIXES

        high = self.folder / "HR"
        for found in find_pictures([high if high.is_dir() else self.folder], READ_SUFFIXES):
            if found.problem is not None:
                raise found.problem
            yield found.path

    def low(self, truth: Path, scale: int) -> Path | None:
        """The low-resolution picture of a ground truth; None if the set brings none.

        Raises:
            InputError: if the set brings them, but not this one.
        """
        folder = self.folder / "LR_bicubic" / f"X{scale}"
        if not folder.is_dir():
            return None
        stems = (f"{truth.stem}x{scale}", truth.stem)
        candidates = [path for path in folder.iterdir() if path.stem in stems]
        if not candidates:
            raise InputError(f"{folder} has no picture {stems[0]}", "add it, or rename the folder")
        return min(candidates)


def add_arguments(parser: ArgumentParser) -> None:
    """The sets, the models, the scale and the convention."""
    add = parser.add_argument
    sets = "a test set; can be given several times"
    add("--set", metavar="NAME=FOLDER", dest="sets", type=_test_set, action="append", help=sets)
    add("--models", metavar="A,B", required=True, help="models, with commas between them")
    add("--scale", "-s", type=factor, required=True, help="factor of super-resolution")
    add_protocol_argument(parser)
    add_engine_arguments(parser)


def run(args: Namespace, console: Console) -> int:
    """Measure every model on every picture of every set."""
    if not args.sets:
        raise UsageError("no test set was named", "give one, as in --set Set5=FOLDER")
    choices = choose_all(args.models, args.scale)
    items = [(each, truth) for each in args.sets for truth in each.truths()]
    judge = Judge(
        make_upscaler(args.device, args.precision),
        protocol_named(args.protocol, args.scale),
        args.scale,
    )
    rows: list[Row] = []
    failed = 0
    with console.steps(len(items) * len(choices)) as steps:
        for test_set, path in items:
            try:
                pair = _pair(test_set, path, args.scale)
                step = f"{test_set.name} {path.name}"
                judged = [judge.judge(c, pair, steps.step(f"{step} {c.name}")) for c in choices]
            except StudioError as error:
                console.complain(failures.sentence(error), error)
                failed += 1
                continue
            rows += [row for row, _ in judged]
    averages = means(rows)
    counts = {row.set: f"{row.set} ({row.pictures})" for row in averages}
    title = f"Means at x{args.scale} over the pictures of {', '.join(counts.values())}"
    shown = table(judge.protocol, averages, title)
    console.show(document(judge.protocol, args.scale, rows, "model"), shown, *note_lines(rows))
    return failures.SOME_FAILED if failed else failures.DONE


def _pair(test_set: TestSet, path: Path, scale: int) -> Pair:
    from srstudio.jobs.pictures import make_low_resolution, match_truth
    from srstudio.media.still import read_picture

    truth = read_picture(path)
    low_path = test_set.low(path, scale)
    if low_path is None:
        low, truth = make_low_resolution(truth, scale)
        return Pair(low, truth, test_set.name, path.name)
    low = read_picture(low_path)
    truth, found = match_truth(low, truth)
    if found != scale:
        raise InputError(f"{path} is {found} times as large as {low_path.name}, not {scale} times")
    return Pair(low, truth, test_set.name, path.name)


def _test_set(text: str) -> TestSet:
    name, _, folder = text.partition("=")
    if not name or not folder:
        raise ArgumentTypeError(f"a set is NAME=FOLDER, not {text!r}")
    if not Path(folder).is_dir():
        raise ArgumentTypeError(f"there is no folder {folder}")
    return TestSet(name, Path(folder))


VERB = Verb("evaluate", "measure models on test sets", add_arguments, run, DETAILS)
