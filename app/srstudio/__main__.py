"""`srstudio` and `python -m srstudio`: joins the command line and the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from srstudio.cli import main as command_line


def open_window(files: Sequence[Path], sample: bool) -> int:
    """Open the window; Qt is imported only now, so that the verbs work without it."""
    from srstudio.gui import application

    return application.run(files, sample=sample)


def main(argv: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    return command_line.main(sys.argv[1:] if argv is None else argv, open_window)


if __name__ == "__main__":
    raise SystemExit(main())
