"""Where results go: never two to one place, never over an input."""

from __future__ import annotations

from pathlib import Path

import pytest

from srstudio.cli.naming import STEM, Targets, is_one_file
from srstudio.cli.walking import Found
from srstudio.core.errors import OutputError, UsageError

SUFFIXES = frozenset({".png", ".jpg", ".tif"})


def _targets(
    out: Path, template: str = STEM, one_file: bool = False, overwrite: bool = False
) -> Targets:
    return Targets(out, one_file, template, SUFFIXES, overwrite)


def _picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_a_folder_keeps_tree_stem_and_format(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "in" / "a" / "b.JPG"), Path("a"))
    assert (
        _targets(tmp_path / "out").give(found, "raw", 2, (8, 6)) == tmp_path / "out" / "a" / "b.JPG"
    )


def test_a_format_that_cannot_be_written_becomes_png(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "a.bmp"))
    assert _targets(tmp_path / "out").give(found, "raw", 2, (8, 6)).name == "a.png"


def test_a_stem_may_hold_dots_and_braces(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "a.{x}.b.png"))
    assert _targets(tmp_path / "out").give(found, "raw", 2, (8, 6)).name == "a.{x}.b.png"


def test_the_template_is_filled_in(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "a.png"))
    targets = _targets(tmp_path / "out", "{stem}_{model}_{scale}x_{width}x{height}")
    assert targets.give(found, "raw", 2, (8, 6)).name == "a_raw_2x_8x6.png"


@pytest.mark.parametrize("template", ["{name}", "{stem", "{}"])
def test_a_template_that_cannot_be_filled_in_is_a_usage_error(
    tmp_path: Path, template: str
) -> None:
    with pytest.raises(UsageError):
        _targets(tmp_path, template)


def test_two_inputs_never_share_a_result(tmp_path: Path) -> None:
    targets = _targets(tmp_path / "out", overwrite=True)
    targets.give(Found(_picture(tmp_path / "one" / "a.png")), "raw", 2, (8, 6))
    with pytest.raises(OutputError, match="where the result of"):
        targets.give(Found(_picture(tmp_path / "two" / "a.png")), "raw", 2, (8, 6))


def test_a_result_never_replaces_its_input(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "a.png"))
    with pytest.raises(OutputError, match="itself"):
        _targets(tmp_path, overwrite=True).give(found, "raw", 2, (8, 6))


def test_an_existing_file_is_replaced_only_when_told(tmp_path: Path) -> None:
    found = Found(_picture(tmp_path / "a.png"))
    there = _picture(tmp_path / "out" / "a.png")
    with pytest.raises(OutputError, match="exists already"):
        _targets(tmp_path / "out").give(found, "raw", 2, (8, 6))
    assert _targets(tmp_path / "out", overwrite=True).give(found, "raw", 2, (8, 6)) == there


def test_a_suffix_makes_it_a_file_and_a_slash_a_folder(tmp_path: Path) -> None:
    picture = _picture(tmp_path / "a.png")
    assert is_one_file("x.TIF", [picture], SUFFIXES)
    assert not is_one_file("x", [picture], SUFFIXES)
    assert not is_one_file("x.tif/", [picture], SUFFIXES)
    assert not is_one_file("results.v2", [picture, picture], SUFFIXES)


def test_a_folder_that_exists_is_one_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "x.png"
    folder.mkdir()
    assert not is_one_file(str(folder), [_picture(tmp_path / "a.png")], SUFFIXES)


def test_several_pictures_do_not_go_into_one_file(tmp_path: Path) -> None:
    picture = _picture(tmp_path / "a.png")
    for inputs in ([picture, picture], [tmp_path]):
        with pytest.raises(UsageError, match="one file"):
            is_one_file("x.png", inputs, SUFFIXES)


def test_an_unknown_format_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither"):
        is_one_file("x.gif", [_picture(tmp_path / "a.png")], SUFFIXES)
