"""An export in the real window, as a person does it; run by `test_exporting_end_to_end.py`.

Prints what it saw as one JSON document.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.gui.end_to_end_window import Person
from tests.gui.playing_window import numbers_on_screen

from srstudio.gui import application
from srstudio.gui.exporting.dialog import ExportDialog
from srstudio.jobs.export_status import State
from srstudio.settings import Settings
from srstudio_models import read_catalog


def ask(person: Person) -> ExportDialog:
    """Ctrl+E, and the dialog that comes of it."""
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(person.studio.window, Qt.Key.Key_E, control)
    dialog = person.studio.window.findChild(ExportDialog)
    assert dialog is not None
    person.wait(lambda: dialog.ready)
    return dialog


def act(person: Person, clip: Path, folder: Path) -> dict[str, Any]:
    studio, player, saw = person.studio, person.studio.workshop.player, dict[str, Any]()
    person.drop(clip)
    person.wait(lambda: player.clip is not None)
    dialog = ask(person)
    saw["suggested"] = dialog.form.path.text
    dialog.grab().save(str(folder / "dialog.png"))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    page = studio.exports.page
    assert page is not None
    person.wait(lambda: page.job is not None and page.view.preview.number is not None)
    QTest.qWait(100)
    studio.window.grab().save(str(folder / "running.png"))
    saw["page"] = page.isVisible()
    person.wait(lambda: page.job is not None and page.job.state is State.FINISHED)
    QTest.qWait(100)
    saw["text"] = page.view.header.text

    page.view.header.compare.click()
    person.wait(lambda: player.has_truth)
    person.wait_until_idle()
    person.press(Qt.Key.Key_S)
    player.seek(17)
    person.wait_until_idle()
    saw["sources"] = list(studio.view.comparison.visible)
    saw["shown"] = numbers_on_screen(studio)
    saw["message"] = studio.window.strip.text
    saw["focus"] = QApplication.focusWidget() is studio.view
    studio.window.grab().save(str(folder / "compared.png"))
    return saw


def main(clip: str, folder: str) -> None:
    settings = Settings()
    settings.engine.models = ["raw"]
    with application.studio(settings, None, read_catalog()) as studio:
        studio.start()
        studio.window.activateWindow()
        QTest.qWaitForWindowActive(studio.window, 10_000)
        saw = act(Person(studio), Path(clip), Path(folder))
        saw["closed"] = studio.window.close()
    print(json.dumps(saw))


if __name__ == "__main__":
    main(*sys.argv[1:])
