from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.conftest import SECONDS, QuickEngine, Wait, enlarge, picture, trained, write_file
from tests.media.clips import HEIGHT, WIDTH, number_of, write_clip

from srstudio.core.frame import Frame
from srstudio.gui.document import TRUTH, Stage
from srstudio.gui.panels.metrics import number
from srstudio.gui.studio import Studio
from srstudio.media.still import read_picture, write_picture
from srstudio.media.video.opening import open_video
from srstudio.metrics.protocol import Protocol
from srstudio.metrics.report import measure

COUNT = 50
LONG_GOP = {"g": "250", "bf": "3", "sc_threshold": "0", "crf": "12"}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", range(COUNT), options=LONG_GOP)


@pytest.fixture
def truth_clip(clip: Path, tmp_path: Path) -> Path:
    """The frames of the clip twice as large, as numbered pictures."""
    folder = tmp_path / "truth"
    folder.mkdir()
    with open_video(clip) as source:
        for at, frame in enumerate(source.frames()):
            write_picture(Frame(enlarge(frame.pixels, 2, 1)), folder / f"{at:04d}.png")
    return folder


def shown(studio: Studio, key: str) -> int:
    """The number that a source shows on the screen, as the view holds it."""
    layer = studio.view._gallery.picture(key)
    assert layer is not None
    return number_of(np.ascontiguousarray(layer.pyramid.levels[0][..., :3]))


def low_number(studio: Studio) -> int:
    assert studio.document.opened is not None
    return number_of(studio.document.opened.low.pixels)


def test_every_frame_sought_is_the_one_that_is_shown(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.open([clip])
    until_idle()
    player, chance = studio.workshop.player, random.Random(4)
    assert player.count == COUNT
    for wanted in [COUNT - 1, 0, *chance.sample(range(COUNT), 8)]:
        player.seek(wanted)
        until_idle()
        assert (low_number(studio), shown(studio, "raw"), shown(studio, "lanczos")) == (
            wanted,
            wanted,
            wanted,
        )
        assert number_of(studio.document.results["raw"].pixels) == wanted
        assert studio.document.opened is not None
        assert studio.document.opened.low.time == Fraction(wanted, 25)


def test_a_clip_and_its_ground_truth_are_measured_frame_by_frame(
    studio: Studio, clip: Path, truth_clip: Path, until_idle: Wait
) -> None:
    studio.open([clip, truth_clip])
    until_idle()
    assert list(studio.document.source_keys) == ["raw", "lanczos", TRUTH]
    for wanted in (0, 41):
        studio.workshop.player.seek(wanted)
        until_idle()
        reference = read_picture(truth_clip / f"{wanted:04d}.png")
        assert studio.document.truth is not None
        np.testing.assert_array_equal(studio.document.truth.pixels, reference.pixels)
        figures = measure(studio.document.results["lanczos"], reference, Protocol.paper(2))
        assert studio.metrics.text("whole", "lanczos") == (
            number(figures.mse, 2),
            number(figures.psnr, 2),
            number(figures.ssim, 4),
        )
        assert shown(studio, TRUTH) == wanted


def test_no_figures_of_another_frame_are_left(
    studio: Studio, engine: QuickEngine, clip: Path, truth_clip: Path, qtbot: QtBot
) -> None:
    engine.last = 0
    studio.open([clip, truth_clip])
    qtbot.waitUntil(lambda: studio.document.truth is not None, timeout=SECONDS)
    qtbot.waitUntil(lambda: studio.metrics.text("whole", "lanczos")[0] != "", timeout=SECONDS)
    studio.workshop.player.seek(30)
    qtbot.waitUntil(lambda: shown(studio, TRUTH) == 30, timeout=SECONDS)
    assert studio.metrics.text("whole", "lanczos") == ("", "", "")
    assert studio.document.state("lanczos").stage is Stage.WAITING
    assert shown(studio, "lanczos") == 30, "the frame enlarged stands in"


def test_playing_shows_the_frames_in_order_and_stops_at_the_end(
    studio: Studio, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([clip])
    until_idle()
    player = studio.workshop.player
    seen: list[tuple[int, int, int]] = []
    studio.document.frame_changed.connect(
        lambda: seen.append((low_number(studio), shown(studio, "raw"), shown(studio, "lanczos")))
    )
    player.seek(COUNT - 20)
    player.play(4.0)
    qtbot.waitUntil(lambda: not player.playing, timeout=SECONDS)
    assert all(low == raw == lanczos for low, raw, lanczos in seen)
    numbers = [low for low, _, _ in seen]
    assert numbers == sorted(numbers)
    assert numbers[-1] == COUNT - 1 == player.number


def test_playing_waits_for_the_engine_and_says_so(
    studio: Studio, engine: QuickEngine, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    engine.last = 4
    studio.open([clip])
    qtbot.waitUntil(lambda: ("raw", 4) in engine.frames, timeout=SECONDS)
    player = studio.workshop.player
    player.play()
    qtbot.waitUntil(lambda: player.waiting and player.number == 4, timeout=SECONDS)
    engine.last = COUNT
    qtbot.waitUntil(lambda: player.number > 10, timeout=SECONDS)
    player.pause()
    until_idle()
    assert shown(studio, "raw") == low_number(studio) == player.number


def test_the_view_stays_where_it_is_when_frames_change(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.open([clip])
    until_idle()
    studio.view.zoom_to(4.0)
    studio.view.set_comparison(studio.view.comparison.with_split(0.3, 0))
    before = (studio.view.viewport, studio.view.comparison)
    studio.workshop.player.seek(33)
    until_idle()
    assert (studio.view.viewport, studio.view.comparison) == before


def test_models_ticked_later_are_computed_for_the_shown_frame(
    studio: Studio, engine: QuickEngine, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([clip])
    until_idle()
    studio.workshop.player.seek(25)
    until_idle()
    studio.document.show_models(["nearest"])
    until_idle()
    of_nearest = [at for name, at in engine.frames if name == "nearest"]
    assert of_nearest[0] == 25
    assert shown(studio, "nearest") == 25
    studio.document.hide_model("nearest")
    qtbot.waitUntil(lambda: not studio.workshop.player.kept("nearest"), timeout=SECONDS)


def test_the_keys_of_editors_play_and_seek(studio: Studio, clip: Path, until_idle: Wait) -> None:
    studio.open([clip])
    until_idle()
    player, view = studio.workshop.player, studio.view
    for name, at in (("frame_on", 1), ("frame_on", 2), ("frame_back", 1), ("to_end", COUNT - 1)):
        studio.actions[name].trigger()
        assert player.number == at
    studio.actions["to_start"].trigger()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert player.number == 25
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert player.number == 0
    playing = []
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Space)
        playing.append(player.playing)
    assert playing == [True, False]
    for name, rate in (("play", 1), ("play", 2), ("play_back", -1), ("pause", 0)):
        studio.actions[name].trigger()
        assert player.rate == rate
    player.seek(10)
    studio.actions["mark_in"].trigger()
    player.seek(20)
    studio.actions["mark_out"].trigger()
    assert player.marks == range(10, 21)
    studio.actions["clear_marks"].trigger()
    assert player.marks is None


def test_space_that_is_held_to_pan_does_not_play(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.open([clip])
    until_idle()
    view = studio.view
    QTest.keyPress(view, Qt.Key.Key_Space)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert not studio.workshop.player.playing


def test_a_picture_has_no_bar_and_no_keys_of_playing(
    studio: Studio, clip: Path, low: Path, until_idle: Wait
) -> None:
    assert not studio.video.bar.isVisible()
    studio.open([clip])
    until_idle()
    assert studio.video.bar.isVisible()
    assert studio.actions["play"].isEnabled()
    studio.open([low])
    until_idle()
    assert studio.workshop.player.clip is None
    assert not studio.video.bar.isVisible()
    assert not studio.actions["play"].isEnabled()
    before = studio.view.viewport
    studio.view.zoom_to(16.0)
    QTest.keyClick(studio.view, Qt.Key.Key_Right)
    assert studio.view.viewport != before


def test_a_picture_cannot_be_the_ground_truth_of_a_video(
    studio: Studio, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    still = write_file(tmp_path / "still.png", picture(2 * WIDTH, 2 * HEIGHT))
    studio.open([clip, still])
    qtbot.waitUntil(lambda: bool(studio.window.strip.text), timeout=SECONDS)
    assert "still is a picture and clip a video" in studio.window.strip.text


@pytest.mark.parametrize("content", [b"", b"no video at all", None])
def test_what_cannot_be_played_is_told_in_a_sentence(
    studio: Studio, clip: Path, tmp_path: Path, qtbot: QtBot, content: bytes | None
) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(clip.read_bytes()[:900] if content is None else content)
    studio.open([path])
    qtbot.waitUntil(lambda: bool(studio.window.strip.text), timeout=SECONDS)
    assert "broken.mp4" in studio.window.strip.text
    assert "Something unforeseen" not in studio.window.strip.text
    assert studio.empty.isVisible()


def test_the_clip_is_made_from_its_ground_truth(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.sources._tick.click()
    studio.open([clip])
    until_idle()
    studio.workshop.player.seek(37)
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert opened.made
    assert opened.low.size == (WIDTH // 2, HEIGHT // 2)
    assert opened.truth is not None
    assert number_of(opened.truth.pixels) == number_of(opened.low.pixels) == 37
    assert shown(studio, "raw") == shown(studio, TRUTH) == 37


def test_another_scale_keeps_the_frame(studio: Studio, clip: Path, until_idle: Wait) -> None:
    studio.open([clip])
    until_idle()
    studio.workshop.player.seek(21)
    until_idle()
    studio.document.choose_scale(3)
    until_idle()
    assert studio.workshop.player.number == 21
    assert studio.document.results["raw"].size == (3 * WIDTH, 3 * HEIGHT)
    assert shown(studio, "raw") == 21


def test_the_ground_truth_can_be_shifted(
    studio: Studio, clip: Path, truth_clip: Path, until_idle: Wait
) -> None:
    studio.open([clip, truth_clip])
    until_idle()
    studio.workshop.player.seek(30)
    until_idle()
    studio.actions["truth_later"].trigger()
    until_idle()
    assert (low_number(studio), shown(studio, TRUTH)) == (30, 31)
    studio.actions["truth_much_earlier"].trigger()
    until_idle()
    assert (low_number(studio), shown(studio, TRUTH)) == (30, 21)


def test_what_the_colours_are_taken_for_can_be_changed(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.open([clip])
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert "BT.601 (assumed), limited range (assumed)" in opened.remark
    before = opened.low.pixels
    full = next(a for a in studio.video.colours.actions() if a.text() == "Full range")
    full.trigger()
    until_idle()
    opened = studio.document.opened
    assert opened is not None
    assert opened.remark == "BT.601, full range"
    assert int(opened.low.pixels.min()) > int(before.min())


def test_a_model_that_fails_leaves_the_others_alone(
    studio: Studio, engine: QuickEngine, clip: Path, qtbot: QtBot
) -> None:
    engine.broken.add("lanczos")
    studio.open([clip])
    qtbot.waitUntil(lambda: studio.document.state("lanczos").stage is Stage.FAILED, timeout=SECONDS)
    player = studio.workshop.player
    qtbot.waitUntil(lambda: len(player.kept("raw")) == COUNT, timeout=SECONDS)
    assert "it broke" in studio.window.strip.text


def test_stopping_and_going_on(
    studio: Studio, engine: QuickEngine, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    engine.gate.clear()
    studio.open([clip])
    qtbot.waitUntil(lambda: bool(engine.clips), timeout=SECONDS)
    studio.actions["cancel"].trigger()
    assert not studio.workshop.computing_something
    engine.gate.set()
    qtbot.wait(100)
    assert engine.frames == []
    studio.actions["resume"].trigger()
    until_idle()
    assert len(studio.workshop.player.kept("raw")) == COUNT


def until_all_kept(studio: Studio, qtbot: QtBot) -> None:
    """Wait until nothing is left to be computed of the clip, for the curves neither."""
    player = studio.workshop.player

    def all_kept() -> bool:
        return bool(player.keys) and all(len(player.kept(k)) == COUNT for k in player.keys)

    qtbot.waitUntil(all_kept, timeout=SECONDS)


def test_in_another_precision_everything_is_computed_again(
    studio: Studio, engine: QuickEngine, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.open([clip])
    until_all_kept(studio, qtbot)
    until_idle()
    studio.workshop.player.seek(9)
    until_idle()
    engine.frames.clear()
    studio.document.choose_engine("cpu", "fast")
    until_idle()
    assert (engine.clips[-1].device, engine.clips[-1].precision) == ("cpu", "fast")
    assert engine.frames[0][1] == 9
    assert shown(studio, "raw") == shown(studio, "lanczos") == 9


def test_only_the_model_with_other_weights_is_computed_again(
    studio: Studio, engine: QuickEngine, clip: Path, until_idle: Wait, qtbot: QtBot
) -> None:
    studio.document.put_model(trained(2))
    studio.document.show_models(["net"])
    studio.open([clip])
    until_all_kept(studio, qtbot)
    until_idle()
    engine.frames.clear()
    studio.document.put_model(replace(trained(2), sha256="other"))
    until_idle()
    assert {name for name, _ in engine.frames} == {"net-x2"}
    assert len(studio.workshop.player.kept("raw")) == COUNT
    assert shown(studio, "net-x2") == 0


def test_the_shown_frame_is_saved_under_its_number(
    studio: Studio, clip: Path, until_idle: Wait
) -> None:
    studio.open([clip])
    until_idle()
    studio.workshop.player.seek(12)
    until_idle()
    assert studio.document.opened is not None
    assert studio.document.opened.stem == "clip_00012"
    assert studio.actions["save"].isEnabled()
