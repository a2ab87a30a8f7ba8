from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from srstudio.core.errors import InputError, StudioError
from srstudio.gui.background import Background, as_studio_error
from srstudio.gui.job_bridge import PROGRESS_INTERVAL_MS, JobBridge
from srstudio.jobs.events import Event, Finished, ModelFailed, Progressed, Stopped


@pytest.fixture
def background(qapp: object) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def no_error(error: StudioError) -> None:
    raise error


def no_result(result: object) -> None:
    raise AssertionError(result)


def test_results_come_back_to_the_gui_thread(background: Background, qtbot: QtBot) -> None:
    seen: list[tuple[str, str]] = []

    def work() -> str:
        return threading.current_thread().name

    background.submit(
        work, lambda name: seen.append((name, threading.current_thread().name)), no_error
    )
    qtbot.waitUntil(lambda: bool(seen))
    worker, receiver = seen[0]
    assert worker.startswith("files")
    assert receiver == "MainThread"


def test_what_ends_after_closing_is_not_told(background: Background, qtbot: QtBot) -> None:
    gate = threading.Event()
    background.submit(gate.wait, no_result, no_error)
    threading.Timer(0.05, gate.set).start()
    background.close()
    qtbot.wait(20)


def test_errors_come_back_as_sentences(
    background: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[StudioError] = []

    def fail(error: Exception) -> None:
        raise error

    for error in (InputError("it is empty", "take another"), ZeroDivisionError("by zero")):
        background.submit(partial(fail, error), no_result, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2)
    told = sorted(map(str, errors))
    assert told[1] == "it is empty; take another."
    assert "ZeroDivisionError: by zero" in told[0]
    assert "Traceback" not in told[0]
    assert "by zero" in caplog.text


@pytest.mark.parametrize("message", ["", "one\ntwo", "dots..."])
def test_any_error_is_one_line(message: str) -> None:
    assert "\n" not in str(as_studio_error(ValueError(message)))


def test_nothing_is_run_once_it_is_closed(background: Background) -> None:
    background.close()
    asked: list[int] = []
    future = background.submit(lambda: 1, asked.append, lambda _: None)
    assert future.cancelled()
    assert asked == []


def test_closing_waits_for_what_has_begun(qtbot: QtBot) -> None:
    background, done = Background(1), list[int]()

    def work() -> None:
        time.sleep(0.1)
        done.append(1)

    background.submit(work, lambda _: None, no_error)
    qtbot.wait(20)
    background.close()
    assert done == [1]


def _progress(fraction: float) -> Progressed:
    return Progressed(1, "Working", fraction, "", None)


def test_events_keep_their_order_and_arrive_in_the_gui_thread(qtbot: QtBot) -> None:
    bridge = JobBridge(lambda event: (event.number, threading.current_thread().name))
    seen: list[tuple[int, object, str]] = []
    bridge.arrived.connect(
        lambda event, made: seen.append((event.number, made, threading.current_thread().name))
    )

    def work() -> None:
        for n in range(200):
            bridge.receive(Finished(n))

    thread = threading.Thread(target=work, name="lane")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(seen) == 200)
    assert [number for number, _, _ in seen] == list(range(200))
    assert all(made == (number, "lane") for number, made, _ in seen)
    assert {name for _, _, name in seen} == {"MainThread"}


def test_the_latest_progress_wins_about_ten_times_a_second(qtbot: QtBot) -> None:
    bridge, seen = JobBridge(), list[tuple[float, float]]()
    bridge.progressed.connect(lambda e: seen.append((time.monotonic(), e.fraction)))
    for step in range(101):
        bridge.receive(_progress(step / 100))
        qtbot.wait(3)
    qtbot.waitUntil(lambda: seen[-1][1] == 1.0)
    assert len(seen) < 60
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(seen)]
    assert min(gaps) > PROGRESS_INTERVAL_MS / 1000 * 0.8


def test_nothing_is_told_of_progress_after_the_end(qtbot: QtBot) -> None:
    bridge, told = JobBridge(), list[str]()
    bridge.progressed.connect(lambda _: told.append("progress"))
    bridge.arrived.connect(lambda *_: told.append("end"))
    bridge.receive(_progress(0.1))
    bridge.receive(_progress(0.9))
    bridge.receive(Stopped(1))
    qtbot.wait(3 * PROGRESS_INTERVAL_MS)
    assert told.count("end") == 1
    assert told[-1] == "end"


def test_a_burst_leaves_room_for_other_events(qtbot: QtBot) -> None:
    bridge, order = JobBridge(), list[str]()

    def slow(event: Event, _made: object) -> None:
        time.sleep(0.003)
        order.append("event")

    bridge.arrived.connect(slow)
    for number in range(30):
        bridge.receive(ModelFailed(number, "p", "m", "c", "a"))
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: order.append("timer"))
    timer.start()
    qtbot.waitUntil(lambda: order.count("event") == 30)
    timer.stop()
    first, last = order.index("event"), len(order) - 1 - order[::-1].index("event")
    assert order[first:last].count("timer") >= 3
