"""How the set-up talks and runs other programs."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

LAST_LINES = 15


class SetupError(Exception):
    """The set-up cannot go on; the text says why and what to do."""


def say(sentence: str) -> None:
    """Tell the person at once, also where the output is a pipe."""
    print(sentence, flush=True)


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Announce a step, and how long it took once it is done."""
    say(f"{sentence} ...")
    start = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - start:.1f} s")


def run_quietly(*command: str | os.PathLike[str], **variables: str) -> None:
    """Run a program without its noise, with extra environment variables.

    Raises:
        SetupError: with the last lines of its output, if it fails.
    """
    result = subprocess.run(
        command,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        lines = result.stdout.strip().splitlines()[-LAST_LINES:]
        shown = "\n".join(f"    {line}" for line in lines)
        words = " ".join(map(str, command))
        raise SetupError(f"This failed (exit code {result.returncode}): {words}\n{shown}")
