"""`srstudio` and `python -m srstudio`: joins the command line and the window."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srstudio.core.bench import BenchRow

_CANCELLED = 130


def open_window(files: Sequence[Path], sample: bool) -> int:
    """Open the window; Qt is imported only now, so that the verbs work without it.

    Raises:
        UsageError: if there is no display to open it on.
    """
    from srstudio.cli.display import display_answers
    from srstudio.core.errors import UsageError

    if not display_answers():
        raise UsageError(
            "there is no display to open the window on",
            "work without it through `srstudio upscale`, or see `python -m srstudio.demo`",
        )
    from srstudio.gui import application

    return application.run(files, sample=sample)


def gui_latency(args: Namespace) -> Sequence[BenchRow]:
    """`srstudio bench gui`: how late the window's event loop runs while the engine works."""
    from srstudio.cli.display import display_answers

    if not display_answers():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from srstudio.gui.bench import gui_latency_benchmark

    return gui_latency_benchmark(args.seconds)


def main(argv: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    try:  # nothing above imports ours: Ctrl+C is answered from the first moment on
        from srstudio.cli import main as command_line
        from srstudio.cli.main import Window
    except KeyboardInterrupt:
        return _CANCELLED
    window = Window(open_window, {"gui": gui_latency})
    return command_line.main(sys.argv[1:] if argv is None else argv, window)


if __name__ == "__main__":
    raise SystemExit(main())
