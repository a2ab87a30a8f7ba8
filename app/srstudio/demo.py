"""`python -m srstudio.demo`: what the window shows on its sample, for machines without a display.

Super-resolves the bundled sample, prints the numbers, and writes the comparison and a picture of
the window.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from srstudio.cli.choice import choose_all
from srstudio.cli.console import Console
from srstudio.cli.failures import DONE, guarded
from srstudio.cli.judging import Judge, Pair, make_upscaler
from srstudio.cli.measured import document, table
from srstudio.core.errors import StudioError
from srstudio_resources import sample

MODELS = "raw,fsrcnn"


def main(argv: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = ArgumentParser("python -m srstudio.demo", description=(__doc__ or "").strip())
    folder = "folder for the pictures (default: srstudio-demo)"
    parser.add_argument("--out", metavar="DIR", type=Path, default="srstudio-demo", help=folder)
    args = parser.parse_args(argv)
    console = Console()
    return guarded(lambda: _demo(args.out, console), console)


def _demo(folder: Path, console: Console) -> int:
    from srstudio.media.still import free_path

    console.say(f"Comparison: {_compare(free_path(folder / 'comparison.png'), console)}")
    console.say(f"Window:     {_picture_the_window(free_path(folder / 'window.png'))}")
    console.say("To open the window itself, start `srstudio --sample` on a machine with a display.")
    return DONE


def _compare(target: Path, console: Console) -> Path:
    """Super-resolve the sample, print the table and write the comparison picture."""
    from srstudio.cli.picture import panels_of
    from srstudio.compare.rendering import draw_comparison
    from srstudio.jobs.pictures import match_truth
    from srstudio.media.still import read_picture, write_picture
    from srstudio.metrics.protocol import Protocol

    low_path, truth_path = sample()
    low = read_picture(low_path)
    truth, scale = match_truth(low, read_picture(truth_path))
    choices = choose_all(MODELS, scale)
    judge = Judge(make_upscaler(), Protocol.paper(scale), scale)
    pair = Pair(low, truth, "sample", truth_path.name)
    with console.steps(len(choices)) as steps:
        judged = [judge.judge(each, pair, steps.step(each.spec.title)) for each in choices]
    rows = [row for row, _ in judged]
    title = f"The sample, {low.width}x{low.height} to {truth.width}x{truth.height}"
    console.show(
        document(judge.protocol, scale, rows, "source"), table(judge.protocol, rows, title)
    )
    sheet = draw_comparison(panels_of(judged, truth), judge.protocol.sentence)
    return write_picture(sheet, target).resolve()


def _picture_the_window(target: Path) -> Path:
    """Draw the window without a display and write it.

    Raises:
        StudioError: if Qt lacks a library of the system.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from srstudio.gui import application
    except ImportError as error:
        cause = f"the window cannot be drawn ({error})"
        raise StudioError(cause, "`python3 packaging/start.py` names what to install") from error
    return application.grab_window(sample(), target).resolve()


if __name__ == "__main__":
    raise SystemExit(main())
