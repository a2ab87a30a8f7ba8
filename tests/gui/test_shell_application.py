from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import sleep

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from srstudio.core.errors import InputError, StudioError
from srstudio.gui import application
from srstudio.gui.bench import P99_LIMIT_MS, Lateness, gui_latency_benchmark, rows
from srstudio.gui.panels.message_strip import as_sentence
from srstudio.gui.panels.status import seconds_left
from srstudio.settings import Settings, SettingsStore
from srstudio_models import read_catalog


def test_importing_the_window_does_not_import_torch() -> None:
    code = "import sys, srstudio.gui.application; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_picture_of_the_window_shows_the_result(
    qapp: QApplication, low: Path, truth: Path, tmp_path: Path
) -> None:
    out = application.grab_window([low, truth], tmp_path / "made" / "window.png")
    image = QImage(str(out))
    assert image.width() >= 1000
    colours = {image.pixel(x, image.height() // 2) for x in range(0, image.width(), 7)}
    assert len(colours) > 20


def test_a_bad_file_fails_the_picture_of_the_window(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"bad\.png"):
        application.grab_window([tmp_path / "bad.png"], tmp_path / "window.png")
    assert not (tmp_path / "window.png").exists()


def test_errors_nobody_caught_are_shown_and_logged(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    hook = sys.excepthook
    with application.studio(Settings(), None, read_catalog()) as opened:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("by zero"), None)
        assert "by zero" in opened.window.strip.text
        assert "Traceback" not in opened.window.strip.text
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        QApplication.processEvents()
        assert "division" in opened.window.strip.text
        assert QApplication.activeModalWidget() is None
    assert sys.excepthook is hook
    assert "ZeroDivisionError" in caplog.text


def test_ctrl_c_in_the_terminal_is_no_error(qapp: QApplication) -> None:
    before = signal.getsignal(signal.SIGINT)
    with application.interruptible():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_waiting_has_an_end(qapp: QApplication) -> None:
    application.wait(lambda: True, 5)
    with pytest.raises(StudioError, match="not ready"):
        application.wait(lambda: False, 0.1)


def test_settings_that_cannot_be_saved_do_not_keep_the_window_open(
    qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = SettingsStore(tmp_path / "file" / "settings.json")
    with application.studio(Settings(), store, read_catalog()) as opened:
        opened.start()
    assert "not saved" in caplog.text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (4200, "1 h 10 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert seconds_left(seconds) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the disk is full.", "The disk is full."),
        ("hostname is no picture.", "hostname is no picture."),
        ("", ""),
        ("a.png is empty.", "a.png is empty."),
    ],
)
def test_a_file_s_name_keeps_its_case(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence


def test_lateness_is_what_a_blocked_loop_costs(qapp: QApplication) -> None:

    lateness = Lateness()
    lateness.start()
    QTimer.singleShot(30, lambda: sleep(0.08))
    stop: list[bool] = []
    QTimer.singleShot(200, lambda: stop.append(True))
    application.wait(lambda: bool(stop), 10)
    late = lateness.stop()
    assert max(late) >= 60
    assert len(late) > 3


def test_rows_compare_with_what_is_allowed() -> None:
    made = rows("case", list(np.linspace(0, 8, 101)))
    assert [row.way for row in made] == ["p50", "p90", "p99", "max"]
    assert made[0].median_ms == pytest.approx(4)
    assert made[0].ratio == pytest.approx(P99_LIMIT_MS / 4)
    assert made[3].median_ms == pytest.approx(8)
    assert made[3].ratio == pytest.approx(50 / 8)


@pytest.mark.slow
def test_the_benchmark_measures_the_real_window(qapp: QApplication) -> None:
    made = gui_latency_benchmark(2.0)
    assert [row.way for row in made] == ["p50", "p90", "p99", "max"] * 3
    assert all(row.median_ms >= 0 for row in made)
