"""Whether a window could open is known before Qt is asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from srstudio.cli.display import display_answers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux goes without one")


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_answers_where_nothing_is_named() -> None:
    assert not display_answers()


def test_a_platform_without_screen_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_answers()


@pytest.mark.parametrize("name", [":4711", "nonsense"])
def test_a_server_that_is_not_there_does_not_answer(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-gone")
    assert not display_answers()


@pytest.mark.xvfb
def test_a_server_that_is_there_answers(xvfb_display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", xvfb_display)
    assert display_answers()


def test_without_a_display_the_program_says_what_to_do() -> None:
    command = [sys.executable, "-m", "srstudio", "--sample"]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "srstudio upscale" in done.stderr
    assert "python -m srstudio.demo" in done.stderr
