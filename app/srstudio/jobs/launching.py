"""Processes of the program that outlive whoever begins them, and are known again later."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from srstudio.core.errors import OutputError

_NICENESS = 10
_SAME = 2.0  # seconds: the system tells when a process began more coarsely than it counts


class Identity(msgspec.Struct, frozen=True):
    """A process, told apart from a later one of the same number.

    Attributes:
        pid: Its number.
        began: When it began, in seconds since 1970.
    """

    pid: int
    began: float

    @classmethod
    def own(cls) -> Identity:
        """This process."""
        return cls(os.getpid(), psutil.Process().create_time())

    @property
    def alive(self) -> bool:
        """Whether it runs; one that only waits to be forgotten does not."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.began) < _SAME
            return bool(same and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


def launch(arguments: Sequence[str], words: Path, module: str = "srstudio") -> Identity:
    """Begin a process of the program that outlives this one.

    Args:
        arguments: What follows the module on its command line.
        words: File for what it says on standard error.
        module: What is run.

    Raises:
        OutputError: if that cannot be written, or the process not be begun.
    """
    command = [sys.executable, "-m", module, *arguments]
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
    began = _begun(process.pid)
    # Nobody needs its exit code, but an ended process stays in the system's list until asked.
    threading.Thread(target=process.wait, name=f"wait for {module}", daemon=True).start()
    return Identity(process.pid, began)


def _on_its_own() -> dict[str, Any]:
    """What keeps a process alive when its parent and their terminal are gone."""
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags}
    return {"start_new_session": True}


def _begun(pid: int) -> float:
    """When a process began; from now on it lets the window and whatever else is done go first."""
    try:
        process = psutil.Process(pid)
        lower = _NICENESS if os.name == "posix" else psutil.BELOW_NORMAL_PRIORITY_CLASS
        process.nice(lower)
        return float(process.create_time())
    except psutil.Error:  # it has ended already
        return 0.0
