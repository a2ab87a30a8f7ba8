"""Processes that train, found by whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import psutil


def processes() -> dict[Path, psutil.Process]:
    """The processes that train on this machine, whoever started them, by the folder of their run.

    Looks at every process, which takes a while.
    """
    found: dict[Path, psutil.Process] = {}
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "train" in words and any("srstudio" in word for word in words):
            found.update((folder, process) for folder in _folders(process, words))
    return found


def _folders(process: psutil.Process, words: Sequence[str]) -> Iterator[Path]:
    """Where a command line tells its run to go."""
    named = [word.removeprefix("--out=") for word in words if word.startswith("--out=")]
    named += [after for word, after in pairwise(words) if word == "--out"]
    try:
        yield from (Path(process.cwd(), name).resolve() for name in named)
    except psutil.Error:  # it has just ended, or belongs to somebody else
        return
