from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from pytestqt.qtbot import QtBot
from tests.gui.conftest import Wait, picture, write_file

from srstudio.core.errors import OutputError
from srstudio.core.frame import Frame
from srstudio.gui.dialogs.save import SaveDialog
from srstudio.gui.document import TRUTH
from srstudio.gui.saving import plan, save_options
from srstudio.gui.studio import Studio
from srstudio.media.still import read_picture
from srstudio.settings.schema import SaveSettings


@pytest.fixture
def ready(studio: Studio, low: Path, truth: Path, until_idle: Wait) -> Studio:
    studio.open([low, truth])
    until_idle()
    return studio


@pytest.fixture
def dialog(ready: Studio, qtbot: QtBot) -> SaveDialog:
    ready.actions["save"].trigger()
    found = ready.window.findChild(SaveDialog)
    assert found is not None
    return found


def test_the_dialog_shows_the_final_path(ready: Studio, dialog: SaveDialog, low: Path) -> None:
    assert not dialog.isModal()
    assert dialog.path == low.parent / "small_lanczos_2x.png"
    dialog.choose("raw")
    dialog._template.setText("{stem} by {model} {width}x{height}")
    dialog._format.setCurrentIndex(dialog._format.findData("tiff"))
    assert dialog.path == low.parent / "small by raw 80x60.tif"


def test_a_taken_name_is_numbered(dialog: SaveDialog, low: Path) -> None:
    (low.parent / "small_raw_2x.png").write_bytes(b"mine")
    dialog.choose("raw")
    assert dialog.path == low.parent / "small_raw_2x (2).png"
    assert "numbered" in dialog._note.text()


@pytest.mark.parametrize("template", ["", "{stem", "{nonsense}"])
def test_a_bad_template_is_told_and_cannot_be_saved(dialog: SaveDialog, template: str) -> None:
    dialog._template.setText(template)
    assert dialog.path is None
    assert dialog._path.text()
    assert not dialog._buttons.button(dialog._buttons.StandardButton.Save).isEnabled()


def test_saving_writes_what_is_shown(
    ready: Studio, dialog: SaveDialog, low: Path, qtbot: QtBot
) -> None:
    target = dialog.path
    assert target is not None
    with qtbot.waitSignal(ready.workshop.saver.saved, timeout=10_000) as saved:
        dialog._buttons.accepted.emit()
    assert saved.args == [target]
    np.testing.assert_array_equal(
        read_picture(target).pixels, ready.document.results["lanczos"].pixels
    )
    assert str(target) in ready.window.status.currentMessage()


def test_the_choice_is_remembered(ready: Studio, dialog: SaveDialog, tmp_path: Path) -> None:
    dialog._format.setCurrentIndex(dialog._format.findData("jpeg"))
    dialog._quality.setValue(77)
    dialog._folder.setText(str(tmp_path / "out"))
    dialog._buttons.accepted.emit()
    saved = ready.settings.save
    assert (saved.format, saved.quality, saved.folder) == ("jpeg", 77, str(tmp_path / "out"))


def test_a_folder_that_cannot_be_written_is_one_sentence(
    ready: Studio, dialog: SaveDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_bytes(b"")
    dialog._folder.setText(str(tmp_path / "file"))
    with qtbot.waitSignal(ready.workshop.failed, timeout=10_000) as failed:
        dialog._buttons.accepted.emit()
    assert isinstance(failed.args[0], OutputError)
    assert "cannot be written" in ready.window.strip.text


@pytest.mark.parametrize(
    ("chosen", "depth", "flatten"),
    [
        (SaveSettings(format="png", depth=16), 16, False),
        (SaveSettings(format="png", depth=0), None, False),
        (SaveSettings(format="jpeg", depth=16), None, True),
        (SaveSettings(format="webp", depth=16), None, False),
        (SaveSettings(format="tiff", depth=8), 8, False),
    ],
)
def test_only_what_a_format_has_is_asked_of_it(
    chosen: SaveSettings, depth: int | None, flatten: bool
) -> None:
    options = save_options(chosen)
    assert (options.format, options.bit_depth, options.flatten) == (chosen.format, depth, flatten)


def test_a_jpeg_of_a_transparent_picture_is_laid_on_white(
    studio: Studio, tmp_path: Path, until_idle: Wait
) -> None:
    frame = picture(16, 12)
    clear = Frame(frame.pixels, np.zeros((12, 16), np.uint8))
    studio.open([write_file(tmp_path / "clear.png", clear)])
    until_idle()
    studio.document.results["raw"] = Frame(picture(32, 24).pixels, np.zeros((24, 32), np.uint8))
    saving = plan(studio.document, "raw", SaveSettings(format="jpeg"))
    assert saving is not None
    assert (read_picture(saving.write()).pixels > 250).all()


def test_the_size_keeps_the_aspect_and_names_the_file(dialog: SaveDialog) -> None:
    assert dialog._size.size_in_pixels == (80, 60)
    dialog._template.setText("{stem} {width}x{height}")
    dialog._size._width.setValue(100)
    assert dialog._size.size_in_pixels == (100, 75)
    dialog._size._height.setValue(30)
    assert dialog._size.size_in_pixels == (40, 30)
    assert dialog.path is not None
    assert dialog.path.name == "small 40x30.png"
    assert "bicubic" in dialog._note.text()
    dialog._size._reset.click()
    assert dialog._size.size_in_pixels == (80, 60)
    assert "bicubic" not in dialog._note.text()


def test_saving_at_another_size_is_matlab_s_bicubic(
    ready: Studio, dialog: SaveDialog, qtbot: QtBot
) -> None:
    dialog._size._width.setValue(33)
    with qtbot.waitSignal(ready.workshop.saver.saved, timeout=10_000) as saved:
        dialog._buttons.accepted.emit()
    frame = ready.document.results["lanczos"]
    from srstudio.engine.resampling import to_size

    made = read_picture(saved.args[0]).pixels
    np.testing.assert_array_equal(made, to_size(frame, (33, 25)).pixels)
    assert made.shape == (25, 33, 3)


def test_a_size_beyond_the_memory_is_told(
    dialog: SaveDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1 << 20))
    dialog._size._width.setValue(60_000)
    assert dialog.path is None
    assert "60000 x 45000" in dialog._path.text()
    dialog._size._reset.click()
    assert dialog.path is not None


def test_nothing_is_planned_before_it_is_done(ready: Studio) -> None:
    assert plan(ready.document, "nearest", SaveSettings()) is None
    truth = plan(ready.document, TRUTH, SaveSettings())
    assert truth is not None
    assert truth.path.name == "small_truth_2x.png"


def test_an_existing_file_is_never_replaced(ready: Studio, low: Path) -> None:
    saving = plan(ready.document, "raw", SaveSettings())
    assert saving is not None
    saving.path.write_bytes(b"appeared meanwhile")
    with pytest.raises(OutputError, match="exists"):
        saving.write()
    assert saving.path.read_bytes() == b"appeared meanwhile"


def test_pasted_pictures_go_to_the_user_s_folder(
    studio: Studio, until_idle: Wait, tmp_path: Path
) -> None:
    studio.workshop.opener.open_frame(picture(8, 8), made=False)
    until_idle()
    saving = plan(studio.document, "raw", SaveSettings())
    assert saving is not None
    assert saving.path.parent == Path.home()


def test_results_of_the_sample_do_not_go_into_the_program(studio: Studio, until_idle: Wait) -> None:
    studio.verbs.sample()
    until_idle()
    saving = plan(studio.document, "raw", SaveSettings())
    assert saving is not None
    assert saving.path.parent == Path.home()
