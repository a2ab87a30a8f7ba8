from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.clip_player import (
    ALTERNATING,
    COUNT,
    STEADY,
    ClipPlayer,
    source_frame,
    truth_pixels,
    write_footage,
)
from tests.gui.conftest import SECONDS

from srstudio.core.frame import Frame
from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.job_bridge import JobBridge
from srstudio.gui.plotting.traces import Line, Window
from srstudio.gui.theme import ThemeManager, read_colours
from srstudio.gui.video.curve_measuring import CurveMeasuring
from srstudio.gui.video.curves_panel import CurvesPanel
from srstudio.gui.video.filling import Filling
from srstudio.gui.video.player import Player
from srstudio.gui.video.series import Series
from srstudio.jobs.clip_measuring import FiguresHandler, FiguresRequest
from srstudio.jobs.curves import COLUMNS, Curves, Figure, FrameFigures
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure

LUMA = 219 / 255  # of a level of gray
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=SECONDS)


@pytest.fixture
def player(tmp_path: Path, qapp: QApplication) -> ClipPlayer:
    return ClipPlayer(write_footage(tmp_path), ("steady", "flickering"))


@pytest.fixture
def thread(qapp: QApplication) -> Iterator[LaneThread[FiguresRequest]]:
    made: LaneThread[FiguresRequest] = LaneThread("measure", FiguresHandler(), JobBridge())
    made.start()
    yield made
    made.close()
    made.wait()


@pytest.fixture
def measuring(player: ClipPlayer, thread: LaneThread[FiguresRequest]) -> CurveMeasuring:
    return CurveMeasuring(cast(Player, player), thread, Protocol.rgb)


# -- figures as arrays --------------------------------------------------------------------


@given(st.lists(st.sampled_from([1.0, 2.0, 2.5, math.inf, None]), min_size=1, max_size=30))
def test_means_and_worst_frames_are_those_of_the_command_line(values: list[float | None]) -> None:
    curves, series = Curves(), Series(len(values))
    order = list(enumerate(values))
    random.Random(3).shuffle(order)
    for number, value in order:
        figures = FrameFigures(number, number / 25, mse=value, psnr=value)
        curves.add("net", figures)
        series.add("net", figures)
    by: Figure
    for by in ("psnr", "mse"):
        expected = [each.number for each in curves.worst("net", 4, by)]
        assert list(series.worst("net", by, 4)) == expected
        mean = curves.means("net")[by]
        assert series.mean("net", by) == pytest.approx(
            math.nan if mean is None else mean, nan_ok=True
        )
    assert series.measured("net", "psnr") == sum(value is not None for value in values)


@given(st.integers(0, 2**32 - 1), st.integers(1, 50), st.booleans())
def test_of_many_points_the_ends_of_every_column_are_drawn(
    seed: int, columns: int, has_gaps: bool
) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 1_000))
    steps = np.cumsum(chance.integers(1, 9, count)).astype(np.float64)
    values = chance.normal(size=count)
    if has_gaps:
        values[: count // 2] = np.nan
    whole = Window(steps[0], steps[-1], columns)
    line = whole.thinned(Line(steps, values, QColor("red")))
    assert line.steps.size <= max(2 * columns, min(count, 2 * columns))
    assert (np.diff(line.steps) >= 0).all()
    if not np.isnan(values).all():
        assert np.nanmin(line.values) == np.nanmin(values)
        assert np.nanmax(line.values) == np.nanmax(values)
    places = np.searchsorted(steps, line.steps)
    assert set(line.values[~np.isnan(line.values)]) <= set(values)
    assert (places < count).all()


# -- measuring ----------------------------------------------------------------------------


def test_what_is_kept_is_measured_as_single_pictures_are(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    measuring.set_wanted(True)
    player.keep("steady", 3, 4, 7)
    until(lambda: len(measuring.curves.points("steady")) == 3 and not measuring.busy)
    for figures in measuring.curves.points("steady"):
        truth = Frame(truth_pixels(figures.number))
        expected = measure(source_frame("steady", figures.number), truth, Protocol.rgb())
        assert (figures.mse, figures.psnr) == (expected.mse, expected.psnr)
        assert figures.mse == pytest.approx(STEADY**2)
    assert [f.flicker is None for f in measuring.curves.points("steady")] == [True, False, True]
    assert measuring.curves.points("flickering") == []
    assert player.asked == []


def test_the_whole_clip_is_asked_for_and_measured(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    measuring.set_whole(True)
    measuring.set_wanted(True)
    until(lambda: len(measuring.curves.values("flickering", "flicker")) == COUNT - 1)
    until(lambda: len(measuring.curves.values("steady", "flicker")) == COUNT - 1)
    for _, value in measuring.curves.values("steady", "flicker"):
        assert value == pytest.approx(0.0, abs=1e-9)
    for _, value in measuring.curves.values("flickering", "flicker"):
        assert value == pytest.approx(2 * ALTERNATING * LUMA)
    own = measuring.curves.values(TRUTH, "warping")
    assert [number for number, _ in own] == list(range(1, COUNT))
    assert measuring.curves.values(TRUTH, "psnr") == []
    until(lambda: not measuring.busy)
    asked = [numbers for call in player.asked for numbers in call.values()]
    assert all(list(range(n[0], n[-1] + 1)) == n for n in asked)
    assert not measuring._filling.held


def test_only_the_region_is_asked_for(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    player.marks = range(5, 8)  # type: ignore[assignment]
    measuring.set_whole(True)
    measuring.set_wanted(True)
    until(lambda: len(measuring.curves.values("flickering", "warping")) == 3)
    until(lambda: len(measuring.curves.values("steady", "warping")) == 3 and not measuring.busy)
    assert {n for call in player.asked for numbers in call.values() for n in numbers} == {
        4,
        5,
        6,
        7,
    }


def test_what_is_kept_is_not_computed_again_for_the_whole_clip(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    player.keep("steady", *range(COUNT))
    player.keep("flickering", *range(COUNT - 1))
    measuring.set_whole(True)
    measuring.set_wanted(True)
    until(lambda: len(measuring.curves.values("flickering", "flicker")) == COUNT - 1)
    assert len(measuring.curves.values("steady", "flicker")) == COUNT - 1
    assert [call for call in player.asked if call] == [{"flickering": [COUNT - 1]}]


def test_nothing_is_measured_while_nobody_looks(
    player: ClipPlayer, measuring: CurveMeasuring, qtbot: QtBot
) -> None:
    measuring.set_whole(True)
    player.keep("steady", 0)
    qtbot.wait(50)
    assert measuring.curves.keys == ()
    assert player.asked == []
    measuring.set_wanted(True)
    qtbot.waitUntil(lambda: bool(player.asked), timeout=SECONDS)
    measuring.set_wanted(False)
    assert player.asked[-1] == {}


def test_a_frame_is_measured_again_once_the_one_before_it_is_there(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    measuring.set_wanted(True)
    player.keep("flickering", 6)
    until(lambda: measuring.curves.at("flickering", 6))
    assert (measuring.curves.at("flickering", 6) or FrameFigures(0, 0)).warping is None
    player.keep("flickering", 5)
    until(lambda: (measuring.curves.at("flickering", 6) or FrameFigures(0, 0)).warping is not None)


def test_a_source_that_fails_does_not_hold_up_the_others(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until
) -> None:
    player.silent.add("steady")
    measuring.set_whole(True)
    measuring.set_wanted(True)
    until(lambda: len(measuring.curves.points("flickering")) == COUNT)
    assert measuring.curves.points("steady") == []


def test_what_waits_is_bounded_by_its_bytes(player: ClipPlayer) -> None:
    filling = Filling(cast(Player, player))
    large = Frame(np.broadcast_to(np.uint8(0), (4_000, 6_000, 3)))
    assert filling.receive("steady", 0, large) is False
    filling.ask({}, {})
    assert [len(numbers) for numbers in player.asked[-1].values()] == [2, 2]
    small = Filling(cast(Player, player))
    small.receive("steady", 0, Frame(np.zeros((8, 8, 3), np.uint8)))
    small.ask({}, {})
    assert [len(numbers) for numbers in player.asked[-1].values()] == [COUNT, COUNT]


def test_other_weights_and_another_convention_begin_anew(
    player: ClipPlayer, measuring: CurveMeasuring, until: Until, qtbot: QtBot
) -> None:
    measuring.set_wanted(True)
    for key in player.keys:
        player.keep(key, 0, 1)
    until(lambda: len(measuring.curves.points("flickering")) == 2 and not measuring.busy)
    with qtbot.waitSignal(measuring.forgot):
        player.held.clear()
        player.dropped.emit("steady")
    assert measuring.curves.points("steady") == []
    assert len(measuring.curves.points("flickering")) == 2
    with qtbot.waitSignal(measuring.started_again):
        player.dropped.emit("")
    assert measuring.curves.keys == ()


def test_frames_of_another_size_are_told_once(
    player: ClipPlayer, measuring: CurveMeasuring, qtbot: QtBot
) -> None:
    heard: list[object] = []
    measuring.failed.connect(heard.append)
    wrong = {n: Frame(np.zeros((10, 10, 3), np.uint8)) for n in range(4)}
    player.held["steady"] = wrong
    measuring.set_wanted(True)
    qtbot.waitUntil(lambda: bool(heard), timeout=SECONDS)
    player.kept_changed.emit()
    qtbot.wait(50)
    assert len(heard) == 1


# -- the panel ----------------------------------------------------------------------------


@pytest.fixture
def panel(
    player: ClipPlayer, measuring: CurveMeasuring, qtbot: QtBot, until: Until
) -> Iterator[CurvesPanel]:
    ThemeManager(cast(QApplication, QApplication.instance())).follow("dark")
    background = Background()
    made = CurvesPanel(cast(Player, player), measuring, background)
    made.recolour(read_colours("dark"))
    made.set_note(Protocol.rgb().sentence)
    made.resize(1_000, 260)
    made.head.whole.setChecked(False)
    made.show()
    made.set_seen(True)
    until(lambda: made.plots is not None)
    yield made
    made.close()
    background.close()
    made.deleteLater()


def put(panel: CurvesPanel, key: str, values: dict[int, float], figure: Figure = "psnr") -> None:
    for number, value in values.items():
        panel._measuring.curves.add(key, FrameFigures(number, number / 25, **{figure: value}))
        panel._add(key, FrameFigures(number, number / 25, **{figure: value}))
    panel._refresh()


def test_curves_fill_while_figures_come_in(panel: CurvesPanel, until: Until) -> None:
    panel.head.whole.setChecked(True)
    until(lambda: panel.note.text().startswith(f"{COUNT} of {COUNT} frames measured"))
    assert "RGB, crop 0 px" in panel.note.text()
    until(lambda: panel.plots is not None and panel.plots.plots["psnr"].listDataItems())
    assert panel.plots is not None
    lines = panel.plots.plots["psnr"].listDataItems()
    expected = 10 * math.log10(255**2 / STEADY**2)
    assert lines[0].getOriginalDataset()[1] == pytest.approx([expected] * COUNT)
    row = panel.worst.topLevelItem(0)
    assert row is not None
    assert row.text(0) == "Steady"
    assert row.text(1) == f"{expected:.2f}"


def test_gaps_and_perfect_frames_are_drawn(panel: CurvesPanel) -> None:
    assert panel.plots is not None
    put(panel, "steady", {0: 30.0, 1: 32.0, 4: math.inf, 9: 31.0})
    plot = panel.plots.plots["psnr"]
    drawn = plot.listDataItems()[0].getOriginalDataset()[1]
    assert np.isnan(drawn[[2, 3, 5]]).all()
    assert 32.0 < drawn[4] < 34.0
    lonely = plot.listDataItems()[1].getOriginalDataset()[0]
    assert lonely.tolist() == [4.0, 9.0]
    axis = plot.getAxis("left")
    labels = [t for _, v in axis.tickValues(29, 33, 120) for t in axis.tickStrings(v, 1, 1)]
    assert "∞" in labels
    plot.read_at(4.0)
    assert "∞" in plot.titleLabel.text
    plot.read_at(2.0)
    assert "∞" not in plot.titleLabel.text
    row = panel.worst.topLevelItem(0)
    assert row is not None
    assert row.text(1) == "∞"


def test_a_heading_that_is_too_long_is_written_smaller(panel: CurvesPanel) -> None:
    assert panel.plots is not None
    title = panel.plots.plots["psnr"].titleLabel
    title.setText("PSNR")
    assert title.item.scale() == 1.0
    room = title.size().width()
    while title.item.boundingRect().width() <= room * 1.1:
        title.setText(title.text + " 9")
    assert 0.75 < title.item.scale() < 1.0
    assert title.item.mapRectToParent(title.item.boundingRect()).right() <= room + 0.5
    title.setText(title.text * 4)
    assert title.item.scale() == 0.75


def test_a_click_on_a_curve_or_a_worst_frame_seeks(
    panel: CurvesPanel, player: ClipPlayer, qtbot: QtBot
) -> None:
    assert panel.plots is not None
    put(panel, "flickering", {n: 40.0 - n for n in range(COUNT)})
    qtbot.wait(20)
    plot = panel.plots.plots["psnr"]
    at = panel.plots.mapFromScene(plot.vb.mapViewToScene(QPointF(6.2, 33.0)))
    QTest.mouseClick(panel.plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert player.number == 6
    qtbot.waitUntil(lambda: ">34.00<" in plot.titleLabel.text)
    _, _, worst = panel.worst._rows[1]
    assert [row.text(0) for row in worst] == [f"frame {n}" for n in (11, 10, 9, 8, 7)]
    panel.worst.scrollToItem(worst[1])
    box = panel.worst.visualItemRect(worst[1])
    QTest.mouseClick(panel.worst.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert player.number == 10


def test_further_figures_are_chosen_and_at_least_one_stays(panel: CurvesPanel) -> None:
    assert panel.plots is not None
    actions = panel.head.actions_of
    actions["warping"].trigger()
    assert list(panel.plots.plots) == ["psnr", "ssim", "warping"]
    assert not panel.worst.isColumnHidden(4)
    assert "Warping: MSE of Y along the motion" in panel.note.text()
    for figure in ("psnr", "ssim", "warping"):
        actions[figure].trigger()
    assert list(panel.plots.plots) == ["warping"]
    assert panel.head.worst_by == "warping"
    panel.resize(300, 900)
    panel.head.actions_of["psnr"].trigger()
    assert list(panel.plots.plots) == ["psnr", "warping"]


def test_other_sources_get_curves_of_their_own(panel: CurvesPanel, player: ClipPlayer) -> None:
    player.keys = ("perfect",)
    player.kept_changed.emit()
    titles = [panel.worst.topLevelItem(n) for n in range(panel.worst.topLevelItemCount())]
    assert [row.text(0) for row in titles if row] == ["Perfect"]
    panel.head.actions_of["warping"].trigger()
    titles = [panel.worst.topLevelItem(n) for n in range(panel.worst.topLevelItemCount())]
    assert [row.text(0) for row in titles if row] == ["Perfect", TRUTH.title()]


@pytest.mark.parametrize("kind", ["csv", "png"])
def test_figures_are_saved(
    panel: CurvesPanel, kind: str, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    put(panel, "steady", {0: 30.0, 1: 32.0})
    path = tmp_path / f"figures.{kind}"
    action = next(a for a in panel.head.save.menu().actions() if kind.upper() in a.text())
    action.trigger()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(panel.told, timeout=SECONDS):
        dialog.fileSelected.emit(str(path))
    if kind == "csv":
        rows = list(csv.reader(path.read_text().splitlines()))
        assert rows[0] == list(COLUMNS)
        assert [row[:5] for row in rows[1:]] == [
            ["steady", "0", "0.0", "", "30.0"],
            ["steady", "1", "0.04", "", "32.0"],
        ]
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


def test_without_a_ground_truth_warping_is_left(
    tmp_path: Path, thread: LaneThread[FiguresRequest], until: Until
) -> None:
    player = ClipPlayer(write_footage(tmp_path / "alone", with_truth=False))
    measuring = CurveMeasuring(cast(Player, player), thread, Protocol.rgb)
    background = Background()
    panel = CurvesPanel(cast(Player, player), measuring, background)
    panel.show()
    panel.set_seen(True)
    until(lambda: len(measuring.curves.values("steady", "warping")) == COUNT - 1)
    assert panel.head.figures == ("warping",)
    assert not panel.head.actions_of["psnr"].isEnabled()
    panel._refresh()
    assert "needs the ground truth" in panel.note.text()
    assert panel.worst.topLevelItemCount() == 1
    panel.close()
    background.close()


def test_without_a_clip_it_says_what_it_needs(
    thread: LaneThread[FiguresRequest], qtbot: QtBot
) -> None:
    player = cast(Player, ClipPlayer(None, ()))
    background = Background()
    panel = CurvesPanel(player, CurveMeasuring(player, thread, Protocol.rgb), background)
    qtbot.addWidget(panel)
    panel.show()
    assert panel._waiting.isVisible()
    assert "Open a clip" in panel._waiting.text()
    assert not panel.head.isEnabled()
    panel.close()
    background.close()
