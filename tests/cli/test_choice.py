"""From words to models and scales."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from srstudio.cli.choice import choose, choose_all, choose_scale, factor
from srstudio.core.errors import UsageError
from srstudio_models import ModelFileError


def test_an_unknown_model_names_what_there_is() -> None:
    with pytest.raises(UsageError, match="raw"):
        choose("espcn9", 2)


def test_a_plus_asks_for_the_self_ensemble() -> None:
    choice = choose("fsrcnn+", 2)
    assert (choice.name, choice.spec.id, choice.spec.ensemble) == ("fsrcnn+", "fsrcnn-x2+", True)
    with pytest.raises(UsageError, match="VSR-Transformer x4 has no self-ensemble"):
        choose("vsrt+", 4)
    with pytest.raises(UsageError, match="-s"):
        choose_scale(choice, None)
    assert choose_scale(choose("fsrcnn-x3+", None), None) == 3


def test_a_scale_without_weights_is_made_in_steps() -> None:
    spec = choose("fsrcnn", 8).spec
    assert [stage.scale for stage in spec.stages] == [2, 4]


def test_a_list_keeps_its_order_and_drops_repetitions() -> None:
    assert [c.name for c in choose_all("lanczos, raw,lanczos,", 3)] == ["lanczos", "raw"]


def test_an_empty_list_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        choose_all(" , ", 2)


def test_a_model_of_many_scales_needs_one() -> None:
    assert choose_scale(choose("raw", 3), 3) == 3
    with pytest.raises(UsageError, match="-s"):
        choose_scale(choose("raw", None), None)


@pytest.mark.parametrize(("text", "value"), [("4", 4), ("x2", 2), ("3X", 3)])
def test_a_scale_is_read(text: str, value: int) -> None:
    assert factor(text) == value


@pytest.mark.parametrize("text", ["0", "-2", "2.5", "two", "", "x"])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        factor(text)


def test_a_weight_file_is_a_model(tmp_path: Path) -> None:
    from srstudio_models import REGISTRY, ModelSpec
    from srstudio_models.loader import build, dump

    network = REGISTRY["fsrcnn"]
    options = {**network.defaults, "scale": 3}
    spec = ModelSpec("mine", "fsrcnn", "Mine", network.describe(**options), options)
    path = tmp_path / "mine.safetensors"
    path.write_bytes(dump(build(spec), spec))
    choice = choose(str(path), None)
    assert (choice.spec.id, choose_scale(choice, None)) == ("mine", 3)
    with pytest.raises(UsageError, match="makes x3, not x2"):
        choose(str(path), 2)
    ensemble = choose(f"{path}+", 3)
    assert (ensemble.spec.id, ensemble.spec.ensemble) == ("mine+", True)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".PTH", ".bin"])
def test_a_weight_file_of_others_is_a_model(tmp_path: Path, suffix: str) -> None:
    import torch

    shapes = {"conv1": (64, 1, 9, 9), "conv2": (32, 64, 1, 1), "conv3": (1, 32, 5, 5)}
    state = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    path = tmp_path / f"theirs{suffix}"
    torch.save(state | {f"{n}.bias": torch.zeros(s[0]) for n, s in shapes.items()}, path)
    choice = choose(str(path), 4)
    assert (choice.spec.id, choice.spec.network) == ("theirs", "srcnn-915")
    with pytest.raises(UsageError, match="-s"):
        choose_scale(choose(str(path), None), None)


def test_a_weight_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="there is no weight file"):
        choose(str(tmp_path / "gone.safetensors"), 2)
