from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.gui.conftest import Wait, lacking, stocked, trained

from srstudio.gui.document import TRUTH
from srstudio.gui.panels.model_card import frames_text, model_card
from srstudio.gui.panels.source_groups import MISSING
from srstudio.gui.panels.source_rows import NAME, PLUS
from srstudio.gui.panels.source_tree import SourceTree
from srstudio.gui.studio import Studio
from srstudio.settings import Settings
from srstudio_models import Catalog, read_catalog
from srstudio_models.chains import with_ensemble
from srstudio_models.spec import Descriptor

VIDEO = Descriptor((2,), frames="sliding", window=5)


@pytest.fixture
def catalog() -> Catalog:
    rows = [trained(2), trained(4), *(lacking(2, f"-{n}") for n in range(12))]
    return stocked(*rows, lacking(2, "-clip", VIDEO))


@pytest.fixture
def settings() -> Settings:
    made = Settings()
    made.engine.models = ["raw", "net"]
    return made


@pytest.fixture
def tree(studio: Studio) -> SourceTree:
    return studio.sources.tree


def click(tree: SourceTree, key: str, column: int) -> None:
    box = tree.visualItemRect(tree.item(key))
    x = tree.columnViewportPosition(column) + tree.columnWidth(column) // 2
    at = QPoint(x, box.center().y())
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)


def shown(tree: SourceTree) -> list[str]:
    """Titles of what can be seen without unfolding or scrolling anything."""
    texts, item = [], tree.topLevelItem(0)
    while item is not None:
        texts.append(item.text(NAME) or item.text(0))
        item = tree.itemBelow(item)
    return texts


def test_what_can_be_chosen_comes_first_and_the_rest_is_folded(
    studio: Studio, tree: SourceTree
) -> None:
    resamplings = ["Resampling", "Raw", "Nearest", "Bicubic", "Lanczos"]
    networks = ["Networks", "net x2", "Reference", "Ground truth"]
    assert shown(tree) == [*resamplings, *networks, f"{MISSING} (13)"]
    item = tree.item("net-x2-0")
    assert item.isDisabled()
    assert "a file of nets" in item.toolTip(0)


def test_a_group_stays_as_it_was_folded(studio: Studio, tree: SourceTree) -> None:
    tree.heading(MISSING).setExpanded(True)
    tree.itemClicked.emit(tree.heading("Resampling"), 0)
    studio.document.show_models(["nearest"])
    assert tree.heading(MISSING).isExpanded()
    assert not tree.heading("Resampling").isExpanded()
    studio.document.choose_scale(4)
    assert not tree.heading("Resampling").isExpanded()


def test_the_filter_finds_models_in_every_group(studio: Studio, tree: SourceTree) -> None:
    field = studio.sources._filter
    assert field.isVisible()
    field.setText("x2 -1")
    found = [f"net x2-{n}" for n in (1, 10, 11)]
    assert shown(tree) == ["Reference", "Ground truth", f"{MISSING} (3)", *found]
    field.clear()
    assert not tree.heading(MISSING).isExpanded()


def test_a_short_list_has_no_filter(studio: Studio) -> None:
    studio.document.replace_catalog(stocked(trained(2)))
    assert not studio.sources._filter.isVisible()


def test_a_tick_shows_a_model_and_the_place_in_the_list_is_kept(
    studio: Studio, tree: SourceTree, qtbot: QtBot
) -> None:
    def shows(models: list[str]) -> bool:
        return studio.document.engine.models == models

    tree.setCurrentItem(tree.item("nearest"), NAME)
    for after in (["raw", "net", "nearest"], ["raw", "net"]):
        before = tree.item("nearest")
        QTest.keyClick(tree, Qt.Key.Key_Space)
        # Not replaced while Qt is at work on it, which would write to freed memory.
        assert tree.item("nearest") is before
        qtbot.waitUntil(partial(shows, after))
        assert tree.currentItem() is tree.item("nearest")


def test_the_plus_adds_the_self_ensemble_beside_its_model(
    studio: Studio, tree: SourceTree, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    click(tree, "net-x2", PLUS)
    until_idle()
    assert list(studio.document.source_keys) == ["raw", "net-x2", "net-x2+"]
    assert set(studio.document.results) == {"raw", "net-x2", "net-x2+"}
    assert tree.item("net-x2+").text(0) == "3"
    assert studio.view._gallery.label("net-x2+") == "net x2+"
    assert studio.settings.engine.models == ["raw", "net", "net+"]
    click(tree, "net-x2", PLUS)
    assert list(studio.document.source_keys) == ["raw", "net-x2"]


def test_only_a_network_for_single_pictures_has_a_plus(studio: Studio, tree: SourceTree) -> None:
    click(tree, "raw", PLUS)
    assert studio.document.engine.models == ["raw", "net"]
    assert studio.sources.menu_for("raw") is None
    assert studio.sources.menu_for(TRUTH) is None


def test_the_menu_of_a_model_toggles_its_self_ensemble(studio: Studio) -> None:
    for after in (["raw", "net", "net+"], ["raw", "net"]):
        menu = studio.sources.menu_for("net-x2")
        assert menu is not None
        (action,) = menu.actions()
        assert action.text().startswith("Self-ensemble (+): mean over 8 flips and turns")
        action.trigger()
        menu.close()
        assert studio.document.engine.models == after


def test_the_menu_of_what_lacks_its_weights_installs_them(studio: Studio) -> None:
    asked: list[str] = []
    studio.sources.install_asked.disconnect()
    studio.sources.install_asked.connect(asked.append)
    menu = studio.sources.menu_for("net-x2-3")
    assert menu is not None
    menu.actions()[0].trigger()
    menu.close()
    assert asked == ["net x2-3"]


def test_a_click_shows_a_source_in_place(
    studio: Studio, tree: SourceTree, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    click(tree, "net-x2", NAME)
    assert studio.view.comparison.shown == "net-x2"
    click(tree, "nearest", NAME)
    assert studio.view.comparison.shown == "net-x2"


def test_far_scales_are_cascades_with_their_steps_in_the_title(
    studio: Studio, tree: SourceTree, low: Path, until_idle: Wait
) -> None:
    studio.open([low])
    until_idle()
    studio.document.choose_scale(16)
    until_idle()
    assert list(studio.document.source_keys) == ["raw", "net-x16"]
    assert tree.item("net-x16").text(NAME) == "net x16 (4 x 4)"
    assert studio.view.viewport.content == (640, 480)
    assert studio.document.results["net-x16"].size == (640, 480)


def test_the_card_says_what_is_known() -> None:
    card = model_card(read_catalog()["fsrcnn-x2"])
    for text in ("FSRCNN x2", "12,809", "luma", "one picture", "Apache-2.0", "37.10 dB", "crop"):
        assert text in card
    card = model_card(with_ensemble(trained(2)))
    assert "8 flips and turns" in card
    missing = model_card(lacking(2), missing=True)
    assert "not installed" in missing
    assert "Apache" not in missing


def test_the_card_says_what_a_video_network_makes_of_a_still() -> None:
    assert frames_text(VIDEO) == "5 frames of a clip at a time; a still picture is repeated"
    recurrent = Descriptor((4,), frames="recurrent")
    assert frames_text(recurrent) == "all frames of a clip; a still picture is repeated"


def test_what_a_file_says_of_itself_is_no_markup() -> None:
    spec = trained(2, "-<b>")
    assert "<b>&" not in model_card(spec)
    assert "&lt;b&gt;" in model_card(spec)
