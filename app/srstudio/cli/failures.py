"""What a person and a script are told when something goes wrong."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import platformdirs

from srstudio.cli.console import Console
from srstudio.core.errors import StudioError, UsageError
from srstudio.core.files import not_written
from srstudio.core.progress import Cancelled
from srstudio_models import ModelFileError

DONE, SOME_FAILED, USAGE, CANCELLED = 0, 1, 2, 130


def guarded(action: Callable[[], int], console: Console) -> int:
    """The exit code of `action`; what ends it early is told in a sentence."""
    try:
        code = action()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        console.complain(sentence(error), error)
        return exit_code(error)
    return code


def exit_code(error: BaseException) -> int:
    """The exit code of the contract for what ended a verb."""
    if isinstance(error, KeyboardInterrupt | Cancelled):
        return CANCELLED
    return USAGE if isinstance(error, UsageError) else SOME_FAILED


def sentence(error: BaseException) -> str:
    """What to tell: the sentence of an expected failure, else where its traceback was written."""
    if isinstance(error, KeyboardInterrupt | Cancelled):
        return "Cancelled."
    if isinstance(error, StudioError | ModelFileError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return str(not_written(Path(error.filename), error))
    return f"{_first_line(error)}; {_written_down(error)}."


def _first_line(error: BaseException) -> str:
    text = (str(error) or type(error).__name__).strip().splitlines()[0].rstrip(".")
    return f"something unexpected went wrong ({type(error).__name__}: {text})"


def _written_down(error: BaseException) -> str:
    log = platformdirs.user_log_path("srstudio", appauthor=False) / "srstudio.log"
    try:
        _append(log, error)
    except OSError:
        return "run again with --debug for the details"
    return f"the details are in {log}, and --debug shows them"


def _append(log: Path, error: BaseException) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')}\n")
        file.write("".join(traceback.format_exception(error)) + "\n")
