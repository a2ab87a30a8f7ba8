"""Processes that train: begun so that they outlive their parent, and found again by anybody."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from srstudio.core.errors import OutputError

_NICENESS = 10


def launch(arguments: Sequence[str], words: Path) -> None:
    """Begin a process of `srstudio` that outlives this one.

    Args:
        arguments: What follows `srstudio`.
        words: File for what it says on standard error.

    Raises:
        OutputError: if that cannot be written, or the process not be begun.
    """
    command = [sys.executable, "-m", "srstudio", *arguments]
    try:
        with words.open("wb") as file:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                **_on_its_own(),
            )
    except OSError as error:
        raise OutputError(f"{words} cannot be written: {error.strerror}") from error
    _yield_to_others(process.pid)
    # Nobody needs its exit code, but an ended process stays in the system's list until asked.
    threading.Thread(target=process.wait, name="training process", daemon=True).start()


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


def _on_its_own() -> dict[str, Any]:
    """What keeps a process alive when its parent and their terminal are gone."""
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags}
    return {"start_new_session": True}


def _yield_to_others(pid: int) -> None:
    """Let the window, and whatever else is done on this machine, go first."""
    try:
        process = psutil.Process(pid)
        lower = _NICENESS if os.name == "posix" else psutil.BELOW_NORMAL_PRIORITY_CLASS
        process.nice(lower)
    except psutil.Error:
        pass
