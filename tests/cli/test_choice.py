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


def test_the_self_ensemble_is_not_pretended() -> None:
    with pytest.raises(UsageError, match="self-ensemble"):
        choose("raw+", 2)


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


def test_a_weight_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="there is no weight file"):
        choose(str(tmp_path / "gone.safetensors"), 2)
