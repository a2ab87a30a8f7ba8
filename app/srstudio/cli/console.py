"""Where a verb's words go: results to standard output, all else to standard error."""

from __future__ import annotations

import io
import json
import math
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console as RichConsole
from rich.console import RenderableType
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from srstudio.core.progress import Progress, ProgressEvent


def strict(value: Any) -> Any:
    """The same document in strict JSON: infinity as the string "inf", not-a-number as null."""
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


class Steps:
    """Progress over a known number of steps, each with a token of its own."""

    def __init__(self, count: int, errors: RichConsole, bar: RichProgress | None) -> None:
        self._count = count
        self._done = 0
        self._errors = errors
        self._bar = bar
        self._task = TaskID(0) if bar is None else bar.add_task("", total=1.0)
        self._whole = Progress(listener=None if bar is None else self._show)

    def step(self, title: str) -> Progress:
        """Begin the next step; the long operation takes the token that comes back."""
        begin, self._done = self._done, self._done + 1
        if self._bar is None:
            _line(self._errors, f"[{self._done}/{self._count}] {title}")
        else:
            self._bar.update(self._task, description=title, completed=begin / self._count)
        return self._whole.part(begin / self._count, self._done / self._count, title)

    def retitle(self, title: str, fraction: float) -> None:
        """Say how the last step goes: beside the bar, or in a line of its own."""
        if self._bar is None:
            _line(self._errors, title)
        else:
            self._bar.update(self._task, description=title, completed=fraction)

    def _show(self, event: ProgressEvent) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=event.fraction)


class Console:
    """The two streams of one run of a verb.

    Args:
        json: Print one JSON document on standard output, and nothing else there.
        debug: Show the traceback of what goes wrong.
    """

    def __init__(self, json: bool = False, debug: bool = False) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):  # for names that no encoding knows
            sys.stdout.reconfigure(errors="backslashreplace")
        self.json = json
        self.debug = debug
        self._output = _plain(stderr=False)
        self._errors = _plain(stderr=True)

    def show(self, document: Any, *renderables: RenderableType) -> None:
        """Print the result: the document under `--json`, else the tables and lines."""
        if self.json:
            text = json.dumps(strict(document), indent=2, allow_nan=False)
            _line(self._output, text)
            return
        for renderable in renderables:
            self._output.print(renderable, soft_wrap=isinstance(renderable, str))

    def say(self, line: str) -> None:
        """Print a line of the result as soon as it is known; silent under `--json`."""
        if not self.json:
            print(line)  # through `sys.stdout`, which a running bar makes room for

    def note(self, line: str) -> None:
        """Print a line to standard error."""
        _line(self._errors, line)

    def complain(self, sentence: str, error: BaseException | None = None) -> None:
        """Say on standard error what went wrong; the traceback too where it was asked for."""
        if error is not None and self.debug:
            _line(self._errors, "".join(traceback.format_exception(error)).rstrip())
        _line(self._errors, f"srstudio: {sentence}")

    @contextmanager
    def steps(self, count: int) -> Iterator[Steps]:
        """Show progress on standard error: a bar on a terminal, a line a step elsewhere."""
        if not self._errors.is_terminal:
            yield Steps(count, self._errors, None)
            return
        columns = (TextColumn("{task.description}", markup=False), BarColumn())
        numbers = (TaskProgressColumn(), TimeRemainingColumn())
        with RichProgress(
            *columns,
            *numbers,
            console=self._errors,
            transient=True,
            redirect_stdout=self._output.is_terminal,
        ) as bar:
            yield Steps(count, self._errors, bar)


def _plain(stderr: bool) -> RichConsole:
    """A console that shows file names as they are, whatever brackets and colons they hold."""
    return RichConsole(stderr=stderr, highlight=False, markup=False, emoji=False)


def _line(stream: RichConsole, text: str) -> None:
    stream.print(text, soft_wrap=True)
