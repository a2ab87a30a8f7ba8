from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.gui.viewing import active_view, wheel

from srstudio.compare.sources import Source
from srstudio.core.frame import Frame
from srstudio.core.regions import Region
from srstudio.gui.qimage import frame_to_qimage, qimage_to_frame
from srstudio.gui.viewer.blink import PERIOD_MS
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.keys import HOLD_SECONDS
from srstudio.gui.viewer.pyramid import Pyramid
from srstudio.metrics.maps import colour_bar

Array = NDArray[np.uint8]
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
BACKDROPS = ([26, 26, 26], [218, 218, 218])


def plain(colour: tuple[int, int, int], width: int = 400, height: int = 300) -> Array:
    return np.full((height, width, 3), colour, np.uint8)


def noise(seed: int, width: int = 400, height: int = 300) -> Array:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (height, width, 3), dtype=np.uint8)


def screen(view: ComparisonView) -> Array:
    return qimage_to_frame(view.grab().toImage()).pixels


def drag(
    view: ComparisonView,
    start: tuple[int, int],
    stop: tuple[int, int],
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    middle = QPoint((start[0] + stop[0]) // 2, (start[1] + stop[1]) // 2)
    QTest.mouseMove(view, QPoint(*start))
    QTest.mousePress(view, button, keys, QPoint(*start))
    for place in (middle, QPoint(*stop)):
        QTest.mouseMove(view, place)
        QApplication.processEvents()
    QTest.mouseRelease(view, button, keys, QPoint(*stop))


def in_place(view: ComparisonView) -> str | None:
    return view.comparison.shown


def marked(view: ComparisonView) -> Region | None:
    return view.rectangle


def show(view: ComparisonView, pictures: dict[str, Array]) -> None:
    height, width = next(iter(pictures.values())).shape[:2]
    view.set_content(width, height)
    kinds = {"truth": "truth", "raw": "lr"}
    view.set_sources([Source(k, k.upper(), kinds.get(k, "model")) for k in pictures])  # type: ignore[arg-type]
    for key, pixels in pictures.items():
        view.set_picture(key, Pyramid(pixels))


@pytest.fixture
def view(qtbot: QtBot) -> ComparisonView:
    """A view of 400 by 300 pixels without labels."""
    view = active_view(qtbot, 400, 300)
    view.setFocus()
    return view


# -- slider ---------------------------------------------------------------------------------


def test_the_slider_shows_one_picture_on_each_side(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    seen = screen(view)
    assert (seen[:130, :197] == RED).all()
    assert (seen[:250, :180] == RED).all()
    assert (seen[:130, 203:] == BLUE).all()


def test_the_line_is_dragged_from_anywhere_near_it(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    drag(view, (204, 40), (304, 90))
    assert view.comparison.split == pytest.approx(0.75)
    seen = screen(view)
    assert (seen[:130, :297] == RED).all()
    assert (seen[:130, 303:] == BLUE).all()
    assert view.viewport.is_fitted


def test_three_lines_are_dragged_each_by_itself(view: ComparisonView) -> None:
    pictures = {"raw": plain(RED), "a": plain(GREEN), "b": plain(BLUE), "truth": plain(WHITE)}
    show(view, pictures)
    view.set_comparison(view.comparison.with_panes(pictures))
    drag(view, (200, 60), (160, 60))
    assert view.comparison.splits == pytest.approx((0.25, 0.4, 0.75))
    row = screen(view)[60]
    for x, colour in ((50, RED), (130, GREEN), (220, BLUE), (350, WHITE)):
        assert tuple(row[x]) == colour
    drag(view, (100, 60), (390, 60))
    assert view.comparison.splits == pytest.approx((0.4, 0.4, 0.75))


def test_a_double_click_on_the_handle_turns_the_slider(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    QTest.mouseDClick(view, LEFT, pos=QPoint(212, 152))
    assert not view.comparison.vertical
    seen = screen(view)
    assert tuple(seen[100, 300]) == RED
    assert tuple(seen[200, 300]) == BLUE
    drag(view, (40, 150), (40, 75))
    assert view.comparison.split == pytest.approx(0.25)


def test_the_line_follows_the_mouse(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    view.toggle_follow()
    QTest.mouseMove(view, QPoint(99, 80))
    QTest.mouseMove(view, QPoint(100, 80))
    assert view.comparison.split == pytest.approx(0.25)
    view.toggle_follow()
    QTest.mouseMove(view, QPoint(300, 80))
    assert view.comparison.split == pytest.approx(0.25)


def test_swapping_exchanges_the_sides(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    view.swap()
    assert tuple(screen(view)[100, 50]) == BLUE


# -- what is drawn --------------------------------------------------------------------------


def test_400_percent_repeats_pixels_exactly(view: ComparisonView) -> None:
    pixels = noise(1)
    show(view, {"a": pixels})
    view.zoom_to(4.0)
    seen = view.viewport.visible()
    assert seen == Region(150, 112, 100, 76)  # 112.5 to 187.5
    wanted = np.repeat(np.repeat(pixels, 4, axis=0), 4, axis=1)[450:750, 600:1000]
    assert np.array_equal(screen(view)[:260], wanted[:260])


def test_smooth_zoom_mixes_pixels(view: ComparisonView) -> None:
    board = np.repeat((np.indices((300, 400)).sum(0) % 2 * 255)[..., None], 3, axis=2)
    show(view, {"a": board.astype(np.uint8)})
    view.zoom_to(4.0)
    assert set(np.unique(screen(view)[:250])) == {0, 255}
    view.toggle_nearest()
    assert len(np.unique(screen(view)[:250])) > 4


def test_50_percent_of_a_checkerboard_is_gray(view: ComparisonView) -> None:
    board = np.repeat((np.indices((600, 800)).sum(0) % 2 * 255)[..., None], 3, axis=2)
    show(view, {"a": board.astype(np.uint8)})
    assert view.viewport.zoom == 0.5
    assert np.abs(screen(view)[:250].astype(int) - 127.5).max() <= 0.5


def test_a_pixel_grid_appears_at_800_percent(view: ComparisonView) -> None:
    show(view, {"a": plain(WHITE)})
    view.zoom_to(7.9)
    assert (screen(view)[:250] == 255).all()
    view.zoom_to(8.0)
    row = screen(view)[33, :, 0]
    lines = np.flatnonzero(row < 255)
    assert set(np.diff(lines)) == {8}
    assert row.min() > 180


def test_transparency_shows_a_checkerboard(view: ComparisonView) -> None:
    show(view, {"a": plain(RED)})
    alpha = np.full((300, 400), 255, np.uint8)
    alpha[:, 200:] = 0
    view.set_picture("a", Pyramid(plain(RED), alpha))
    seen = screen(view)
    assert (seen[:250, :200] == RED).all()
    assert set(np.unique(seen[:250, 200:])) == {204, 255}


def test_what_lies_beside_the_picture_is_neutral(view: ComparisonView) -> None:
    show(view, {"a": plain(RED, 100, 300)})
    assert screen(view)[100, 20].tolist() in BACKDROPS


def test_a_pasted_tile_is_seen_at_once_and_nothing_else_changes(view: ComparisonView) -> None:
    pixels = noise(1, 800, 600)
    show(view, {"a": pixels})
    for zoom in (0.5, 1.0, 2.0):
        view.zoom_to(zoom)
        screen(view)
        tile = noise(int(zoom * 8), 64, 48)
        view.paste("a", Region(360, 280, 64, 48), tile)
        pixels[280:328, 360:424] = tile
        after = screen(view)
        view.set_picture("a", Pyramid(pixels))
        assert np.array_equal(after, screen(view))


def test_a_tile_for_a_source_that_is_gone_is_ignored(view: ComparisonView) -> None:
    show(view, {"a": plain(RED)})
    view.paste("gone", Region(0, 0, 4, 4), plain(BLUE, 4, 4))
    view.clear_picture("a")
    view.paste("a", Region(0, 0, 4, 4), plain(BLUE, 4, 4))
    assert screen(view)[100, 100].tolist() in BACKDROPS


# -- in place -------------------------------------------------------------------------------


def test_a_flip_shows_the_exact_pixels_in_the_next_frame(view: ComparisonView) -> None:
    pictures = {"raw": noise(1), "a": noise(2), "truth": noise(3)}
    show(view, pictures)
    for number, pixels in enumerate(pictures.values(), start=1):
        QTest.keyClick(view, Qt.Key(Qt.Key.Key_0.value + number))
        assert np.array_equal(screen(view)[:260], pixels[:260])
    QTest.keyClick(view, Qt.Key.Key_3)
    assert in_place(view) is None


def test_a_held_number_returns_when_it_is_released(
    view: ComparisonView, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("srstudio.gui.viewer.keys.time.monotonic", lambda: now)
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    QTest.keyPress(view, Qt.Key.Key_2)
    assert (screen(view)[:250] == BLUE).all()
    now += HOLD_SECONDS + 0.01
    QTest.keyRelease(view, Qt.Key.Key_2)
    assert in_place(view) is None
    QTest.keyPress(view, Qt.Key.Key_2)
    now += HOLD_SECONDS - 0.01
    QTest.keyRelease(view, Qt.Key.Key_2)
    assert in_place(view) == "a"
    QTest.keyPress(view, Qt.Key.Key_1)
    now += 1.0
    QTest.keyRelease(view, Qt.Key.Key_1)
    assert in_place(view) == "a"


def test_losing_the_focus_lets_go_of_what_is_held(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    QTest.keyPress(view, Qt.Key.Key_2)
    view.clearFocus()
    assert in_place(view) is None
    QTest.keyRelease(view, Qt.Key.Key_2)
    assert in_place(view) is None


def test_number_keys_reach_the_view_before_the_actions_of_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    view = ComparisonView(window)
    qtbot.addWidget(window)
    triggered = []
    for key in ("2", "X"):
        action = QAction(key, window, shortcut=key)  # type: ignore[call-overload]
        action.triggered.connect(lambda _=False, key=key: triggered.append(key))
        window.addAction(action)
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_2)
    QTest.keyClick(view, Qt.Key.Key_X)
    assert in_place(view) == "a"
    assert triggered == ["X"]


def test_next_source_and_escape(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE), "truth": plain(GREEN)})
    for colour in (RED, BLUE, GREEN, RED):
        view.next_source()
        assert (screen(view)[:250] == colour).all()
    view.next_source(-1)
    assert in_place(view) == "truth"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert in_place(view) is None
    assert not view.can_escape()


def test_blinking_alternates_the_panes_and_returns(view: ComparisonView, qtbot: QtBot) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE), "truth": plain(GREEN)})
    met: list[str | None] = []
    view.comparison_changed.connect(lambda state: met.append(state.shown))
    with qtbot.waitSignal(view.blink_changed):
        view.toggle_blink()
    qtbot.waitUntil(lambda: len(met) >= 3, timeout=20 * PERIOD_MS)
    view.toggle_blink()
    assert met[:3] == ["raw", "a", "raw"]
    assert met[-1] is None
    assert not view.blinking


# -- zoom and pan ---------------------------------------------------------------------------


def test_the_wheel_zooms_at_the_cursor(view: ComparisonView) -> None:
    show(view, {"a": noise(1, 1600, 1200)})
    at = (150, 110)
    met = [view.viewport.zoom]
    for _ in range(9):
        before = view.viewport.to_content(at)
        wheel(view, at, angle=120)
        assert view.viewport.to_view(before) == pytest.approx(at, abs=0.51)
        met.append(view.viewport.zoom)
    assert met[0] == 0.25
    assert {0.5, 1.0, 2.0} <= set(met)
    wheel(view, at, angle=-120)
    assert view.viewport.zoom == pytest.approx(2.0 / 2 ** (1 / 3))


def test_a_touchpad_zooms_smoothly(view: ComparisonView) -> None:
    show(view, {"a": noise(1, 1600, 1200)})
    for _ in range(24):
        wheel(view, (200, 150), angle=15, pixels=10)
    assert view.viewport.zoom == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize(
    ("button", "space", "start"),
    [
        (LEFT, False, (60, 60)),
        (Qt.MouseButton.MiddleButton, False, (200, 150)),
        (LEFT, True, (200, 150)),
    ],
)
def test_dragging_pans(
    view: ComparisonView, button: Qt.MouseButton, space: bool, start: tuple[int, int]
) -> None:
    show(view, {"raw": noise(1, 1600, 1200), "a": noise(2, 1600, 1200)})
    view.zoom_to(1.0)
    if space:
        QTest.keyPress(view, Qt.Key.Key_Space)
    drag(view, start, (start[0] - 30, start[1] + 20), button)
    if space:
        QTest.keyRelease(view, Qt.Key.Key_Space)
    assert view.viewport.centre == (830.0, 580.0)
    assert view.comparison.split == 0.5


def test_a_drag_beyond_the_edge_comes_back_at_once(view: ComparisonView) -> None:
    show(view, {"a": noise(1, 1600, 1200)})
    view.zoom_to(1.0)
    before = view.viewport
    QTest.mousePress(view, LEFT, pos=QPoint(50, 50))
    for x in (1000, 9000, 60, 50):
        QTest.mouseMove(view, QPoint(x, 50))
        QApplication.processEvents()
    QTest.mouseRelease(view, LEFT, pos=QPoint(50, 50))
    assert view.viewport == before


def test_a_double_click_goes_between_fit_and_100_percent(view: ComparisonView) -> None:
    show(view, {"a": noise(1, 1600, 1200)})
    under = view.viewport.to_content((100, 80))
    QTest.mouseDClick(view, LEFT, pos=QPoint(100, 80))
    assert view.viewport.zoom == 1.0
    assert view.viewport.to_content((100, 80)) == pytest.approx(under, abs=1)
    QTest.mouseDClick(view, LEFT, pos=QPoint(100, 80))
    assert view.viewport.is_fitted


def test_arrows_pan_and_signs_zoom(view: ComparisonView) -> None:
    show(view, {"a": noise(1, 4000, 3000)})
    view.zoom_to(1.0)
    QTest.keyClick(view, Qt.Key.Key_Right)
    x, y = view.viewport.centre
    assert x > 2000
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.viewport.centre[1] - y > x - 2000
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.viewport.zoom > 1.0
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.viewport.zoom == 1.0


def test_resizing_keeps_the_fit(view: ComparisonView) -> None:
    show(view, {"a": noise(1)})
    view.resize(800, 500)
    QApplication.processEvents()
    assert view.viewport.is_fitted
    assert view.viewport.view == (800.0, 500.0)
    view.zoom_to(3.0)
    view.resize(600, 400)
    QApplication.processEvents()
    assert view.viewport.zoom == 3.0


# -- side by side ---------------------------------------------------------------------------


def test_panes_side_by_side_show_the_same_place(view: ComparisonView) -> None:
    pixels = noise(1, 1600, 1200)
    show(view, dict.fromkeys(("raw", "a", "b", "truth"), pixels))
    view.set_comparison(view.comparison.with_panes(("raw", "a", "b", "truth")).toggled_layout())
    view.zoom_to(2.0)
    wheel(view, (310, 220), angle=240)
    view.set_viewport(view.viewport.panned(13, -7))
    seen = screen(view)
    panes = [seen[p.frame.slices][:100] for p in view.arrangement.panes]
    assert all(np.array_equal(panes[0], pane) for pane in panes[1:])
    assert len({(p.frame.x, p.frame.y) for p in view.arrangement.panes}) == 4


def test_the_cursor_is_mirrored_in_the_other_pane(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    view.toggle_layout()
    before = screen(view)
    QTest.mouseMove(view, QPoint(51, 150))
    QTest.mouseMove(view, QPoint(50, 150))
    changed = np.argwhere((screen(view) != before).any(axis=2))
    y, x = (changed.min(axis=0) + changed.max(axis=0)) / 2
    assert (x, y) == pytest.approx((50 + view.arrangement.panes[1].frame.x, 150), abs=1.5)


def test_leaving_side_by_side_for_one_in_place_keeps_the_fit(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    view.toggle_layout()
    assert view.viewport.is_fitted
    view.show_source(2)
    assert (screen(view)[:250] == BLUE).all()
    assert view.viewport.view == (400.0, 300.0)


# -- rectangle, inspector -------------------------------------------------------------------


@pytest.mark.parametrize("key", [CTRL, Qt.KeyboardModifier.ShiftModifier])
def test_a_rectangle_is_dragged_with_ctrl_or_shift(
    view: ComparisonView, key: Qt.KeyboardModifier
) -> None:
    show(view, {"raw": plain(RED, 800, 600), "a": plain(BLUE, 800, 600)})
    told: list[Region | None] = []
    view.rectangle_changed.connect(told.append)
    drag(view, (100, 50), (150, 90), keys=key)
    assert marked(view) == Region(200, 100, 100, 80)
    assert told[-1:] == [view.rectangle]
    assert view.viewport.is_fitted
    drag(view, (390, 290), (420, 330), keys=key)
    assert marked(view) == Region(780, 580, 20, 20)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert marked(view) is None
    assert told[-1:] == [None]


def test_a_click_with_ctrl_takes_the_rectangle_away(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED)})
    view.set_rectangle(Region(1, 2, 3, 4))
    QTest.mouseClick(view, LEFT, CTRL, QPoint(50, 50))
    assert marked(view) is None


@pytest.mark.parametrize("zoom", [1.0, 3.0, 5.37])
def test_the_inspector_agrees_with_the_screen(view: ComparisonView, zoom: float) -> None:
    show(view, {"a": noise(1, 300, 200)})
    told: list[tuple[int, int] | None] = []
    view.cursor_moved.connect(told.append)
    view.zoom_to(zoom)
    view.set_viewport(view.viewport.panned(3.3, -4.7))
    seen = screen(view)
    generator = np.random.default_rng(3)
    for _ in range(60):
        x, y = int(generator.integers(60, 340)), int(generator.integers(60, 240))
        QTest.mouseMove(view, QPoint(x, y))
        pixel = told[-1]
        assert pixel is not None
        assert view.values_at(*pixel) == [("a", tuple(int(v) for v in seen[y, x]))]


def test_outside_the_picture_there_is_no_pixel(view: ComparisonView) -> None:
    show(view, {"a": plain(RED, 100, 300)})
    told: list[object] = []
    view.cursor_moved.connect(told.append)
    QTest.mouseMove(view, QPoint(200, 150))
    QTest.mouseMove(view, QPoint(20, 150))
    assert told[-1:] == [None]
    QTest.mouseMove(view, QPoint(210, 150))
    assert told[-1:] == [(60, 150)]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert told[-1:] == [None]


def test_values_of_all_sources_are_told(view: ComparisonView) -> None:
    pictures = {"raw": noise(1), "a": noise(2), "truth": noise(3)}
    show(view, pictures)
    view.set_picture("a", Pyramid(noise(2, 200, 150)))
    assert view.values_at(11, 7) == [
        ("raw", tuple(int(v) for v in pictures["raw"][7, 11])),
        ("a", tuple(int(v) for v in noise(2, 200, 150)[3, 5])),
        ("truth", tuple(int(v) for v in pictures["truth"][7, 11])),
    ]


# -- overlays, labels -----------------------------------------------------------------------


def test_a_map_lies_over_its_source_but_not_over_the_truth(view: ComparisonView) -> None:
    show(view, {"a": plain(RED), "truth": plain(WHITE)})
    assert view.comparison.reference == "truth"
    for key in ("a", "truth"):
        view.set_map(key, "absolute", Pyramid(plain(BLUE)))
    assert tuple(screen(view)[100, 100]) == RED
    view.cycle_overlay()
    assert view.comparison.overlay == "absolute"
    seen = screen(view)
    opacity = view.comparison.overlay_opacity
    assert seen[100, 100] == pytest.approx([255 * (1 - opacity), 0, 255 * opacity], abs=2)
    assert tuple(seen[100, 300]) == WHITE
    view.cycle_overlay()
    assert tuple(screen(view)[100, 100]) == RED


def test_the_legend_of_the_map_is_drawn(view: ComparisonView) -> None:
    show(view, {"a": plain(RED), "truth": plain(WHITE)})
    view.toggle_labels()
    view.set_map("a", "ssim", Pyramid(plain(RED)))
    bar = colour_bar("ssim", (0.0, 1.0))
    view.set_colour_bar("ssim", bar)
    for _ in range(3):
        view.cycle_overlay()
    corner = screen(view)[220:, 100:].reshape(-1, 3).astype(int)
    for colour in (bar.table[20], bar.table[128], bar.table[235]):
        assert np.abs(corner - colour.astype(int)).max(axis=1).min() <= 3


def test_each_pane_says_what_it_shows(view: ComparisonView) -> None:
    show(view, {"raw": plain(WHITE), "a": plain(WHITE)})
    without = screen(view)
    view.toggle_labels()
    titled = screen(view)
    left, right = titled[8:36, 8:60], titled[8:36, -60:-8]
    assert left.mean() < 150
    assert right.mean() < 150
    assert (without[8:36, 8:60] == 255).all()
    view.set_labels("raw", "RAW · 28.42 dB · 0.8104")
    longer = screen(view)
    dark = [(image[22] < 100).all(axis=1).sum() for image in (titled, longer)]
    assert dark[1] > dark[0] + 40


def test_labels_are_cut_short_in_narrow_panes(view: ComparisonView) -> None:
    show(view, {"raw": plain(WHITE), "a": plain(WHITE)})
    view.toggle_labels()
    view.set_labels("raw", "A very long name of a source that no pane has the room for, ever")
    view.set_comparison(view.comparison.with_split(0.25))
    seen = screen(view)
    assert (seen[22, 40:80] < 100).all(axis=1).any()
    assert (seen[8:36, 93:97] == 255).all()
    view.set_comparison(view.comparison.with_split(0.1))
    assert (screen(view)[8:36, :35] == 255).all()


def test_the_zoom_is_always_shown(view: ComparisonView) -> None:
    show(view, {"a": plain(WHITE)})
    fitted = screen(view)[270:290, 10:80]
    assert fitted.min() < 80
    view.zoom_to(3.0)
    assert not np.array_equal(screen(view)[270:290, 10:80], fitted)


def test_an_empty_view_invites(view: ComparisonView, qtbot: QtBot) -> None:
    seen = screen(view)
    assert seen[5, 5].tolist() in BACKDROPS
    assert (seen != seen[5, 5]).any(axis=2).sum() > 500
    assert "Drop a picture" in view.accessibleDescription()


def test_what_is_shown_is_told_to_those_who_do_not_see_it(view: ComparisonView) -> None:
    show(view, {"raw": plain(RED), "a": plain(BLUE)})
    view.zoom_to(2.0)
    assert view.accessibleName()
    assert view.accessibleDescription() == "RAW, A. Zoom 200 %."
    view.show_source(2)
    assert view.accessibleDescription() == "A. Zoom 200 %."


# -- drops and pastes -----------------------------------------------------------------------


def dragged(view: ComparisonView, data: QMimeData) -> QDragEnterEvent:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other constructor
        enter = QDragEnterEvent(
            QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
        )
    QApplication.sendEvent(view, enter)
    return enter


def dropped(view: ComparisonView, data: QMimeData) -> tuple[bool, Array]:
    enter = dragged(view, data)
    during = screen(view)
    if enter.isAccepted():
        place = QPointF(view.rect().center())
        keys = Qt.KeyboardModifier.NoModifier
        drop = QDropEvent(place, Qt.DropAction.CopyAction, data, LEFT, keys)
        QApplication.sendEvent(view, drop)
    return enter.isAccepted(), during


def test_dropped_files_are_passed_on(view: ComparisonView, tmp_path: Path) -> None:
    before = screen(view)
    told: list[object] = []
    view.files_dropped.connect(told.append)
    data = QMimeData()
    paths = [tmp_path / "a b.png", tmp_path / "ü.tif"]
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    accepted, during = dropped(view, data)
    assert accepted
    assert told == [paths]
    assert not np.array_equal(during, before)
    assert np.array_equal(screen(view), before)


def test_the_hint_goes_when_the_files_do(view: ComparisonView, tmp_path: Path) -> None:
    before, data = screen(view), QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    dragged(view, data)
    assert not np.array_equal(screen(view), before)
    QApplication.sendEvent(view, QDragLeaveEvent())
    assert np.array_equal(screen(view), before)


def test_what_cannot_be_opened_is_not_accepted(view: ComparisonView) -> None:
    data = QMimeData()
    data.setText("just words")
    data.setUrls([QUrl("https://example.org/a.png")])
    accepted, _ = dropped(view, data)
    assert not accepted


def test_a_picture_is_pasted(view: ComparisonView) -> None:
    told: list[Frame] = []
    view.picture_dropped.connect(told.append)
    QGuiApplication.clipboard().setImage(frame_to_qimage(Frame(noise(5))))
    view.paste_from_clipboard()
    assert np.array_equal(told[0].pixels, noise(5))
    QGuiApplication.clipboard().setImage(QImage())
    view.paste_from_clipboard()
    assert len(told) == 1
