from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from srstudio.core.errors import InputError
from srstudio.core.progress import Progress
from srstudio.jobs.events import Failed, Finished, Progressed, Stopped
from srstudio.jobs.lanes import Emit, SerialLane
from srstudio_models import ModelFileError

Start = Callable[[Callable[..., None]], Any]


@dataclass(frozen=True)
class Ask:
    number: int


class Gate:
    """A handler that works until it is let go or cancelled."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, request: Ask, emit: Emit, progress: Progress) -> None:
        self.begun.set()
        while not self.go.wait(0.001):
            progress.check()
        emit(Progressed(request.number, "gone through", 1.0, "", None))


def test_a_request_is_handled_and_finishes_once(start: Start) -> None:
    gate = Gate()
    gate.go.set()
    running = start(gate)
    running.lane.submit(Ask(1))
    assert running.wait(1) == Finished(1)
    assert running.events == [Progressed(1, "gone through", 1.0, "", None), Finished(1)]


def test_a_newer_request_cancels_the_running_and_replaces_the_waiting_one(start: Start) -> None:
    gate = Gate()
    running = start(gate)
    running.lane.submit(Ask(1))
    assert gate.begun.wait(60)
    running.lane.submit(Ask(2))
    running.lane.submit(Ask(3))
    assert running.wait(1) == Stopped(1)
    gate.go.set()
    assert running.wait(2) == Stopped(2)
    assert running.wait(3) == Finished(3)


def test_cancel_is_acknowledged_at_once_and_stops_the_work(start: Start) -> None:
    gate = Gate()
    running = start(gate)
    running.lane.submit(Ask(1))
    assert gate.begun.wait(60)
    began = time.monotonic()
    running.lane.cancel()
    acknowledged = time.monotonic() - began
    assert acknowledged < 0.1
    assert running.wait(1) == Stopped(1)
    running.lane.submit(Ask(2))
    gate.go.set()
    assert running.wait(2) == Finished(2)


def test_closing_stops_what_runs_and_what_waits_and_takes_nothing_more(start: Start) -> None:
    gate = Gate()
    running = start(gate)
    running.lane.submit(Ask(1))
    assert gate.begun.wait(60)
    running.close()
    assert running.events == [Stopped(1)]
    with pytest.raises(RuntimeError, match="closed"):
        running.lane.submit(Ask(2))


def test_a_lane_closed_before_it_runs_tells_what_was_waiting() -> None:
    events: list[object] = []
    lane: SerialLane[Ask] = SerialLane(Gate(), events.append)
    lane.submit(Ask(1))
    lane.submit(Ask(2))
    lane.close()
    lane.run()
    assert events == [Stopped(1), Stopped(2)]


@pytest.mark.parametrize(
    "error",
    [
        InputError("the file is empty", "choose another"),
        ModelFileError("the file is empty", "choose another"),
    ],
)
def test_an_expected_failure_gives_its_own_sentence(start: Start, error: Exception) -> None:
    def handler(*_: object) -> None:
        raise error

    running = start(handler)
    running.lane.submit(Ask(1))
    assert running.wait(1) == Failed(1, "the file is empty", "choose another")


def test_an_unexpected_failure_is_told_and_logged_and_the_lane_lives_on(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(request: Ask, emit: Emit, progress: Progress) -> None:
        if request.number == 1:
            raise ZeroDivisionError("a surprise\nwith details")

    running = start(handler)
    with caplog.at_level(logging.ERROR):
        running.lane.submit(Ask(1))
        failed = running.wait(1)
    assert isinstance(failed, Failed)
    assert "a surprise" in failed.cause
    assert "details" not in failed.cause
    assert caplog.records[0].exc_info is not None
    assert caplog.records[0].exc_info[0] is ZeroDivisionError
    running.lane.submit(Ask(2))
    assert running.wait(2) == Finished(2)


def test_every_one_of_many_hasty_requests_ends_exactly_once(start: Start) -> None:
    luck = random.Random(5)

    def handler(request: Ask, emit: Emit, progress: Progress) -> None:
        for _ in range(luck.randrange(4)):
            time.sleep(0.0005)
            progress.check()
        if request.number % 7 == 0:
            raise InputError("seven")

    running = start(handler)
    for number in range(1, 300):
        running.lane.submit(Ask(number))
        if number % 5 == 0:
            time.sleep(0.001)
        if number % 11 == 0:
            running.lane.cancel()
    running.lane.submit(Ask(300))
    assert running.wait(300) == Finished(300)
    assert sorted(event.number for event in running.events) == list(range(1, 301))
