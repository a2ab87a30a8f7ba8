"""What every test stands on; importable without PySide6."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUI_TESTS = ROOT / "tests" / "gui"
THREAD_GRACE_SECONDS = 2.0
XVFB_START_SECONDS = 20.0

# Before anything imports Qt; a session that wants real windows sets QT_QPA_PLATFORM=xcb itself.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A shell gives what it runs in the background no Ctrl+C, and that would be handed on to the
# processes that the tests begin and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _shared_data_folder() -> Path:
    configured = os.environ.get("SRSTUDIO_SHARED_DATA")
    return Path(configured) if configured else ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the window, and skip what needs data that are not here."""
    no_data = pytest.mark.skip(reason=f"there is no folder {_shared_data_folder()}")
    data_missing = not _shared_data_folder().is_dir()
    for item in items:
        if item.path.is_relative_to(GUI_TESTS):
            item.add_marker(pytest.mark.gui)
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
        if data_missing and item.get_closest_marker("data"):
            item.add_marker(no_data)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of pictures and clips beside the project."""
    folder = _shared_data_folder()
    if not folder.is_dir():
        pytest.skip(f"there is no folder {folder}")
    return folder


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread behind which would keep the program from ending."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE_SECONDS
    for thread in _started_since(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    leaked = [thread.name for thread in _started_since(before)]
    if leaked:
        pytest.fail(f"still running after the test: {', '.join(leaked)}")


def _started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and not t.daemon]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, caches and state of a test go to a home of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    folders = {"CONFIG": ".config", "CACHE": ".cache", "DATA": ".local/share"}
    for kind, folder in {**folders, "STATE": ".local/state"}.items():
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / folder))


@pytest.fixture(scope="session")
def xvfb_display() -> Iterator[str]:
    """The name (`:7`) of a private X server with one screen of 1920x1200."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is not installed")
    with _x_server(server) as display:
        yield display


@contextmanager
def _x_server(server: str) -> Iterator[str]:
    reader, writer = os.pipe()
    screen = ["-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(
        [server, "-displayfd", str(writer), *screen],
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        yield f":{_display_number(reader)}"
    finally:
        os.close(reader)
        process.terminate()
        process.wait(timeout=10)


def _display_number(reader: int) -> int:
    """The number that the server writes once it accepts connections."""
    ready, _, _ = select.select([reader], [], [], XVFB_START_SECONDS)
    text = os.read(reader, 16) if ready else b""
    if not text.strip().isdigit():
        raise RuntimeError("Xvfb did not start")
    return int(text)
