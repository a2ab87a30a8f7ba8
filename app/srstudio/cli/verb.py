"""What a verb of the command line is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from srstudio.cli.console import Console


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: `srstudio <name> ...`.

    Attributes:
        name: The word on the command line.
        help: What it does, in one line.
        add_arguments: Adds its arguments to a parser that already has `--json` and `--debug`.
        run: Does it and returns the exit code: 0 done, 1 some inputs failed.
        details: What `--help` adds at its end: examples, and what the output means.
    """

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Console], int]
    details: str = ""
