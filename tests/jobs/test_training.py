from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.jobs.runs import lines, stand_in, write_log, write_run

from srstudio.core.errors import InputError, OutputError
from srstudio.jobs import training
from srstudio.jobs.training import Order
from srstudio.jobs.training_process import processes
from srstudio.jobs.training_runs import Snapshot, State
from srstudio.jobs.training_watch import Watcher

SECONDS = 60.0
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of a run whose process stands in for training."""
    monkeypatch.setattr(sys, "executable", str(stand_in(tmp_path)))
    return tmp_path / "runs" / "run 1"


def order(run: Path, *assignments: str) -> Order:
    return Order(str(run), "fsrcnn-short", assignments, ("a", "b"), "c", "cpu")


def until(run: Path, right: Callable[[Snapshot], bool]) -> Snapshot:
    """The run as it is as soon as it is right."""
    watcher, deadline = Watcher(), time.monotonic() + SECONDS
    while True:
        (found,) = watcher.poll([run], search=True)
        if right(found):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def has(state: State) -> Callable[[Snapshot], bool]:
    return lambda found: found.state is state


def let_go(run: Path) -> None:
    (run / "go").touch()


@posix
def test_a_run_goes_from_preparing_to_its_end(run: Path) -> None:
    training.start(order(run))
    until(run, has(State.PREPARING))
    let_go(run)
    found = until(run, has(State.FINISHED))
    assert found.curves.step == 3
    assert found.curves.best == 30.0
    assert found.fraction == 1.0


@posix
def test_it_waits_while_it_is_paused_and_stops_in_between(run: Path) -> None:
    training.start(order(run))
    until(run, lambda found: bool(found.config))
    training.pause(run)
    until(run, has(State.PAUSED))
    let_go(run)
    training.go_on(run)
    until(run, lambda found: not found.curves.paused and found.state is not State.PAUSED)
    until(run, has(State.FINISHED))


@posix
def test_it_stops_and_is_resumed_with_the_same_words(run: Path) -> None:
    training.start(order(run))
    until(run, lambda found: (run / "log.jsonl").exists())
    training.stop(run)
    found = until(run, has(State.STOPPED))
    assert found.cause == ""
    first = json.loads((run / "arguments.json").read_text())
    training.tell(run, "stop")  # what was told to the last process is not meant for the next
    training.resume(run)
    let_go(run)
    until(run, has(State.FINISHED))
    assert json.loads((run / "arguments.json").read_text()) == [*first, "--resume"]


@posix
def test_why_it_failed_is_the_sentence_that_it_said(run: Path) -> None:
    training.start(order(run, "lr=0.5"))
    found = until(run, has(State.FAILED))
    assert found.cause == "the learning rate is too high; lower it."
    assert (found.recipe, found.config["lr"]) == ("fsrcnn-short", 0.5)


@posix
def test_a_killed_process_says_nothing_and_that_is_told(run: Path) -> None:
    training.start(order(run))
    until(run, lambda found: (run / "log.jsonl").exists())
    processes()[run].kill()
    assert "resuming" in until(run, has(State.FAILED)).cause


def test_the_words_are_those_of_the_command_line() -> None:
    wanted = Order("/r", "edsr", ("scale=3", "lr=1e-4"), ("/a", "/b"), "/v", "cuda:0")
    assert " ".join(wanted.arguments(resume=True)) == (
        "train edsr --out /r --device cuda:0 --data /a /b --val /v "
        "--set scale=3 --set lr=1e-4 --resume"
    )
    plain = Order("/r", "edsr").arguments(resume=False)
    assert " ".join(plain) == "train edsr --out /r --device auto"


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    training.refuse_used(order(tmp_path / "run"))
    (tmp_path / "run" / "photo.png").touch()
    for folder in (tmp_path / "run", tmp_path / "run" / "photo.png"):
        with pytest.raises(OutputError, match="exists already"):
            training.start(order(folder))
    with pytest.raises(OutputError, match="no name"):
        training.start(Order("", "edsr"))


def test_a_run_of_elsewhere_is_resumed_by_what_it_says_of_itself(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [])
    assert training.ordered(run) == Order(str(run), "fsrcnn-short", (), ("/data",))
    with pytest.raises(InputError, match="what was trained"):
        training.resume(tmp_path)


def test_how_a_run_is_without_a_process(tmp_path: Path) -> None:
    def found(name: str) -> Snapshot:
        (snapshot,) = Watcher().poll([tmp_path / name])
        return snapshot

    write_run(tmp_path / "done", lines([1, 2], every=2), iterations=2)
    write_run(tmp_path / "half", lines([1, 2], every=2), iterations=4)
    write_log(tmp_path / "old", lines([1]))
    assert found("done").state is State.FINISHED
    assert (found("half").state, found("half").cause) == (State.STOPPED, "")
    assert (found("half").fraction, found("half").seconds_left) == (0.5, 0.5)
    assert (found("old").state, found("old").recipe) == (State.STOPPED, "")
    assert found("gone").state is State.STOPPED
