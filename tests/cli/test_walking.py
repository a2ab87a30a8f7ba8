"""Which pictures are found, in which order, and what is said of the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from srstudio.cli.walking import find_pictures

SUFFIXES = frozenset({".png", ".jpg"})


def _make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_a_folder_is_walked_in_sorted_order_and_its_tree_is_kept(tmp_path: Path) -> None:
    _make(tmp_path, "b.png", "a.JPG", "notes.txt", "inner/deep/c.png", "inner/a.png")
    found = list(find_pictures([tmp_path], SUFFIXES))
    assert [f.path.relative_to(tmp_path).as_posix() for f in found] == [
        "a.JPG",
        "b.png",
        "inner/a.png",
        "inner/deep/c.png",
    ]
    assert [f.folder.as_posix() for f in found] == [".", ".", "inner", "inner/deep"]
    assert all(f.problem is None for f in found)


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    _make(tmp_path, ".a.png", ".cache/b.png", "c.png")
    assert [f.path.name for f in find_pictures([tmp_path], SUFFIXES)] == ["c.png"]


def test_the_folder_of_the_results_is_left_out(tmp_path: Path) -> None:
    _make(tmp_path, "a.png", "out/a.png")
    found = find_pictures([tmp_path], SUFFIXES, leave_out=tmp_path / "out")
    assert [f.path.relative_to(tmp_path).as_posix() for f in found] == ["a.png"]


def test_a_folder_is_walked_even_if_the_results_go_into_it(tmp_path: Path) -> None:
    _make(tmp_path, "a.png")
    assert len(list(find_pictures([tmp_path], SUFFIXES, leave_out=tmp_path))) == 1


def test_a_file_that_is_named_may_have_any_name(tmp_path: Path) -> None:
    _make(tmp_path, ".hidden.dat")
    [found] = find_pictures([tmp_path / ".hidden.dat"], SUFFIXES)
    assert found.problem is None


def test_missing_and_empty_inputs_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    _make(tmp_path, "a.png", "empty/notes.txt")
    inputs = [tmp_path / "gone.png", tmp_path / "empty", tmp_path / "a.png"]
    gone, empty, good = find_pictures(inputs, SUFFIXES)
    assert "there is no file" in str(gone.problem)
    assert "holds no picture" in str(empty.problem)
    assert good.problem is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_are_passed_over_and_broken_links_are_not(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "broken.png").symlink_to(tmp_path / "gone.png")
    assert [f.path.name for f in find_pictures([tmp_path], SUFFIXES)] == ["broken.png"]


def test_links_to_folders_do_not_lead_in_circles(tmp_path: Path) -> None:
    _make(tmp_path, "inner/a.png")
    (tmp_path / "inner" / "up").symlink_to(tmp_path)
    assert len(list(find_pictures([tmp_path], SUFFIXES))) == 1
