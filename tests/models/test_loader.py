"""Bad weight files: one sentence each, and nothing is executed."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from srstudio_models import REGISTRY, ModelFileError, ModelSpec
from srstudio_models.loader import build, describe, dump, load


def fsrcnn(scale: int = 2) -> ModelSpec:
    network = REGISTRY["fsrcnn"]
    options = {**network.defaults, "scale": scale}
    return ModelSpec("f", "fsrcnn", "FSRCNN", network.describe(**options), options)


def saved(tmp_path: Path, spec: ModelSpec) -> Path:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(dump(build(spec), spec))
    return path


def test_a_saved_network_comes_back_the_same(tmp_path: Path) -> None:
    module = build(fsrcnn(3))
    path = tmp_path / "mine.safetensors"
    path.write_bytes(dump(module, fsrcnn(3)))
    spec = describe(path)
    assert (spec.id, spec.network, spec.scales) == ("mine", "fsrcnn", (3,))
    x = torch.rand(1, 1, 6, 5)
    torch.testing.assert_close(load(spec)(x, 3), module(x))


def test_a_changed_file_is_refused_by_its_checksum(tmp_path: Path) -> None:
    path = saved(tmp_path, fsrcnn())
    spec = replace(fsrcnn(), file=str(path), sha256="0" * 64)
    with pytest.raises(ModelFileError, match="SHA-256 differs"):
        load(spec)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"gone\.safetensors is missing"):
        load(replace(fsrcnn(), file=str(tmp_path / "gone.safetensors")))
    with pytest.raises(ModelFileError, match="there is no weight file"):
        describe(tmp_path / "gone.safetensors")


def test_a_checkpoint_for_another_network_names_what_does_not_fit(tmp_path: Path) -> None:
    small = replace(fsrcnn(), options={"scale": 2, "d": 32, "s": 5, "m": 4})
    path = saved(tmp_path, small)
    with pytest.raises(ModelFileError, match=r"is not a file for FSRCNN: .* is \(.*\), not \("):
        load(replace(fsrcnn(), file=str(path)))
    other = tmp_path / "other.safetensors"
    save_file({"conv.weight": torch.zeros(3)}, str(other))
    with pytest.raises(ModelFileError, match="is missing"):
        load(replace(fsrcnn(), file=str(other)))
    with pytest.raises(ModelFileError, match="does not say which network"):
        describe(other)


def test_nan_weights_are_refused(tmp_path: Path) -> None:
    module = build(fsrcnn())
    next(module.parameters()).data.view(-1)[0] = float("nan")
    path = tmp_path / "nan.safetensors"
    path.write_bytes(dump(module, fsrcnn()))
    with pytest.raises(ModelFileError, match="NaN"):
        describe(path)


@pytest.mark.parametrize("content", [b"", b"not weights", b"\x00" * 64])
def test_what_is_not_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not a safetensors file"):
        describe(path)


def test_a_pickle_is_not_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (mark,))  # type: ignore[return-value]

    path = tmp_path / "trap.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelFileError):
        describe(path)
    assert not mark.exists()
