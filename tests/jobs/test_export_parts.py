"""What exports are built of: items made ahead, the board, and processes that are known again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from srstudio.jobs.ahead import ahead
from srstudio.jobs.export_board import Board
from srstudio.jobs.export_status import State
from srstudio.jobs.launching import Identity


def test_items_come_in_order_and_no_more_are_made_than_there_is_room_for() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    for number in (source := ahead(items(), 3, "making")):
        assert len(made) <= number + 1 + 3 + 2  # those that wait, one at the door, one taken
    assert number == 99
    source.close()


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("broken")

    source = ahead(items(), 5, "making")
    assert [next(source), next(source)] == [1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(source)


def test_who_wants_no_more_stops_the_thread_and_closes_the_source() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    source = ahead(items(), 2, "making")
    assert next(source) == 1
    source.close()
    assert closed.is_set()
    assert not any(thread.name == "making" for thread in threading.enumerate())


def test_the_board_is_only_full_when_the_file_is_closed(tmp_path: Path) -> None:
    board = Board()
    board.expect(2, 4)
    assert board.report().fps is None
    assert board.report().seconds_left is None
    for _ in range(2):
        board.advance()
    report = board.report()
    assert (report.frames, report.seconds_left) == (4, 0)
    assert report.fraction == 0.99
    with board.paused():
        assert board.report().state is State.PAUSED
        assert board.report().seconds == board.report().seconds
    board.finish(tmp_path)
    assert (board.report().fraction, board.report().state) == (1.0, State.FINISHED)
    assert board.report().seconds == board.report().seconds


def test_notes_are_told_once() -> None:
    board = Board()
    board.note(["one", "two"])
    board.note(["two"])
    assert board.report().notes == ("one", "two")


def test_a_process_is_known_again_but_not_another_of_its_number() -> None:
    assert Identity.own().alive
    assert not Identity(os.getpid(), Identity.own().began - 100).alive
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        gone = Identity(process.pid, Identity.own().began)
    assert not gone.alive
