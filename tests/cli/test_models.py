"""`srstudio models`: listing, installing and removing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tests.cli.conftest import Run


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Somebody else's SRCNN 9-1-5, which does not ship."""
    path = tmp_path / "srcnn_915.pth"
    shapes = {"conv1": (64, 1, 9, 9), "conv2": (32, 64, 1, 1), "conv3": (1, 32, 5, 5)}
    state = {f"{name}.weight": torch.full(shape, 0.01) for name, shape in shapes.items()}
    torch.save(state | {f"{n}.bias": torch.zeros(s[0]) for n, s in shapes.items()}, path)
    return path


def row(run: Run, model_id: str) -> dict[str, object]:
    return next(each for each in run("models", "--json").document if each["id"] == model_id)


def test_a_model_without_weights_says_what_to_install(here: Run) -> None:
    listed = row(here, "srcnn-915")
    assert (listed["installed"], listed["file"]) == (False, None)
    assert listed["accepts"] == "a 9-1-5 state dict for luma with the keys of yjn870/SRCNN-pytorch"
    out = here("models").out
    assert "srstudio models add FILE" in out
    failed = here("upscale", "x.png", "-m", "srcnn-915", "-s", "3", "-o", "y.png")
    assert failed.code != 0


def test_a_file_is_installed_listed_and_removed(here: Run, weights: Path) -> None:
    done = here("models", "add", weights)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{weights} is installed as srcnn-915 (SRCNN 9-1-5).\n"
    listed = row(here, "srcnn-915")
    assert listed["installed"] is True
    assert Path(str(listed["file"])).is_file()
    assert here("models", "remove", "srcnn-915").out == "srcnn-915 is removed.\n"
    assert row(here, "srcnn-915")["installed"] is False


def test_an_installed_model_super_resolves(
    here: Run, weights: Path, picture: object, tmp_path: Path
) -> None:
    assert callable(picture)
    low = picture("low.png")
    here("models", "add", weights, "--name", "srcnn-915-mine")
    done = here("upscale", low, "-m", "srcnn-915-mine", "-s", "3", "-o", tmp_path / "high.png")
    assert done.code == 0, done.err
    assert (tmp_path / "high.png").is_file()


@pytest.mark.parametrize("place", ["before", "after"])
def test_json_and_a_name(here: Run, weights: Path, place: str) -> None:
    action = ["add", "--name", "srcnn-915-mine", weights]
    done = here("models", *(["--json", *action] if place == "before" else [*action, "--json"]))
    [document] = done.document
    assert (document["id"], document["title"]) == ("srcnn-915-mine", "SRCNN 9-1-5 mine")
    assert document["installed"] is True


def test_of_several_files_the_good_ones_are_installed(
    here: Run, weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "page.pth").write_text("<html>")
    done = here("models", "add", tmp_path / "page.pth", weights)
    assert done.code == 1
    assert "page.pth is a web page, not weights; download" in done.err
    assert row(here, "srcnn-915")["installed"] is True
    assert here("models", "add", tmp_path / "page.pth").code == 1


def test_wrong_usage(here: Run, weights: Path) -> None:
    assert here("models", "add", weights, weights, "--name", "a").code == 2
    assert here("models", "add", weights, "--name", "../a").code == 2
    assert here("models", "add").code == 2
    assert here("models", "remove", "fsrcnn-x2").code == 2
    assert here("models", "delete", "fsrcnn-x2").code == 2
