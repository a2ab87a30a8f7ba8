"""The lenses of the magnifier, as they are seen and by key and wheel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.conftest import Wait
from tests.gui.viewing import active_view, wheel

from srstudio.compare.sources import Source
from srstudio.core.regions import Region
from srstudio.gui.qimage import qimage_to_frame
from srstudio.gui.studio import Studio
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.gui.viewer.lenses import Lenses
from srstudio.gui.viewer.pyramid import Pyramid

Array = NDArray[np.uint8]
AT = (200, 60)


def squares(seed: int) -> Array:
    """Every pixel of another colour."""
    return np.random.default_rng(seed).integers(0, 256, (600, 800, 3), dtype=np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> ComparisonView:
    """Two pictures of noise at 100 %, in a view of 800 by 600 pixels without labels."""
    view = active_view(qtbot, 800, 600)
    view.set_content(800, 600)
    view.set_sources([Source("a", "A", "model"), Source("b", "B", "model")])
    for seed, key in enumerate("ab"):
        view.set_picture(key, Pyramid(squares(seed)))
    QTest.mouseMove(view, QPoint(*AT))
    return view


def lenses(view: ComparisonView) -> Lenses:
    return view._scene().lenses(20)


def shown_in(view: ComparisonView, place: Region) -> Array:
    return qimage_to_frame(view.grab().toImage()).pixels[
        place.y : place.bottom, place.x : place.right
    ]


def turn(view: ComparisonView, angle: int) -> None:
    wheel(view, AT, angle, keys=Qt.KeyboardModifier.ControlModifier)


def test_each_lens_shows_the_pixels_of_its_source(view: ComparisonView) -> None:
    view.set_magnifying(True)
    at = lenses(view)
    assert at.zoom == 4.0
    assert view.devicePixelRatioF() == 1.0
    for seed, box in enumerate(at.boxes):
        large = squares(seed).repeat(4, axis=0).repeat(4, axis=1)
        area = at.area
        expected = large[area.y : area.bottom, area.x : area.right]
        np.testing.assert_array_equal(shown_in(view, box), expected)
    assert view.magnifier.at == pytest.approx((200.0, 60.0), abs=1.0)


def test_beyond_the_picture_there_is_nothing(view: ComparisonView) -> None:
    view.set_magnifying(True)
    QTest.mouseMove(view, QPoint(1, 1))
    box = lenses(view).boxes[0]
    corner = shown_in(view, Region(box.x, box.y, 40, 40))
    assert len(np.unique(corner.reshape(-1, 3), axis=0)) == 1


def test_held_it_stays_until_it_is_let_go(view: ComparisonView) -> None:
    view.set_magnifying(True)
    view.set_holding(True)
    before = lenses(view)
    QTest.mouseMove(view, QPoint(500, 500))
    assert (lenses(view).boxes, lenses(view).area) == (before.boxes, before.area)
    view.set_holding(False)
    QTest.mouseMove(view, QPoint(501, 500))
    assert lenses(view).area.x - before.area.x == 4 * 301


def test_ctrl_and_wheel_change_its_power_and_not_the_zoom(view: ComparisonView) -> None:
    view.set_magnifying(True)
    turn(view, 120)
    assert lenses(view).zoom == 8.0
    turn(view, -120)
    turn(view, -120)
    assert lenses(view).zoom == 2.0
    assert view.viewport.zoom == 1.0
    view.set_magnifying(False)
    turn(view, 120)
    assert view.viewport.zoom > 1.0


def test_without_it_the_mouse_repaints_nothing(view: ComparisonView, qtbot: QtBot) -> None:
    class Paints(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - of Qt
            self.count += event.type() == QEvent.Type.Paint
            return False

    paints = Paints()
    for on in (False, True):
        view.set_magnifying(on)
        qtbot.wait(50)
        view.installEventFilter(paints)
        paints.count = 0
        view.track_cursor((300.0 + on, 200.0))
        qtbot.wait(50)
        view.removeEventFilter(paints)
        assert bool(paints.count) == on


def test_parts_that_are_done_are_seen_in_it_at_once(view: ComparisonView) -> None:
    view.set_magnifying(True)
    white = np.full((600, 800, 3), 255, np.uint8)
    view.paste("a", Region.whole(800, 600), white)
    assert (shown_in(view, lenses(view).boxes[0]) == 255).all()


def test_another_content_lets_it_go(view: ComparisonView) -> None:
    view.set_holding(True)
    view.set_content(40, 30)
    assert view.magnifier.on
    assert not view.magnifier.frozen
    assert lenses(view).at == view.viewport.centre


def test_it_has_keys_and_escape_leaves_it(studio: Studio, until_idle: Wait) -> None:
    studio.verbs.sample()
    until_idle()
    view, actions = studio.view, studio.actions
    view.activateWindow()
    view.setFocus()

    def state() -> tuple[bool, bool]:
        ticked = actions["magnify"].isChecked(), actions["hold"].isChecked()
        assert ticked == (view.magnifier.on, view.magnifier.frozen)
        return ticked

    seen = []
    for key in (Qt.Key.Key_M, Qt.Key.Key_F, Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_M):
        QTest.keyClick(view, key)
        seen.append(state())
    assert seen == [(True, False), (True, True), (False, False), (True, True), (False, False)]
