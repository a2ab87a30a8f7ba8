"""Frames before and after, shown now and then while an export runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from srstudio.core.errors import OutputError
from srstudio.core.frame import Frame
from srstudio.jobs import export_preview
from srstudio.jobs.export_preview import Previewer
from srstudio.jobs.export_status import Preview
from srstudio.media.still import read_picture


@dataclass
class Clock:
    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(export_preview, "time", SimpleNamespace(monotonic=made.monotonic))
    return made


def _frame(number: int) -> Frame:
    return Frame(np.full((4, 6, 3), number, np.uint8))


def _go_through(previewer: Previewer, clock: Clock, count: int, each: float) -> None:
    frames: Iterator[Frame] = (_frame(number) for number in range(count))
    for number, frame in enumerate(previewer.watch(frames, 0, range(count))):
        clock.now += each
        previewer.offer(number, Frame(np.repeat(frame.pixels, 2, axis=0).repeat(2, axis=1)))


@pytest.mark.parametrize(("cost", "apart"), [(0.0, 0.5), (0.02, 0.5), (0.2, 4.0)])
def test_they_come_twice_a_second_for_a_twentieth_of_the_time(
    tmp_path: Path, clock: Clock, cost: float, apart: float
) -> None:
    shown: list[float] = []

    def show(_: Preview) -> None:
        shown.append(clock.now)
        clock.now += cost

    _go_through(Previewer(tmp_path, show), clock, 100, 0.1)
    between = np.diff(shown) - cost
    assert len(shown) >= 10 / (apart + 0.2 + cost)
    assert between.min() >= apart - 1e-9
    assert cost * len(shown) <= 0.05 * clock.now + cost


def test_before_and_after_are_the_same_frame_in_one_size(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("a preview waits for the disk"))
    shown: list[Preview] = []
    _go_through(Previewer(tmp_path, shown.append), clock, 11, 0.25)
    assert [preview.number for preview in shown] == [0, 3, 6, 9]
    for path in (shown[-1].before, shown[-1].after):
        expected = np.full((8, 12, 3), 9, np.uint8)
        np.testing.assert_array_equal(read_picture(path).pixels, expected)
    assert len(list(tmp_path.iterdir())) == 6  # three pairs take turns


def test_one_that_cannot_be_written_costs_the_export_nothing(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(export_preview, "write_bytes", full)
    shown: list[Preview] = []
    _go_through(Previewer(tmp_path, shown.append), clock, 8, 0.25)
    assert shown == []
