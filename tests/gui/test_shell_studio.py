from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.conftest import QuickEngine, Wait, enlarge, picture, write_file

from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.gui.document import TRUTH, Stage
from srstudio.gui.panels.metrics import number
from srstudio.gui.qimage import frame_to_qimage
from srstudio.gui.studio import Studio
from srstudio.gui.upscaling import low_region
from srstudio.media.still import read_picture, write_picture
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure
from srstudio.settings import Settings


def expected(path: Path, offset: int, scale: int = 2) -> np.ndarray:
    return enlarge(read_picture(path).pixels, scale, offset)


def test_before_anything_is_opened_the_window_invites(studio: Studio) -> None:
    assert studio.empty.isVisible()
    assert not studio.view.isVisible()
    assert not studio.actions["save"].isEnabled()
    assert not studio.actions["cancel"].isEnabled()


def test_a_picture_is_shown_by_every_chosen_model(
    studio: Studio, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    assert studio.view.isVisible()
    assert list(studio.document.source_keys) == ["raw", "lanczos"]
    np.testing.assert_array_equal(studio.document.results["raw"].pixels, expected(low, 0))
    np.testing.assert_array_equal(studio.document.results["lanczos"].pixels, expected(low, 3))
    shown = dict(studio.view.values_at(11, 7))
    assert shown["raw"] == tuple(expected(low, 0)[7, 11])
    assert shown["lanczos"] == tuple(expected(low, 3)[7, 11])
    assert studio.window.windowTitle() == "small - SR Studio"
    assert studio.settings.window.recent == [str(low)]
    assert studio.window.status.stage == "Ready"


def test_sources_are_never_blank_while_they_wait(
    studio: Studio, engine: QuickEngine, low: Path, qtbot: QtBot
) -> None:
    engine.gate.clear()
    studio.open([low])
    qtbot.waitUntil(lambda: bool(engine.requests))
    assert [key for key, _ in studio.view.values_at(5, 5)] == ["raw", "lanczos"]
    assert studio.document.state("raw").stage is Stage.WAITING
    assert studio.actions["cancel"].isEnabled()


def test_two_files_are_a_picture_and_its_ground_truth(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([truth, low])
    until_idle()
    assert list(studio.document.source_keys) == ["raw", "lanczos", TRUTH]
    assert studio.view.comparison.reference == TRUTH
    assert list(studio.view.comparison.panes) == ["raw", "lanczos"]
    studio.actions["side_by_side"].trigger()
    assert list(studio.view.comparison.panes) == ["raw", "lanczos", TRUTH]
    studio.actions["side_by_side"].trigger()
    assert list(studio.view.comparison.panes) == ["raw", "lanczos"]


def test_a_larger_picture_opened_later_becomes_the_ground_truth(
    studio: Studio, low: Path, truth: Path, until_idle: Wait, tmp_path: Path
) -> None:
    studio.open([low])
    until_idle()
    studio.open([truth])
    until_idle()
    assert TRUTH in studio.document.source_keys
    other = write_file(tmp_path / "other.png", picture(33, 21))
    studio.open([other])
    until_idle()
    assert TRUTH not in studio.document.source_keys
    assert studio.document.opened is not None
    assert studio.document.opened.low.size == (33, 21)


def test_ticking_makes_the_low_resolution_picture(
    studio: Studio, truth: Path, until_idle: Wait
) -> None:
    studio.open([truth])
    until_idle()
    tick = studio.sources.findChild(type(studio.sources._tick))
    assert tick is not None
    tick.click()
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert opened.made
    assert opened.low.size == (40, 30)
    assert opened.truth is not None
    np.testing.assert_array_equal(opened.truth.pixels, read_picture(truth).pixels)
    tick.click()
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert opened.low.size == (80, 60)
    assert opened.truth is None


def test_figures_are_those_of_the_metrics_package(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    reference = read_picture(truth)
    source = studio.document.results["lanczos"]
    for preset, protocol in (("paper", Protocol.paper(2)), ("rgb", Protocol.rgb())):
        studio.metrics.protocol_chosen.emit(preset)
        until_idle()
        whole = measure(source, reference, protocol)
        assert studio.metrics.text("whole", "lanczos") == (
            number(whole.mse, 2),
            number(whole.psnr, 2),
            number(whole.ssim, 4),
        )
        assert studio.metrics.note == protocol.sentence


def test_the_rectangle_and_the_visible_part_are_measured_live(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    rectangle = Region(10, 8, 30, 24)
    studio.view.zoom_to(16.0)
    studio.view.set_rectangle(rectangle)
    until_idle()
    visible = studio.view.viewport.visible()
    assert visible != Region.whole(80, 60)
    for area, region in (("rectangle", rectangle), ("visible", visible)):
        figures = measure(
            studio.document.results["raw"], read_picture(truth), Protocol.paper(2), region
        )
        assert studio.metrics.text(area, "raw")[1] == number(figures.psnr, 2)
    studio.view.set_rectangle(None)
    studio.view.fit()
    until_idle()
    assert studio.workshop.measuring.regions == {"visible": None, "rectangle": None}


def test_maps_share_one_colour_scale(
    studio: Studio, low: Path, truth: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([low, truth])
    until_idle()
    studio.actions["overlay"].trigger()
    until_idle()
    view = studio.view
    assert view.comparison.overlay == "absolute"
    for key in ("raw", "lanczos"):
        assert view._gallery.map_over(key, view.comparison) is not None
    reference = read_picture(truth)
    worst = max(
        np.abs(f.pixels.astype(float) - reference.pixels).max()
        for f in studio.document.results.values()
    )
    low_limit, high_limit = view._gallery.bars["absolute"].limits
    assert low_limit == 0
    assert 0 < high_limit <= math.ceil(worst)


def test_without_a_ground_truth_the_map_says_why(
    studio: Studio, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    assert "ground truth" in studio.overlay.note


def test_cancel_stops_and_f5_goes_on(
    studio: Studio, engine: QuickEngine, low: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    engine.gate.clear()
    studio.open([low])
    qtbot.waitUntil(lambda: bool(engine.requests))
    studio.actions["cancel"].trigger()
    assert not studio.workshop.upscaling.busy
    assert not studio.actions["cancel"].isEnabled()
    assert "F5" in studio.window.status.stage
    assert studio.document.state("raw").stage is Stage.IDLE
    engine.gate.set()
    studio.view.zoom_to(2.0)
    qtbot.wait(200)
    assert studio.document.results == {}
    studio.actions["resume"].trigger()
    until_idle()
    assert set(studio.document.results) == {"raw", "lanczos"}


def test_a_model_that_fails_is_told_and_the_others_go_on(
    studio: Studio, engine: QuickEngine, low: Path, until_idle: Wait
) -> None:
    engine.broken.add("raw")
    studio.open([low])
    until_idle()
    assert studio.document.state("raw").stage is Stage.FAILED
    assert "it broke; mend it." in studio.window.strip.text
    assert "lanczos" in studio.document.results
    engine.broken.clear()
    studio.actions["resume"].trigger()
    until_idle()
    assert "raw" in studio.document.results


def test_what_is_visible_is_asked_for(
    studio: Studio, engine: QuickEngine, low: Path, qtbot: QtBot
) -> None:
    engine.gate.clear()
    studio.open([low])
    qtbot.waitUntil(lambda: bool(engine.requests))
    assert engine.requests[0].visible == Region.whole(40, 30)
    studio.view.zoom_to(32.0)
    qtbot.waitUntil(lambda: len(engine.requests) > 1)
    opened = studio.document.opened
    assert opened is not None
    request = engine.requests[-1]
    assert request.visible == low_region(studio.view.viewport.visible(), opened)
    assert request.visible != Region.whole(40, 30)
    assert request.picture == engine.requests[0].picture
    assert request.number > engine.requests[0].number


def test_only_missing_models_are_asked_for(
    studio: Studio, engine: QuickEngine, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    studio.document.show_models(["nearest"])
    until_idle()
    assert [spec.id for spec in engine.requests[-1].models] == ["nearest"]
    assert list(studio.document.source_keys) == ["raw", "nearest", "lanczos"]
    studio.document.hide_model("raw")
    studio.document.hide_model("nearest")
    assert list(studio.view.comparison.sources) == ["lanczos"]
    studio.document.show_models(["raw"])
    until_idle()
    assert len(engine.requests) == 2
    assert dict(studio.view.values_at(1, 1))["raw"] == tuple(expected(low, 0)[1, 1])


def test_another_scale_gives_another_picture(
    studio: Studio, engine: QuickEngine, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    studio.document.choose_scale(3)
    until_idle()
    assert studio.view.viewport.content == (120, 90)
    assert studio.document.truth is None
    assert engine.requests[-1].scale == 3
    np.testing.assert_array_equal(studio.document.results["raw"].pixels, expected(low, 0, 3))
    studio.document.choose_scale(2)
    until_idle()
    assert studio.document.truth is not None


def test_another_precision_computes_again(
    studio: Studio, engine: QuickEngine, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    studio.document.choose_engine("cpu", "fast")
    until_idle()
    assert (engine.requests[-1].device, engine.requests[-1].precision) == ("cpu", "fast")
    assert len(engine.requests[-1].models) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.png", b"no picture at all", "text.png"),
        ("empty.png", b"", "empty"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "cut.png"),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(
    studio: Studio,
    low: Path,
    until_idle: Wait,
    qtbot: QtBot,
    tmp_path: Path,
    name: str,
    content: bytes,
    said: str,
) -> None:
    studio.open([low])
    until_idle()
    bad = tmp_path / name
    bad.write_bytes(content)
    studio.open([bad])
    qtbot.waitUntil(lambda: bool(studio.window.strip.text))
    assert said in studio.window.strip.text
    assert "Traceback" not in studio.window.strip.text
    assert studio.document.opened is not None
    assert studio.document.opened.name == "small"
    assert QApplication.activeModalWidget() is None
    until_idle()


def test_the_newest_of_two_opened_in_a_row_counts(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low])
    studio.open([truth])
    until_idle()
    assert studio.document.opened is not None
    assert studio.document.opened.name == "large"
    assert studio.document.opened.truth is None


def drop(studio: Studio, path: Path, on_view: bool) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    target = studio.view if on_view else studio.window
    held = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(50, 50), copy, *held))
    QApplication.sendEvent(target, QDropEvent(QPointF(50, 50), copy, *held))


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")  # the only way
def test_pictures_can_be_dropped_on_window_and_view(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    drop(studio, low, on_view=False)
    until_idle()
    assert studio.document.opened is not None
    drop(studio, truth, on_view=True)
    until_idle()
    assert studio.document.truth is not None


def test_a_picture_can_be_pasted(studio: Studio, until_idle: Wait, qtbot: QtBot) -> None:
    frame = picture(20, 14)
    QGuiApplication.clipboard().setImage(frame_to_qimage(frame))
    studio.actions["paste"].trigger()
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert opened.path is None
    np.testing.assert_array_equal(opened.low.pixels, frame.pixels)


def test_numbers_work_wherever_the_focus_is(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    studio.sources.setFocus()
    QTest.keyClick(studio.window, Qt.Key.Key_Control)  # nobody's key
    QTest.keyClick(studio.window, Qt.Key.Key_3)
    assert studio.view.comparison.shown == TRUTH
    QTest.keyClick(studio.view, Qt.Key.Key_1)
    assert studio.view.comparison.shown == "raw"


def test_tab_flips_in_the_view_and_f6_leads_out_of_it(
    studio: Studio, low: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([low])
    until_idle()
    studio.window.activateWindow()
    studio.view.setFocus()
    qtbot.waitUntil(studio.view.hasFocus)
    QTest.keyClick(studio.view, Qt.Key.Key_Tab)
    assert studio.view.comparison.shown == "raw"
    assert studio.view.hasFocus()
    places = set()
    for _ in range(5):
        studio.actions["panel"].trigger()
        focus = studio.window.focusWidget()
        places.add(
            next(
                p
                for p in (*studio.window.docks, studio.view)
                if p.isAncestorOf(focus) or p is focus
            )
        )
    assert {studio.view, studio.window.docks[0]} <= places


def test_a_scale_that_cannot_be_made_leaves_everything_as_it_was(
    studio: Studio, tmp_path: Path, until_idle: Wait
) -> None:
    studio.workshop.opener.open_files([write_file(tmp_path / "tiny.png", picture(3, 3))], made=True)
    until_idle()
    studio.document.choose_scale(4)
    until_idle()
    assert "cannot be made 4 times" in studio.window.strip.text
    assert studio.document.scale == 2
    assert studio.engine_bar.scale.currentData() == 2
    assert studio.document.frame("raw") is not None


def test_panes_say_how_good_they_are(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    psnr = studio.metrics.text("whole", "lanczos")[1]
    assert studio.view._gallery.label("lanczos") == f"Lanczos · {psnr} dB"
    assert studio.view._gallery.label(TRUTH) == "Ground truth"


def test_file_dialogs_leave_the_window_usable(studio: Studio, low: Path, until_idle: Wait) -> None:
    studio.actions["open"].trigger()
    dialog = studio.window.findChild(QFileDialog)
    assert dialog is not None
    assert not dialog.isModal()
    dialog.filesSelected.emit([str(low)])
    dialog.close()
    until_idle()
    assert studio.document.opened is not None
    assert studio.document.opened.path == low


def test_the_inspector_shows_every_source(
    studio: Studio, low: Path, truth: Path, until_idle: Wait
) -> None:
    studio.open([low, truth])
    until_idle()
    studio.view.cursor_moved.emit((11, 7))
    assert "x 11, y 7" in studio.inspector.place
    assert studio.inspector.values("raw") == tuple(map(str, expected(low, 0)[7, 11]))
    assert studio.inspector.values(TRUTH) == tuple(map(str, read_picture(truth).pixels[7, 11]))
    studio.view.cursor_moved.emit(None)
    assert studio.inspector.values("raw") == ()


def test_deep_pictures_are_inspected_at_their_depth(
    studio: Studio, tmp_path: Path, until_idle: Wait
) -> None:
    deep = Frame(np.full((8, 9, 3), 40_000, np.uint16))
    write_picture(deep, tmp_path / "deep.png")
    write_picture(Frame(np.full((4, 5, 3), 999, np.uint16)), tmp_path / "lr.png")
    studio.open([write_file(tmp_path / "d2.png", Frame(np.full((8, 10, 3), 40_000, np.uint16)))])
    until_idle()
    studio.open([tmp_path / "lr.png", tmp_path / "d2.png"])
    until_idle()
    studio.inspector.show_at(3, 3)
    assert studio.inspector.values(TRUTH) == ("40000", "40000", "40000")


def test_settings_survive(studio: Studio, low: Path, until_idle: Wait) -> None:
    studio.open([low])
    until_idle()
    studio.actions["side_by_side"].trigger()
    studio.actions["nearest"].trigger()
    studio.overlay.opacity_chosen.emit(0.4)
    studio.document.show_models(["fsrcnn+"])
    studio.window.close()
    store = studio._store
    assert store is not None
    saved = store.load()
    assert saved.view.layout == "side_by_side"
    assert saved.view.nearest is False
    assert saved.view.opacity == 0.4
    assert saved.engine.models == ["raw", "lanczos", "fsrcnn+"]
    assert saved.window.recent == [str(low)]
    assert saved.window.geometry
    assert saved.window.state
    assert saved == studio.settings


def test_closing_while_working_ends_every_thread(
    studio: Studio, engine: QuickEngine, low: Path, qtbot: QtBot
) -> None:
    engine.gate.clear()
    studio.open([low])
    qtbot.waitUntil(lambda: bool(engine.requests))
    studio.window.close()
    assert all(thread.isFinished() for thread in studio.workshop._threads)
    studio.close()


def test_the_theme_can_be_changed_while_it_is_open(studio: Studio, settings: Settings) -> None:
    before = studio.window.grab().toImage().pixelColor(4, 4)
    next(action for action in studio.menus.theme.actions() if action.text() == "Light").trigger()
    QApplication.processEvents()
    after = studio.window.grab().toImage().pixelColor(4, 4)
    assert after.lightness() > before.lightness() + 100
    assert settings.window.theme == "light"


def test_full_screen_leaves_only_the_pictures(studio: Studio, low: Path, until_idle: Wait) -> None:
    studio.open([low])
    until_idle()
    assert studio.sources.isVisible()
    studio.actions["fullscreen"].trigger()
    assert not studio.sources.isVisible()
    assert studio.view.isVisible()
    studio.actions["fullscreen"].trigger()
    assert studio.sources.isVisible()


def test_drag_moves_the_slider(studio: Studio, low: Path, until_idle: Wait) -> None:
    studio.open([low])
    until_idle()
    view = studio.view
    middle = QPoint(view.width() // 2, view.height() // 2)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle - QPoint(100, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle - QPoint(100, 0))
    assert view.comparison.split < 0.5
