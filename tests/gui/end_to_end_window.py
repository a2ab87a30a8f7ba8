"""The real window, driven like a person does; run by `test_end_to_end.py` under an X server.

Prints what it saw as one JSON document.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from srstudio.gui import application
from srstudio.gui.dialogs.save import SaveDialog
from srstudio.gui.studio import Studio
from srstudio.settings import Settings, SettingsStore
from srstudio_models import read_catalog

SECONDS = 120
Position = tuple[int, int]


class Person:
    """Somebody in front of the window."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.view = studio.view

    def wait(self, done: Callable[[], bool]) -> None:
        application.wait(done, SECONDS)

    def wait_until_idle(self) -> None:
        self.wait(lambda: self.studio.workshop.idle)
        QTest.qWait(150)

    def drop(self, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        held = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        target = self.view if self.view.isVisible() else self.studio.window
        copy = Qt.DropAction.CopyAction
        with warnings.catch_warnings(action="ignore"):
            enter = QDragEnterEvent(QPoint(80, 80), copy, *held)
        QApplication.sendEvent(target, enter)
        QApplication.sendEvent(target, QDropEvent(QPointF(80, 80), copy, *held))

    def drag(self, start: Position, stop: Position) -> None:
        left, quick = Qt.MouseButton.LeftButton, 20
        QTest.mousePress(self.view, left, pos=QPoint(*start), delay=quick)
        for step in range(1, 6):
            x, y = (round(a + (b - a) * step / 5) for a, b in zip(start, stop, strict=True))
            QTest.mouseMove(self.view, QPoint(x, y), delay=quick)
        QTest.mouseRelease(self.view, left, pos=QPoint(*stop), delay=quick)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)
        QTest.qWait(60)

    def seen(self, at: Position) -> list[int]:
        """The colour on the screen, over a pixel of the content."""
        QTest.qWait(60)
        spot = self.view.viewport.to_view((at[0] + 0.5, at[1] + 0.5))
        place = self.view.mapToGlobal(QPoint(math.floor(spot[0]), math.floor(spot[1])))
        screen = QGuiApplication.primaryScreen().grabWindow(0, place.x(), place.y(), 1, 1)
        colour = QColor(screen.toImage().pixelColor(0, 0))
        return [colour.red(), colour.green(), colour.blue()]


def act(person: Person, low: Path, truth: Path, folder: Path) -> dict[str, Any]:
    studio, view, saw = person.studio, person.view, dict[str, Any]()
    person.drop(low)
    person.wait_until_idle()
    saw["sources"] = list(studio.document.source_keys)
    person.drop(truth)
    person.wait_until_idle()
    saw["sources_with_truth"] = list(studio.document.source_keys)
    saw["figures"] = {key: studio.metrics.text("whole", key) for key in ("raw", "fsrcnn-x2")}
    saw["convention"] = studio.metrics.note

    middle = (view.width() // 2, view.height() // 2)
    person.drag(middle, (middle[0] // 2, middle[1]))
    saw["split"] = view.comparison.split

    QTest.keyClick(studio.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    saw["zoom"] = view.viewport.zoom
    content = view.viewport.content
    at = (content[0] // 2 + 20, content[1] // 2 - 20)
    saw["at"] = at
    saw["flips"] = {}
    for key in (Qt.Key.Key_3, Qt.Key.Key_1, Qt.Key.Key_2):
        person.press(key)
        saw["flips"][str(view.comparison.shown)] = person.seen(at)

    person.press(Qt.Key.Key_2)
    saw["back"] = view.comparison.shown
    person.press(Qt.Key.Key_2)
    studio.settings.save.folder = str(folder)
    studio.actions["save"].trigger()
    dialog = studio.window.findChild(SaveDialog)
    assert dialog is not None
    saw["saved"] = str(dialog.path)
    written: list[Path] = []
    studio.workshop.saver.saved.connect(written.append)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    person.wait(lambda: bool(written))
    saw["message"] = studio.window.strip.text
    return saw


def main(low: str, truth: str, folder: str) -> None:
    store = SettingsStore(Path(folder) / "settings.json")
    with application.studio(Settings(), store, read_catalog()) as studio:
        studio.start()
        studio.window.activateWindow()
        QTest.qWaitForWindowActive(studio.window, 10_000)
        saw = act(Person(studio), Path(low), Path(truth), Path(folder))
        saw["platform"] = QGuiApplication.platformName()
        saw["ratio"] = studio.window.devicePixelRatioF()
        studio.window.grab().save(str(Path(folder) / "window.png"))
    print(json.dumps(saw))


if __name__ == "__main__":
    main(*sys.argv[1:])
