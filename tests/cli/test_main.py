"""Taking the command line apart; exit codes and sentences."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import platformdirs
import pytest

from srstudio.cli import main as command_line
from srstudio.cli.verb import Verb
from srstudio.core.bench import BenchRow
from srstudio.core.errors import InputError, UsageError
from srstudio.core.progress import Cancelled
from srstudio_models import read_catalog

Opened = list[tuple[list[Path], bool]]


@pytest.fixture
def opened() -> Opened:
    return []


def _main(argv: Sequence[str], opened: Opened | None = None) -> int:
    def open_window(files: Sequence[Path], sample: bool) -> int:
        if opened is not None:
            opened.append((list(files), sample))
        return 0

    return command_line.main(argv, command_line.Window(open_window))


def test_without_a_verb_the_window_opens(tmp_path: Path, opened: Opened) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x")
    assert _main([str(picture)], opened) == 0
    assert _main(["--sample"], opened) == 0
    assert opened == [([picture], False), ([], True)]


def test_a_file_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["upscal"]) == 2
    assert "there is no file upscal; give a picture, or a verb: " in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        _main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("SR Studio ")


@pytest.mark.parametrize("verb", [*(verb.name for verb in command_line.VERBS), "bench"])
def test_every_verb_explains_itself_and_takes_json(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        _main([verb, "--help"])
    assert stop.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        _main(["models", "--nonsense"])
    assert stop.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("that cannot be", "do this"), 2, "that cannot be; do this."),
        (InputError("a.png is empty"), 1, "a.png is empty."),
        (KeyboardInterrupt(), 130, "Cancelled."),
        (Cancelled(), 130, "Cancelled."),
    ],
)
def test_what_ends_a_verb_gives_its_code_and_one_sentence(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _failing_verb(monkeypatch, error)
    assert _main(["fail"]) == code
    assert capsys.readouterr() == ("", f"srstudio: {told}\n")


def test_the_unexpected_is_one_sentence_and_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _failing_verb(monkeypatch, ZeroDivisionError("a slip"))
    assert _main(["fail"]) == 1
    _, err = capsys.readouterr()
    log = platformdirs.user_log_path("srstudio", appauthor=False) / "srstudio.log"
    assert err.count("\n") == 1
    assert str(log) in err
    assert "Traceback" in log.read_text()


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _failing_verb(monkeypatch, ZeroDivisionError("a slip"))
    _main(["fail", "--debug"])
    assert "Traceback" in capsys.readouterr().err


def _failing_verb(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(*_: object) -> int:
        raise error

    verb = Verb("fail", "fails", lambda _: None, run)
    monkeypatch.setattr(command_line, "VERBS", (verb,))


def test_models_lists_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == [spec.id for spec in read_catalog()]
    for row in rows:
        assert {"network", "scales", "parameters", "colour", "frames"} <= row.keys()
        assert {"installed", "licence", "quality"} <= row.keys()
    assert rows[0]["installed"] is True


def test_the_table_of_models_fits_eighty_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert _main(["models"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert all(spec.id in out for spec in read_catalog())
    assert "\u2026" not in out


@pytest.mark.parametrize("argv", [["--help"], ["models", "--json"], ["upscale", "--help"]])
def test_what_needs_no_network_imports_neither_torch_nor_qt(argv: list[str]) -> None:
    program = (
        "import sys; from srstudio.__main__ import main\n"
        f"try: code = main({argv!r})\n"
        "except SystemExit as stop: code = stop.code\n"
        "heavy = {'torch', 'PySide6', 'cv2', 'skimage'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_is_answered_while_the_program_is_loaded() -> None:
    program = (
        "import sys; from srstudio.__main__ import main\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'srstudio.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "sys.exit(main(['models']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="a pipe of the shell")
def test_a_reader_that_stops_early_is_no_error() -> None:
    program = f"{sys.executable} -m srstudio models --json | head -n 1"
    done = subprocess.run(program, shell=True, capture_output=True, text=True)
    assert done.stderr == ""


def test_the_window_brings_its_own_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    row = BenchRow("a case", "our way", 2.5, math.inf, "their way")
    asked: list[int] = []

    def benchmark(args: Namespace) -> list[BenchRow]:
        asked.append(args.repeats)
        return [row]

    window = command_line.Window(lambda *_: 0, {"gui": benchmark})
    assert command_line.main(["bench", "gui", "--repeats", "3", "--json"], window) == 0
    assert asked == [3]
    [document] = json.loads(capsys.readouterr().out)
    assert document == {**asdict(row), "ratio": "inf"}
    assert command_line.main(["bench", "gui"], window) == 0
    assert "our way" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["gui"], ["inference", "--repeats", "0"], []])
def test_a_benchmark_that_there_is_not_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        _main(["bench", *words])
    assert stop.value.code == 2
