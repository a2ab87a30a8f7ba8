from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, QuickEngine, Wait

from srstudio.gui.installing import Installed, is_weights
from srstudio.gui.panels.source_rows import NAME
from srstudio.gui.studio import Studio
from srstudio_models import read_catalog
from srstudio_models.catalog import installed
from srstudio_models.loader import build, dump


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are installed in these tests."""
    monkeypatch.setenv("SRSTUDIO_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def missing() -> str:
    """A small model that ships without weights."""
    specs = (s for s in read_catalog() if not installed(s) and s.scales == (2,))
    return min(specs, key=lambda spec: spec.parameters).id


@pytest.fixture
def weights(tmp_path: Path, missing: str) -> Path:
    """A file of its weights."""
    spec = read_catalog()[missing]
    path = tmp_path / "given.safetensors"
    path.write_bytes(dump(build(spec), spec))
    return path


def drop(studio: Studio, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    target = studio.view if studio.view.isVisible() else studio.window
    held = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(50, 50), copy, *held))
    QApplication.sendEvent(target, QDropEvent(QPointF(50, 50), copy, *held))


@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")  # the only way
def test_a_dropped_weight_file_becomes_a_source(
    studio: Studio,
    engine: QuickEngine,
    low: Path,
    weights: Path,
    missing: str,
    until_idle: Wait,
    qtbot: QtBot,
) -> None:
    assert studio.sources.tree.item(missing).isDisabled()
    with qtbot.waitSignal(studio.workshop.installer.installed, timeout=SECONDS):
        drop(studio, low, weights)
        assert studio.window.strip.text == "Reading given.safetensors ..."
    until_idle()
    title = read_catalog()[missing].title
    assert studio.window.strip.text == f"Installed {title}."
    item = studio.sources.tree.item(missing)
    assert item.checkState(NAME) == Qt.CheckState.Checked
    assert studio.document.opened is not None
    assert studio.document.opened.path == low
    qtbot.waitUntil(lambda: missing in studio.document.results, timeout=SECONDS)
    assert engine.requests[-1].models[-1].file is not None


def test_a_file_that_is_none_is_one_sentence_and_nothing_is_lost(
    studio: Studio, low: Path, tmp_path: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([low])
    until_idle()
    before = studio.document.engine.models
    (tmp_path / "bad.pth").write_bytes(b"no weights")
    with qtbot.waitSignal(studio.workshop.installer.installed, timeout=SECONDS):
        studio.open([tmp_path / "bad.pth"])
    text = studio.window.strip.text
    assert text.startswith("bad.pth")
    assert "Traceback" not in text
    assert studio.document.engine.models == before
    assert set(studio.document.results) == {"raw", "lanczos"}
    until_idle()


def test_of_several_files_each_is_told(
    studio: Studio, weights: Path, missing: str, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(studio.workshop.installer.installed, timeout=SECONDS):
        studio.workshop.installer.install([tmp_path / "gone.pt", weights])
    text = studio.window.strip.text
    assert text.startswith(f"Installed {read_catalog()[missing].title}. ")
    assert "gone.pt" in text
    assert missing in [spec.id for spec in studio.document.models]


def test_it_says_where_a_model_of_another_scale_is_shown() -> None:
    catalog = read_catalog()
    done = Installed((catalog["fsrcnn-x4"],), (), catalog)
    assert done.text({"fsrcnn"}) == "Installed FSRCNN x4."
    assert done.text({"raw"}) == "Installed FSRCNN x4. FSRCNN x4 is shown at x4."


def test_the_dialog_takes_several_and_leaves_the_window_usable(
    studio: Studio, weights: Path, qtbot: QtBot
) -> None:
    studio.actions["install"].trigger()
    dialog = studio.window.findChild(QFileDialog)
    assert dialog is not None
    assert not dialog.isModal()
    assert all(f"*{suffix}" in dialog.nameFilters()[0] for suffix in (".pt", ".pth"))
    with qtbot.waitSignal(studio.workshop.installer.installed, timeout=SECONDS):
        dialog.filesSelected.emit([str(weights)])
    dialog.close()


def test_the_menu_of_a_model_asks_for_its_weights(studio: Studio, missing: str) -> None:
    title = read_catalog()[missing].title
    studio.sources.install_asked.emit(title)
    dialog = studio.window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.windowTitle() == f"Install weights for {title}"
    dialog.close()


def test_weights_are_known_by_their_suffix() -> None:
    names = ("a.pt", "a.PTH", "a.safetensors", "a.png", "pt")
    assert [is_weights(Path(name)) for name in names] == [True, True, True, False, False]
