"""What goes to which stream."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from contextlib import suppress

import pytest
from rich.table import Table

from srstudio.cli.console import Console


def _no_constants(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def test_json_is_strict_and_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(json=True)
    console.say("a line for people")
    console.note("a note")
    with console.steps(1) as steps:
        steps.step("working").report(0.5)
    document = {"psnr": math.inf, "ssim": math.nan, "rows": [(-math.inf, 1.5, "caf\u00e9 [b]")]}
    console.show(document, "a table for people")
    out, err = capsys.readouterr()
    assert json.loads(out, parse_constant=_no_constants) == {
        "psnr": "inf",
        "ssim": None,
        "rows": [["-inf", 1.5, "caf\u00e9 [b]"]],
    }
    assert err == "a note\n[1/1] working\n"


def test_people_get_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("Model")
    table.add_row("fsrcnn")
    Console().show([], table, "a [b]line[/b] :smile:")
    out, _ = capsys.readouterr()
    assert "fsrcnn" in out
    assert out.endswith("a [b]line[/b] :smile:\n")


def test_long_sentences_are_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "a long [sentence] " * 20
    Console().complain(sentence)
    assert capsys.readouterr().err == f"srstudio: {sentence}\n"


def test_the_traceback_shows_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError("broken")
    Console().complain("a sentence.", error)
    assert "ValueError" not in capsys.readouterr().err
    Console(debug=True).complain("a sentence.", error)
    assert "ValueError: broken" in capsys.readouterr().err


def test_progress_of_a_step_lies_within_the_whole() -> None:
    with Console().steps(4) as steps:
        steps.step("first")
        second = steps.step("second")
    assert (second.start, second.stop) == (0.25, 0.5)


def everything_on(terminal: int) -> str:
    """What was written to a terminal that nobody holds open any more."""
    parts = []
    with suppress(OSError):  # Linux ends so, others with an empty read
        while part := os.read(terminal, 65536):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_a_bar_on_the_terminal_leaves_standard_output_alone() -> None:
    program = """
from srstudio.cli.console import Console
console = Console()
with console.steps(2) as steps:
    steps.step("one").report(1.0)
    console.say("a result")
    steps.step("two [b]")
    console.complain("a complaint")
console.show([], "the end")
"""
    terminal, other = os.openpty()
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=other, env=environment)
    os.close(other)
    shown = everything_on(terminal)
    assert done.stdout.decode() == "a result\nthe end\n"
    assert "srstudio: a complaint" in shown
    assert "two [b]" in shown
    assert "50%" in shown
