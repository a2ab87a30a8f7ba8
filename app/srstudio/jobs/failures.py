"""What to tell a person when background work fails."""

from __future__ import annotations

import logging

from srstudio.core.errors import StudioError
from srstudio_models import ModelFileError

_log = logging.getLogger(__name__)


def explain(error: Exception, doing: str) -> tuple[str, str]:
    """Cause and advice of an error; one that nobody expected is logged with its traceback.

    Args:
        error: What was raised.
        doing: What was being done, to begin the sentence with ("FSRCNN x2").
    """
    if isinstance(error, StudioError | ModelFileError):
        return error.cause, error.advice
    _log.error("%s failed", doing, exc_info=error)
    detail = str(error).partition("\n")[0] or type(error).__name__
    return f"{doing} stopped unexpectedly ({detail})", "the log has the details; try it again"
