"""`srstudio` and `python -m srstudio`: joins the command line and the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from srstudio.cli import main as command_line
from srstudio.cli.display import display_answers
from srstudio.cli.main import Window
from srstudio.core.errors import UsageError


def open_window(files: Sequence[Path], sample: bool) -> int:
    """Open the window; Qt is imported only now, so that the verbs work without it.

    Raises:
        UsageError: if there is no display to open it on.
    """
    if not display_answers():
        raise UsageError(
            "there is no display to open the window on",
            "work without it through `srstudio upscale`, or see `python -m srstudio.demo`",
        )
    from srstudio.gui import application

    return application.run(files, sample=sample)


def main(argv: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    return command_line.main(sys.argv[1:] if argv is None else argv, Window(open_window))


if __name__ == "__main__":
    raise SystemExit(main())
