"""The dialog that asks how a video is to be exported."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS
from tests.media.clips import FFMPEG, HEIGHT, WIDTH, write_clip

from srstudio.core.frame import Frame
from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.exporting.dialog import ExportDialog
from srstudio.gui.exporting.estimate import Estimate, bytes_text, estimate
from srstudio.gui.exporting.facts import Given
from srstudio.gui.exporting.latest import Latest
from srstudio.gui.exporting.naming import free_output, is_taken, stem_for
from srstudio.gui.exporting.outputs import quality_words
from srstudio.jobs.export import ExportSettings
from srstudio.media.video.codecs import Encoding, codecs
from srstudio.media.video.colour import SRGB, Colour
from srstudio.media.video.opening import open_video
from srstudio.media.video.saving import recipe_for, save_video
from srstudio.settings.schema import EngineSettings, ExportChoices
from srstudio_models import read_catalog

FRAMES = 12
Until = Callable[[Callable[[], object]], None]
Open = Callable[..., ExportDialog]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda right: qtbot.waitUntil(lambda: bool(right()), timeout=SECONDS)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twelve frames, with sound that WebM does not take."""
    silent = write_clip(tmp_path / "silent.mp4", range(FRAMES))
    path = tmp_path / "holiday.mkv"
    tone = ("-f", "lavfi", "-i", "sine=d=0.48", "-c:v", "copy", "-c:a", "pcm_s16le")
    subprocess.run([FFMPEG, "-v", "error", "-i", silent, *tone, path], check=True)
    return path


@pytest.fixture
def document() -> Document:
    return Document(read_catalog(), EngineSettings(device="cpu", precision="fast"))


@pytest.fixture
def choices() -> ExportChoices:
    return ExportChoices()


@pytest.fixture
def open_dialog(
    qtbot: QtBot,
    document: Document,
    choices: ExportChoices,
    clip: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Open]:
    monkeypatch.setattr("srstudio.gui.exporting.assessor._SETTLE_MS", 20)
    background, parent = Background(), QWidget()
    qtbot.addWidget(parent)

    def made(
        part: range | None = None, promised: tuple[str, ...] = (), colour: Colour | None = None
    ) -> ExportDialog:
        dialog = ExportDialog(Given(clip, colour), document, choices, background, parent)
        dialog.show()
        dialog.begin("fsrcnn", 2, part, promised)
        until(lambda: dialog.ready)
        return dialog

    yield made
    background.close()


def note(dialog: ExportDialog, field: str) -> str:
    return dialog.form.fields.notes[field].text()


def choose(dialog: ExportDialog, output: str) -> None:
    box = dialog.form.encoding.format.output
    keys = [box.itemData(row).key for row in range(box.count())]
    box.setCurrentIndex(keys.index(output))


def accept(dialog: ExportDialog, qtbot: QtBot, until: Until) -> tuple[ExportSettings, bool]:
    until(lambda: dialog.ready)
    with qtbot.waitSignal(dialog.accepted_export) as told:
        dialog.start.click()
    settings, next_in_line = told.args
    return settings, next_in_line


# -- what is said -------------------------------------------------------------------------


def test_the_source_is_described_and_a_name_beside_it_suggested(
    open_dialog: Open, clip: Path
) -> None:
    dialog = open_dialog()
    assert f"{WIDTH} x {HEIGHT} · 25 frames/s · 12 frames · 0.48 s · 8 bit" in dialog.head.text
    assert "sound: pcm_s16le" in dialog.head.text
    assert "BT.601 (assumed)" in dialog.head.text
    assert dialog.form.path.text == str(clip.parent / "holiday_fsrcnn_2x.mp4")
    assert dialog.form.model.size.size_in_pixels == (2 * WIDTH, 2 * HEIGHT)


def test_a_name_that_is_taken_is_numbered_and_never_overwritten_silently(
    open_dialog: Open, clip: Path, qtbot: QtBot, until: Until
) -> None:
    folder = clip.parent
    (folder / "holiday_fsrcnn_2x.mp4").touch()
    promised = str(folder / "holiday_fsrcnn_2x (2).mp4")
    dialog = open_dialog(promised=(promised,))
    assert dialog.form.path.text == str(folder / "holiday_fsrcnn_2x (3).mp4")
    dialog.form.path.line.setFocus()
    dialog.form.path.line.selectAll()
    QTest.keyClicks(dialog.form.path.line, str(folder / "holiday_fsrcnn_2x.mp4"))
    until(lambda: note(dialog, "path") == "There is a file of that name already.")
    assert not dialog.ready
    dialog.form.path.replace.click()
    settings, _ = accept(dialog, qtbot, until)
    assert settings.overwrite


def test_contradictions_are_said_at_once_beside_their_fields(open_dialog: Open) -> None:
    dialog = open_dialog()
    form = dialog.form
    form.part.first.setValue(7)
    form.part.last.setValue(4)
    assert note(dialog, "part") == "The last frame comes before the first."
    assert not dialog.ready
    form.part.whole.click()
    assert note(dialog, "part") == "12 frames, 0.48 s"
    form.path.line.setText("/tmp/there.avi")
    assert "goes into a file that ends in .mp4" in note(dialog, "path")
    form.path.line.setText("there.mp4")
    assert note(dialog, "path") == "Write the whole path, or choose a place."
    form.path.line.setText("")
    assert note(dialog, "path") == "Write a name."


def test_streams_that_a_container_cannot_hold_are_named(open_dialog: Open, until: Until) -> None:
    dialog = open_dialog()
    choose(dialog, "av1")
    box = dialog.form.encoding.format.suffix
    box.setCurrentText(".webm")
    box.activated.emit(box.currentIndex())
    assert note(dialog, "audio").startswith(".webm cannot hold audio (pcm_s16le")
    assert note(dialog, "subtitles") == "the video has none"
    choose(dialog, "gif")
    assert note(dialog, "audio") == "Animated GIF cannot hold any"
    assert not dialog.form.audio.isVisible()
    assert dialog.form.path.text.endswith("holiday_fsrcnn_2x.gif")
    until(lambda: dialog.ready)


def test_sizes_that_no_encoder_takes_are_refused(open_dialog: Open, until: Until) -> None:
    dialog = open_dialog()
    dialog.form.model.size._width.setValue(60_000)
    assert note(dialog, "size") == "H.264 holds at most 16,384 pixels a side."
    assert not dialog.ready


def test_what_only_disk_and_encoder_know_is_told_below(
    open_dialog: Open, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog()
    dialog.form.model.size._width.setValue(2 * WIDTH + 1)
    until(lambda: "the edge is repeated there" in dialog.note)
    assert dialog.ready
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000))
    choose(dialog, "ffv1")
    until(lambda: "free some space" in dialog.note and "not enough" in dialog.size_text)
    assert not dialog.ready


def test_a_file_that_is_no_video_is_told(
    qtbot: QtBot, document: Document, tmp_path: Path, until: Until
) -> None:
    path = tmp_path / "words.mp4"
    path.write_text("no video")
    background, parent = Background(), QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(Given(path), document, ExportChoices(), background, parent)
    dialog.begin("", 2)
    until(lambda: "words.mp4" in dialog.head.text)
    assert not dialog.ready
    background.close()


# -- what is asked for --------------------------------------------------------------------


def test_every_choice_is_in_the_settings_and_remembered(
    open_dialog: Open, qtbot: QtBot, until: Until, choices: ExportChoices, clip: Path
) -> None:
    dialog = open_dialog(part=range(3, 9))
    form = dialog.form
    choose(dialog, "h265")
    form.encoding.quality.number.setValue(25)
    form.encoding.choose_preset("fast")
    form.encoding.choose_bits(10)
    form.audio.setChecked(False)
    settings, next_in_line = accept(dialog, qtbot, until)
    assert next_in_line
    assert settings == ExportSettings(
        source=str(clip),
        output=str(clip.parent / "holiday_fsrcnn_2x.mp4"),
        model="fsrcnn-x2",
        scale=2,
        codec="h265",
        quality=25,
        preset="fast",
        bits=10,
        start=3,
        stop=9,
        audio=False,
        device="cpu",
        precision="fast",
    )
    again = open_dialog()
    settings, _ = accept(again, qtbot, until)
    assert (settings.codec, settings.quality, settings.preset) == ("h265", 25, "fast")
    assert (settings.bits, settings.audio, settings.stop) == (10, False, None)
    assert choices.folder == ""


def test_a_clip_is_exported_as_it_is_shown(open_dialog: Open, qtbot: QtBot, until: Until) -> None:
    dialog = open_dialog(colour=SRGB.with_matrix("bt2020", full_range=True))
    assert "BT.2020, full range" in dialog.head.text
    settings, _ = accept(dialog, qtbot, until)
    assert (settings.matrix, settings.full_range) == ("bt2020", True)


def test_another_size_and_numbered_pictures(
    open_dialog: Open, qtbot: QtBot, until: Until, clip: Path
) -> None:
    dialog = open_dialog()
    choose(dialog, "png")
    dialog.form.model.size._width.setValue(WIDTH)
    assert note(dialog, "size") == "by bicubic from what the model makes"
    settings, _ = accept(dialog, qtbot, until)
    assert settings.size == (WIDTH, HEIGHT)
    assert settings.output == str(clip.parent / "holiday_fsrcnn_2x" / "%05d.png")


def test_only_installed_models_of_the_factor_are_offered(open_dialog: Open) -> None:
    dialog = open_dialog()
    box = dialog.form.model._model
    titles = [box.itemText(row) for row in range(box.count())]
    lineup = dialog.form.model._document.lineup_at(2)
    assert titles == [spec.title for spec in (*lineup.references, *lineup.networks)]
    assert {spec.title for spec in lineup.missing}.isdisjoint(titles)
    dialog.form.model.choose("fsrcnn", 4)
    assert dialog.form.model.name == "fsrcnn-x4"
    assert dialog.form.path.text.endswith("holiday_fsrcnn_4x.mp4")


def test_the_size_of_the_result_is_measured(open_dialog: Open, until: Until, clip: Path) -> None:
    dialog = open_dialog()
    choose(dialog, "ffv1")
    dialog.form.model.choose("raw", 1)
    until(lambda: dialog.ready and "free" in dialog.size_text)
    with open_video(clip) as video:
        recipe = recipe_for(video, Encoding("ffv1"), (WIDTH, HEIGHT))
        frames: Iterator[Frame] = video.frames()
        save_video(frames, clip.parent / "whole.mkv", recipe)
    size = (clip.parent / "whole.mkv").stat().st_size
    draft = dialog.form.draft()
    assert draft is not None
    assert 0.6 * size < estimate(draft).size < 1.4 * size


# -- the parts by themselves --------------------------------------------------------------


@pytest.mark.parametrize("codec", [c for c in codecs() if c.scale], ids=lambda codec: codec.name)
def test_qualities_have_words_from_best_to_worst(codec: object) -> None:
    scale = codec.scale  # type: ignore[attr-defined]
    words = [quality_words(scale, q) for q in range(scale.best, scale.worst + 1)]
    assert "recommended" in words[scale.usual - scale.best]
    assert words[-1] == "poor; tiny"
    assert len(list(dict.fromkeys(words))) == len({*words}) >= 5
    changes = sum(a != b for a, b in pairwise(words))
    assert changes == len({*words}) - 1


def test_names_tell_of_source_model_and_factor(tmp_path: Path) -> None:
    size = (10, 10)
    assert stem_for(tmp_path / "a.b.mp4", "edsr+", 4, size) == "a.b_edsr+_4x"
    assert stem_for(tmp_path / "shot_%05d.png", "raw", 2, size) == "shot_raw_2x"
    assert stem_for(tmp_path / "%d.png", "raw", 2, size) == f"{tmp_path.name}_raw_2x"
    pictures = tmp_path / "shots" / "%05d.png"
    assert free_output(pictures, ()) == pictures
    pictures.parent.mkdir()
    assert not is_taken(pictures, ())
    (pictures.parent / "00001.png").touch()
    assert is_taken(pictures, ())
    assert free_output(pictures, ()) == tmp_path / "shots (2)" / "%05d.png"


def test_too_little_room_is_told() -> None:
    assert not Estimate(600, 1000).fits
    assert Estimate(400, 1000).fits
    assert Estimate(400, None).fits
    assert str(Estimate(1_300_000_000, 45_000_000_000)) == "About 1.3 GB; 45 GB are free"
    assert bytes_text(12) == "12 bytes"


def test_of_what_is_asked_only_the_newest_is_told(qtbot: QtBot, until: Until) -> None:
    background, told = Background(), list[int]()
    began: list[int] = []

    def work(number: int) -> int:
        began.append(number)
        return number

    latest: Latest[int] = Latest(background, told.append, lambda _: None)
    for number in range(20):
        latest.ask(lambda number=number: work(number))  # type: ignore[misc]
    until(lambda: told)
    assert told == [19]
    assert began in ([0, 19], [19])
    latest.ask(lambda: work(20))
    latest.drop()
    latest.ask(lambda: work(21))
    until(lambda: len(told) == 2)
    assert told == [19, 21]
    background.close()
