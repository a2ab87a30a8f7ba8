from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from srstudio.core.frame import Frame
from srstudio.jobs.training import Order
from srstudio.jobs.training_check import check
from srstudio.jobs.training_form import COMMON, Draft, as_text, grouped_recipes, needed
from srstudio.media.still import write_picture
from srstudio.training.recipes import RECIPES, recipe


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        pixels = np.full((48, 48, 3), 40 * number, np.uint8)
        write_picture(Frame(pixels), folder / f"{number}.png")
    return folder


@pytest.mark.parametrize("name", RECIPES)
def test_a_draft_without_changes_is_the_recipe(name: str) -> None:
    draft = Draft(name)
    assert draft.problems == {}
    assert draft.config == RECIPES[name].config
    assert {field.name for field in draft.fields} >= set(COMMON)
    for field in draft.fields:
        again = draft.with_text(field.name, as_text(field.default))
        assert again.assignments == ()


def test_what_was_written_is_what_the_command_line_would_take() -> None:
    draft = Draft("basicvsr-short")
    written = {"scales": " 2 ", "lr": "2e-4", "options": "blocks=3, options.channels=8"}
    for key, text in written.items():
        draft = draft.with_text(key, text)
    assert draft.problems == {}
    assert draft.config == recipe("basicvsr-short", list(draft.assignments))
    assert draft.config.options == {"blocks": 3, "channels": 8}
    assert (draft.config.scales, draft.config.lr) == ((2,), 2e-4)


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("batch", "0", "Write a whole number, at least 1."),
        ("batch", "many", "Write a whole number, at least 1."),
        ("batch", "", "Write a whole number, at least 1."),
        ("lr", "0", "Write a number, above 0."),
        ("ema", "1", "Write a number, 0 to below 1."),
        ("scales", "2, 9", "Write whole numbers, with commas between, 1 to 8."),
        ("options", "blocks", "Write option=value, with commas between."),
        ("loss", "l3", "Write one of l1, mse, charbonnier."),
    ],
)
def test_a_wrong_value_is_told_of_by_what_would_be_right(
    key: str, text: str, sentence: str
) -> None:
    draft = Draft("fsrcnn-short").with_text("iterations", "5").with_text(key, text)
    assert draft.problems == {key: sentence}
    assert draft.with_text(key, as_text(getattr(draft.base, key))).problems == {}


def test_every_key_says_what_it_takes() -> None:
    assert all(needed(field) for field in Draft("edsr").fields)


def test_the_short_recipes_come_first_and_none_is_missing() -> None:
    rows = grouped_recipes()
    assert {name for name, _, _ in rows} == set(RECIPES)
    assert [short for _, _, short in rows] == sorted((s for _, _, s in rows), reverse=True)


def order(draft: Draft, tmp_path: Path, *data: Path, valid: str = "") -> Order:
    folders = tuple(map(str, data))
    return Order(str(tmp_path / "run"), draft.recipe, draft.assignments, folders, valid)


def test_what_there_is_to_learn_from_is_counted(pictures: Path, tmp_path: Path) -> None:
    draft = Draft("fsrcnn-short")
    held_out = check(draft, order(draft, tmp_path, pictures))
    assert held_out.problems == {}
    assert "2 pictures to learn from" in held_out.found
    named = check(draft, order(draft, tmp_path, pictures, valid=str(pictures)))
    assert "3 pictures to learn from" in named.found
    assert "3 to validate on" in named.found


def test_each_part_that_is_wrong_is_told_of(pictures: Path, tmp_path: Path) -> None:
    draft = Draft("fsrcnn-short")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log.jsonl").touch()
    checked = check(draft, order(draft, tmp_path, tmp_path / "gone", valid=str(tmp_path / "no")))
    assert set(checked.problems) == {"data", "valid", "out"}
    assert checked.problems["data"].startswith("There is no folder")
    assert checked.found == ""
    assert "data" in check(draft, order(draft, tmp_path)).problems


@pytest.mark.parametrize(
    ("key", "text"),
    [("scales", "2,3"), ("network", "fsrcn"), ("start_from", "nothing"), ("options", "wings=2")],
)
def test_values_that_do_not_go_together(
    key: str, text: str, pictures: Path, tmp_path: Path
) -> None:
    draft = Draft("fsrcnn-short").with_text(key, text)
    assert draft.problems == {}
    assert set(check(draft, order(draft, tmp_path, pictures)).problems) == {"config"}
