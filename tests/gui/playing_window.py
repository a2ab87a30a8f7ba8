"""A video in the real window, as a person plays it; run by `test_video_end_to_end.py`.

Prints what it saw as one JSON document.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from tests.gui.end_to_end_window import Person
from tests.media.clips import ACROSS, DOWN

from srstudio.gui import application
from srstudio.gui.studio import Studio
from srstudio.settings import Settings
from srstudio_models import read_catalog


def numbers_on_screen(studio: Studio) -> list[int]:
    """The number that each pane shows, from the colours on the screen."""
    QTest.qWait(150)
    view = studio.view
    panes, ratio = view.arrangement.panes, view.devicePixelRatioF()
    screen = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    width, height = view.viewport.content
    numbers = []
    for pane in panes:
        found = 0
        for bit in range(ACROSS * DOWN):
            middle = ((bit % ACROSS + 0.5) * width / ACROSS, (bit // ACROSS + 0.5) * height / DOWN)
            x, y = view.viewport.to_view(middle)
            corner = QPoint(
                math.floor(x + pane.frame.x / ratio), math.floor(y + pane.frame.y / ratio)
            )
            at = view.mapToGlobal(corner)
            found |= (QColor(screen.pixel(at.x(), at.y())).green() > 127) << bit
        numbers.append(found)
    return numbers


def act(person: Person, low: Path, truth: Path) -> dict[str, Any]:
    studio, player, saw = person.studio, person.studio.workshop.player, dict[str, Any]()
    person.drop(low, truth)
    person.wait(lambda: player.clip is not None)
    person.wait_until_idle()
    saw["sources"] = list(studio.document.source_keys)
    person.press(Qt.Key.Key_S)
    saw["first"] = numbers_on_screen(studio)

    person.press(Qt.Key.Key_Space)
    person.wait(lambda: player.number > 12)
    person.press(Qt.Key.Key_Space)
    person.wait_until_idle()
    saw["paused"] = player.number
    saw["after_playing"] = numbers_on_screen(studio)

    strip = studio.video.bar.strip
    ruler = strip.ruler
    assert ruler is not None
    left, line = Qt.MouseButton.LeftButton, strip.height() // 2
    QTest.mousePress(strip, left, pos=QPoint(round(ruler.x(player.number)), line))
    saw["scrubbed"] = []
    for number in (40, 3, 27):
        QTest.mouseMove(strip, QPoint(round(ruler.x(number)) + 1, line), delay=30)
        person.wait_until_idle()
        saw["scrubbed"].append([player.number, numbers_on_screen(studio)])
    QTest.mouseRelease(strip, left, pos=QPoint(round(ruler.x(27)) + 1, line))

    saw["figures"] = {key: studio.metrics.text("whole", key) for key in ("raw", "fsrcnn-x2")}
    curves = studio.video.analysis.measuring.curves
    person.wait(lambda: all(len(curves.points(key)) == player.count for key in player.keys))
    saw["measured"] = {key: len(curves.points(key)) for key in player.keys}
    saw["message"] = studio.window.strip.text
    return saw


def main(low: str, truth: str, folder: str) -> None:
    with application.studio(Settings(), None, read_catalog()) as studio:
        studio.start()
        studio.window.activateWindow()
        QTest.qWaitForWindowActive(studio.window, 10_000)
        saw = act(Person(studio), Path(low), Path(truth))
        studio.window.grab().save(str(Path(folder) / "window.png"))
    print(json.dumps(saw))


if __name__ == "__main__":
    main(*sys.argv[1:])
