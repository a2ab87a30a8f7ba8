from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.clip_player import (
    COUNT,
    ClipPlayer,
    source_frame,
    truth_pixels,
    write_footage,
)
from tests.gui.conftest import SECONDS, QuickEngine, Wait

from srstudio.compare.slice_line import SliceLine
from srstudio.compare.sources import Source
from srstudio.core.frame import Frame, Pixels
from srstudio.gui.document import TRUTH
from srstudio.gui.engine_thread import LaneThread
from srstudio.gui.job_bridge import JobBridge
from srstudio.gui.studio import Studio
from srstudio.gui.video.player import Player
from srstudio.gui.video.slice_panel import SlicePanel
from srstudio.gui.video.slice_view import slice_image
from srstudio.gui.video.slicing import Slicing
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.jobs.clip_slices import LONGEST, SliceHandler, SliceRequest, cut
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure

SIZE = (64, 48)
LEFT = Qt.MouseButton.LeftButton
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=SECONDS)


# -- lines --------------------------------------------------------------------------------


def test_a_line_stays_on_the_content_and_turns_at_its_place() -> None:
    line = SliceLine.middle(SIZE)
    assert (line.at, line.upright, line.across) == (24, False, 48)
    assert line.moved(900).at == 47
    assert line.moved(-3).at == 0
    assert line.brought_to((10.2, 7.9)).at == 7
    turned = line.moved(12).turned()
    assert (turned.at, turned.upright) == (16, True)
    assert turned.brought_to((10.2, 7.9)).at == 10
    with pytest.raises(ValueError, match="within"):
        SliceLine(SIZE, 48)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_line_is_cut_out_of_a_frame(dtype: type) -> None:
    pixels: Pixels = np.random.default_rng(1).integers(0, 256, (48, 64, 3)).astype(dtype)
    frame = Frame(pixels * dtype(257) if dtype is np.uint16 else pixels)
    np.testing.assert_array_equal(cut(frame, SliceLine(SIZE, 5)), pixels[5])
    column = cut(frame, SliceLine(SIZE, 63, upright=True))
    np.testing.assert_array_equal(column, pixels[:, 63])
    assert column.base is None or column.base.shape[0] == 1, "the frame is not held"


def test_a_long_line_is_made_shorter_by_means() -> None:
    ramp = np.repeat(np.arange(4 * LONGEST) % 4 * 10, 3).reshape(1, -1, 3).astype(np.uint8)
    line = cut(Frame(ramp), SliceLine((4 * LONGEST, 1), 0))
    assert line.shape == (LONGEST, 3)
    assert (line == 15).all()


def test_lines_become_the_columns_of_a_picture() -> None:
    lines = {n: np.full((7, 3), n, np.uint8) for n in (4, 5, 8)}
    image = slice_image(lines, range(4, 9))
    assert image is not None
    assert (image.width(), image.height()) == (5, 7)
    grays = [image.pixelColor(x, 3).red() for x in range(5)]
    assert grays == [4, 5, 60, 60, 8]
    assert slice_image({}, range(4, 9)) is None


# -- the panel beside a view --------------------------------------------------------------


@pytest.fixture
def player(tmp_path: Path, qapp: QApplication) -> ClipPlayer:
    return ClipPlayer(write_footage(tmp_path), ("steady", "perfect"))


@pytest.fixture
def view(qtbot: QtBot, player: ClipPlayer) -> ComparisonView:
    made = ComparisonView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.set_content(*SIZE)
    sources = [Source(key, key.title()) for key in player.keys]
    made.set_sources([*sources, Source(TRUTH, "Ground truth", "truth")])
    for key in player.keys:
        made.set_picture(key, Pyramid(source_frame(key, 0).pixels))
    made.show()
    return made


@pytest.fixture
def panel(player: ClipPlayer, view: ComparisonView, qtbot: QtBot) -> Iterator[SlicePanel]:
    thread: LaneThread[SliceRequest] = LaneThread("slices", SliceHandler(), JobBridge())
    thread.start()
    made = SlicePanel(cast(Player, player), view, Slicing(cast(Player, player), view, thread))
    made.resize(480, 200)
    made.show()
    made.set_seen(True)
    yield made
    made.close()
    thread.close()
    thread.wait()
    made.deleteLater()


def line_of(view: ComparisonView) -> SliceLine | None:
    return view.slice_line


def test_what_is_kept_is_cut_for_every_source_that_is_seen(
    panel: SlicePanel, player: ClipPlayer, view: ComparisonView, until: Until
) -> None:
    slicing = panel._slicing
    player.keep("steady", 2, 3, 4)
    player.keep("perfect", 3, 9)
    until(lambda: len(slicing.lines("steady")) == 3 and len(slicing.lines("perfect")) == 2)
    assert slicing.span == range(2, 10)
    line = slicing.lines("steady")[3]
    np.testing.assert_array_equal(line, source_frame("steady", 3).pixels[24])
    until(lambda: len(panel.slices._slices) == 2)
    assert [each.title for each in panel.slices._slices] == ["Steady", "Perfect"]
    view.set_comparison(view.comparison.with_panes((TRUTH, "steady")))
    until(lambda: slicing.lines(TRUTH).keys() == {0, 2, 3, 4})
    np.testing.assert_array_equal(slicing.lines(TRUTH)[3], truth_pixels(3)[24])


def test_another_line_is_cut_anew(
    panel: SlicePanel, player: ClipPlayer, view: ComparisonView, until: Until
) -> None:
    player.keep("steady", *range(COUNT))
    until(lambda: len(panel._slicing.lines("steady")) == COUNT)
    panel.way.setCurrentIndex(1)
    panel.way.activated.emit(1)
    assert view.slice_line == SliceLine(SIZE, 32, upright=True)
    panel.at.setValue(9)
    assert view.slice_line.at == 9
    until(lambda: len(panel._slicing.lines("steady")) == COUNT)
    expected = source_frame("steady", 5).pixels[:, 9]
    np.testing.assert_array_equal(panel._slicing.lines("steady")[5], expected)


def test_lines_stay_when_their_frames_are_dropped_but_not_when_a_source_changes(
    panel: SlicePanel, player: ClipPlayer, until: Until
) -> None:
    player.keep("steady", 1, 2)
    until(lambda: len(panel._slicing.lines("steady")) == 2)
    player.held.clear()
    player.keep("steady", 7)
    until(lambda: len(panel._slicing.lines("steady")) == 3)
    player.dropped.emit("steady")
    until(lambda: panel._slicing.lines("steady").keys() == {7})


def test_a_click_in_a_slice_seeks(
    panel: SlicePanel, player: ClipPlayer, until: Until, qtbot: QtBot
) -> None:
    player.keep("steady", *range(COUNT))
    until(lambda: panel.slices._span == range(COUNT))
    slices = panel.slices
    x = round((8 + 0.5) * slices.width() / COUNT)
    QTest.mouseClick(slices, LEFT, pos=QPoint(x, 40))
    assert player.number == 8
    image = slices.grab().toImage()
    near = [image.pixelColor(x + off, 40) for off in (-2, -1, 0, 1, 2)]
    assert any(pixel.red() > 200 and pixel.blue() < 120 for pixel in near)


def test_the_line_is_dragged_and_turned_in_the_view(
    panel: SlicePanel, view: ComparisonView
) -> None:
    # 64x48 at ten times its size: content pixel 20 is at 205.
    QTest.mousePress(view, LEFT, pos=QPoint(100, 245))
    QTest.mouseMove(view, QPoint(120, 105))
    QTest.mouseRelease(view, LEFT, pos=QPoint(120, 105))
    assert view.slice_line == SliceLine(SIZE, 10)
    assert view.viewport.is_fitted, "the picture has not moved"
    assert panel.at.value() == 10
    assert view.cursor().shape() == Qt.CursorShape.SplitVCursor
    QTest.mouseDClick(view, LEFT, pos=QPoint(120, 105))
    assert view.slice_line == SliceLine(SIZE, 13, upright=True)
    assert view.grab().toImage().pixelColor(135, 300) != view.palette().window().color()
    panel.set_seen(False)
    assert line_of(view) is None
    before = view.viewport
    QTest.mousePress(view, LEFT, pos=QPoint(135, 300))
    QTest.mouseMove(view, QPoint(180, 300))
    QTest.mouseRelease(view, LEFT, pos=QPoint(180, 300))
    assert line_of(view) is None
    assert view.viewport == before


def test_without_a_clip_there_is_no_line(
    panel: SlicePanel, player: ClipPlayer, view: ComparisonView
) -> None:
    assert line_of(view) is not None
    player.footage = None
    player.opened_changed.emit()
    assert line_of(view) is None
    assert not panel.at.isEnabled()
    assert "Open a clip" in panel.slices._empty


# -- in the window ------------------------------------------------------------------------


def seen(studio: Studio) -> list[str]:
    docks = studio.window.clip_docks.docks
    return [dock.windowTitle() for dock in docks if dock.isVisible()]


@pytest.fixture
def clip(tmp_path: Path) -> list[Path]:
    write_footage(tmp_path / "clip")
    return [tmp_path / "clip" / "low", tmp_path / "clip" / "truth"]


def test_curves_and_slices_are_there_while_a_clip_is_open(
    studio: Studio, clip: list[Path], low: Path, until_idle: Wait, until: Until
) -> None:
    assert seen(studio) == []
    studio.open(clip)
    until_idle()
    assert seen(studio) == ["Curves", "Slices"]
    analysis = studio.video.analysis
    curves = analysis.measuring.curves
    until(lambda: len(curves.values("lanczos", "flicker")) == COUNT - 1)
    until(lambda: len(curves.values("raw", "flicker")) == COUNT - 1)
    frame = studio.workshop.player.frame("lanczos", 4)
    figures = curves.at("lanczos", 4)
    assert frame is not None
    assert figures is not None
    expected = measure(frame, Frame(truth_pixels(4)), Protocol.clips())
    assert (figures.psnr, figures.ssim) == (expected.psnr, expected.ssim)
    assert studio.view.slice_line is None, "the slices are behind the curves"
    studio.window.clip_docks.docks[1].raise_()
    until(lambda: studio.view.slice_line is not None)
    until(lambda: len(analysis.slicing.lines("raw")) == COUNT)
    studio.open([low])
    until_idle()
    assert seen(studio) == []
    assert studio.view.slice_line is None


def test_the_convention_of_the_metrics_is_that_of_the_curves(
    studio: Studio, clip: list[Path], until_idle: Wait, until: Until
) -> None:
    studio.open(clip)
    until_idle()
    curves = studio.video.analysis.curves
    until(lambda: "Y, crop 0 px" in curves.note.text())
    until(lambda: studio.video.analysis.measuring.curves.at("raw", 3))
    studio.metrics.protocol_chosen.emit("rgb")
    until(lambda: studio.video.analysis.measuring.curves.at("raw", 3))
    frame = studio.workshop.player.frame("raw", 3)
    figures = studio.video.analysis.measuring.curves.at("raw", 3)
    assert frame is not None
    assert figures is not None
    assert figures.mse == measure(frame, Frame(truth_pixels(3)), Protocol.rgb()).mse
    assert "RGB, crop 0 px" in curves.note.text()


def test_a_panel_that_was_closed_stays_closed(
    studio: Studio, clip: list[Path], low: Path, until_idle: Wait, engine: QuickEngine
) -> None:
    studio.open(clip)
    until_idle()
    studio.window.clip_docks.docks[0].close()
    studio.open([low])
    until_idle()
    studio.open(clip)
    until_idle()
    assert seen(studio) == ["Slices"]
    studio.show_page("exports")
    assert seen(studio) == []
    studio.show_page("comparison")
    assert seen(studio) == ["Slices"]
    studio.window.remember(studio.settings.window)
    studio.window.restore(studio.settings.window)
    assert seen(studio) == ["Slices"]
