"""Errors a person reads: one sentence with the cause, one with what to do."""

from __future__ import annotations


class StudioError(Exception):
    """An expected failure, told in a sentence.

    Args:
        cause: What went wrong, naming the file or thing, without a trailing full stop.
        advice: What the person can do about it; may be empty.
    """

    def __init__(self, cause: str, advice: str = "") -> None:
        super().__init__(cause, advice)
        self.cause = cause
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.cause}; {self.advice}." if self.advice else f"{self.cause}."


class InputError(StudioError):
    """A file or an argument cannot be used."""


class OutputError(StudioError):
    """A result cannot be written."""


class ModelError(StudioError):
    """A network cannot be loaded or gives no usable result."""


class UsageError(StudioError):
    """The request contradicts itself or names something that does not exist."""
