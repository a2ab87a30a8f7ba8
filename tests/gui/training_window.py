"""Training in the real window, as a person does it; run by `test_training_window.py`.

Prints what it saw as one JSON document.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from srstudio.gui import application
from srstudio.gui.studio import Studio
from srstudio.gui.training.page import TrainingPage
from srstudio.settings import Settings
from srstudio_models import read_catalog

SECONDS = 90
VALUES = {
    "iterations": "100000",
    "batch": "2",
    "patch": "12",
    "log_every": "2",
    "validate_every": "20",
}


def wait(done: Callable[[], object]) -> None:
    application.wait(lambda: bool(done()), SECONDS)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def points(page: TrainingPage) -> int:
    """How many points of the loss are drawn."""
    assert page.view.plots is not None
    items = page.view.plots.plots["loss"].listDataItems()
    steps = items[-1].getOriginalDataset()[0] if items else None
    return 0 if steps is None else len(steps)


def colours_of_the_loss(page: TrainingPage, window: QWidget) -> int:
    """How many different colours are on the screen where the loss is drawn."""
    assert page.view.plots is not None
    corner = page.view.plots.mapToGlobal(QPoint(70, 60))
    QTest.qWait(100)
    screen = QGuiApplication.primaryScreen()
    image = screen.grabWindow(0, corner.x(), corner.y(), 300, 150).toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def fill_in(page: TrainingPage, data: str) -> None:
    page.form.more.click()
    for key, text in VALUES.items():
        page.form.row(key).write(text)
    page.form.head.data.set_folders([data])
    wait(page.form.start.isEnabled)


def act(studio: Studio, data: str, folder: Path) -> dict[str, Any]:
    saw: dict[str, Any] = {}
    QTest.keyClick(studio.window, Qt.Key.Key_F3)
    page = studio.desk.page
    assert page is not None
    wait(lambda: page.view.plots is not None)
    page.form.row("batch").write("none")
    saw["wrong"] = page.form.row("batch").note.text()
    fill_in(page, data)
    click(page.form.start)
    wait(lambda: not page.filling_in and points(page) > 2)
    before = points(page)
    wait(lambda: points(page) > before)
    saw["colours"] = colours_of_the_loss(page, studio.window)
    wait(lambda: page.view.patches.rows > 0 and len(page.view.runs[0].checkpoints) > 1)
    studio.window.grab().save(str(folder / "running.png"))
    saw["undisturbed"] = studio.window.strip.isHidden()

    page.view.slider.slider.setValue(0)
    click(page.view.compare)
    key = "run_1-x2"
    wait(lambda: key in studio.document.results and studio.workshop.idle)
    saw["title"] = studio.document.title(key)
    saw["visible"] = key in studio.view.comparison.visible
    saw["psnr"] = studio.metrics.text("whole", key)[1]
    saw["bar"] = studio.desk.bar.rows[next(iter(studio.desk.bar.rows))].slider.text
    studio.window.grab().save(str(folder / "compared.png"))

    QTest.keyClick(studio.window, Qt.Key.Key_F3)
    click(page.view.header.stop)
    wait(lambda: not studio.desk.training.active)
    saw["state"] = page.view.runs[0].state.value
    saw["resumable"] = page.view.header.resume.isVisible()
    studio.window.grab().save(str(folder / "stopped.png"))
    return saw


def main(data: str, folder: str) -> None:
    settings = Settings()
    settings.engine.models = ["raw"]
    with application.studio(settings, None, read_catalog()) as studio:
        studio.start()
        studio.window.activateWindow()
        QTest.qWaitForWindowActive(studio.window, 10_000)
        saw = act(studio, data, Path(folder))
        saw["closed"] = studio.window.close()
    print(json.dumps(saw))


if __name__ == "__main__":
    main(*sys.argv[1:])
