"""Weight files: our own come back the same; bad ones get one sentence, and nothing is executed."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from srstudio_models import REGISTRY, ModelFileError, ModelSpec, read_catalog
from srstudio_models.chains import two_step
from srstudio_models.loader import build, describe, dump, load, transfer


def fsrcnn(scale: int = 2) -> ModelSpec:
    network = REGISTRY["fsrcnn"]
    options = {**network.defaults, "scale": scale}
    return ModelSpec("f", "fsrcnn", "FSRCNN", network.describe(**options), options)


def small_edsr(scale: int = 2, channels: int = 4) -> ModelSpec:
    network, options = REGISTRY["edsr"], {"scale": scale, "blocks": 1, "channels": channels}
    return ModelSpec("e", "edsr", "EDSR", network.describe(**options), options)


def saved(path: Path, spec: ModelSpec) -> Path:
    path.write_bytes(dump(build(spec), spec))
    return path


def refusal(path: Path) -> str:
    """The sentence for a file that cannot be used: one line, with a cause and advice."""
    with pytest.raises(ModelFileError) as caught:
        describe(path)
    assert caught.value.cause
    assert caught.value.advice
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_saved_network_comes_back_the_same(tmp_path: Path) -> None:
    module = build(fsrcnn(3))
    path = tmp_path / "mine.safetensors"
    path.write_bytes(dump(module, fsrcnn(3)))
    spec = describe(path)
    assert (spec.id, spec.network, spec.scales) == ("mine", "fsrcnn", (3,))
    assert (spec.parameters, spec.file) == (12_809, str(path))
    x = torch.rand(1, 1, 6, 5)
    torch.testing.assert_close(load(spec)(x, 3), module(x))


def test_weights_for_one_scale_of_several_say_so(tmp_path: Path) -> None:
    vdsr = read_catalog()["vdsr"]
    x2 = replace(vdsr, descriptor=replace(vdsr.descriptor, scales=(2,)))
    assert describe(saved(tmp_path / "all.safetensors", vdsr)).scales == (2, 3, 4)
    assert describe(saved(tmp_path / "x2.safetensors", x2)).scales == (2,)


def test_step_2_of_a_pipeline_comes_back_with_its_first_step(tmp_path: Path) -> None:
    first = read_catalog()["fsrcnn-x2"]
    network = REGISTRY["fsrcnn"]  # any network that keeps the size would do; none is needed here
    second = replace(fsrcnn(), descriptor=replace(network.describe(scale=2), scales=(1,)))
    path = tmp_path / "pipeline.safetensors"
    path.write_bytes(dump(build(second), two_step(first, second)))
    spec = describe(path)
    assert [stage.spec.network for stage in spec.stages] == ["fsrcnn", "fsrcnn"]
    assert spec.stages[0].spec is first


def test_a_header_is_read_without_torch(tmp_path: Path) -> None:
    path = saved(tmp_path / "mine.safetensors", fsrcnn(3))
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from srstudio_models.checkpoints.header import read_about\n"
        f"about = read_about(Path({str(path)!r}))\n"
        "assert about['options']['scale'] == 3 and about['parameters'] == 12809, about\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_changed_file_is_refused_by_its_checksum(tmp_path: Path) -> None:
    path = saved(tmp_path / "weights.safetensors", fsrcnn())
    spec = replace(fsrcnn(), file=str(path), sha256="0" * 64)
    with pytest.raises(ModelFileError, match="SHA-256 differs"):
        load(spec)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone.safetensors"
    with pytest.raises(ModelFileError, match=r"gone\.safetensors is missing"):
        load(replace(fsrcnn(), file=str(gone)))
    assert "there is no weight file" in refusal(gone)
    assert "cannot be read" in refusal(tmp_path)


def test_weights_that_are_not_installed_say_what_to_install() -> None:
    with pytest.raises(ModelFileError, match=r"EDSR x4 has no weights installed; install edsr_x4"):
        load(read_catalog()["edsr-x4"])


def test_a_checkpoint_for_another_network_names_what_does_not_fit(tmp_path: Path) -> None:
    small = replace(fsrcnn(), options={"scale": 2, "d": 32, "s": 5, "m": 4})
    path = saved(tmp_path / "small.safetensors", small)
    found = r"small\.safetensors is not a file for FSRCNN: 'features\.0\.0\.weight' is \(32, .*\),"
    with pytest.raises(ModelFileError, match=found + r" not \(56, .* and \d+ more; choose"):
        load(replace(fsrcnn(), file=str(path)))
    other = tmp_path / "other.safetensors"
    save_file({"conv.weight": torch.zeros(3)}, str(other))
    with pytest.raises(ModelFileError, match=r"is missing.* and \d+ more"):
        load(replace(fsrcnn(), file=str(other)))
    assert "does not say which network it is for, nor do its keys ('conv.weight'" in refusal(other)


def test_a_tensor_too_many_or_too_few_is_no_partial_load(tmp_path: Path) -> None:
    state = dict(build(small_edsr()).state_dict())
    names = {"head": "conv_first", "body.0.body.0": "body.0.conv1", "body.0.body.2": "body.0.conv2"}
    names |= {"body.1": "conv_after_body", "tail.0.0": "upsample.0", "tail.1": "conv_last"}
    basic = {f"{theirs}.{k}": state[f"{ours}.{k}"] for ours, theirs in names.items() for k in KINDS}
    path = tmp_path / "basic.pth"
    torch.save(basic, path)
    assert describe(path).options["blocks"] == 1
    torch.save({**basic, "conv_more.weight": torch.zeros(1)}, path)
    assert "'conv_more.weight' is unknown" in refusal(path)
    torch.save({k: v for k, v in basic.items() if k != "conv_last.bias"}, path)
    assert "'tail.1.bias' is missing" in refusal(path)
    torch.save({k: v for k, v in basic.items() if k != "upsample.0.weight"}, path)
    assert "x1" in refusal(path)


KINDS = ("weight", "bias")


def test_nan_weights_are_refused(tmp_path: Path) -> None:
    module = build(fsrcnn())
    next(module.parameters()).data.view(-1)[0] = float("nan")
    path = tmp_path / "nan.safetensors"
    path.write_bytes(dump(module, fsrcnn()))
    assert "NaN or infinite weights in 'features.0.0.weight'" in refusal(path)
    torch.save({"conv.weight": torch.tensor([1.0, float("inf")])}, tmp_path / "inf.pth")
    assert "NaN or infinite weights in 'conv.weight'" in refusal(tmp_path / "inf.pth")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"not weights", "is not a weight file"),
        (b"\x00" * 64, "is not a weight file"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (pickle.dumps({"epoch": 3}), "is damaged, cut short or no weights"),
    ],
)
def test_what_holds_no_weights_is_told_from_what_is_damaged(
    tmp_path: Path, content: bytes, told: str
) -> None:
    for name in ("broken.safetensors", "broken.pth"):
        path = tmp_path / name
        path.write_bytes(content)
        assert told in refusal(path)


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, {"params": {}}, 7])
def test_a_checkpoint_without_weights_is_told(tmp_path: Path, content: Any) -> None:
    torch.save(content, tmp_path / "none.pth")
    assert "holds no weights" in refusal(tmp_path / "none.pth")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_cut_short_is_told(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "cut.pth"
    state = build(small_edsr()).state_dict()
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    own = dump(build(small_edsr()), small_edsr())
    for content in (whole[:-9], whole[: len(whole) // 2], whole[:40], own[:-9], own[:200]):
        path.write_bytes(content)
        assert "is damaged, cut short or no weights" in refusal(path)


class Trap:
    """Leaves a mark where unpickling it runs code."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("name", ["trap.safetensors", "trap.pt"])
def test_a_pickle_is_not_executed(tmp_path: Path, name: str) -> None:
    path, mark = tmp_path / name, tmp_path / "executed"
    path.write_bytes(pickle.dumps({"weight": Trap(mark)}))
    refusal(path)
    torch.save({"weight": Trap(mark)}, path)
    assert "runs no code" in refusal(path)
    assert not mark.exists()


class Net(nn.Conv2d):
    """A module as some projects pickle it whole."""


def test_a_pickled_module_says_how_to_convert_it(tmp_path: Path) -> None:
    path = tmp_path / "model_epoch_50.pth"
    torch.save({"epoch": 50, "model": Net(1, 1, 3)}, path)
    assert f"holds a Python object ({Net.__module__}.Net)" in refusal(path)
    assert "save model.state_dict() with torch.save" in refusal(path)


def test_our_own_header_cannot_lead_astray(tmp_path: Path) -> None:
    for about in ('{"network": "nothing", "options": {}}', '{"network": []}', "[]", "{"):
        path = tmp_path / "odd.safetensors"
        save_file({"conv.weight": torch.zeros(3)}, str(path), {"srstudio": about})
        assert "does not say which network" in refusal(path)


def test_transfer_copies_what_fits_and_says_what_does_not(tmp_path: Path) -> None:
    source, target = build(small_edsr(2)), build(small_edsr(3))
    path = tmp_path / "x2.safetensors"
    path.write_bytes(dump(source, small_edsr(2)))
    before = {key: value.clone() for key, value in target.state_dict().items()}
    report = transfer(target, path, leave=["head.bias"])
    after = target.state_dict()
    assert set(report.fresh) == {"head.bias", "tail.0.0.weight", "tail.0.0.bias"}
    assert set(report.skipped) == set(report.fresh)
    for key in after:
        expected = before if key in report.fresh else source.state_dict()
        assert torch.equal(after[key], expected[key])
    assert set(report.copied) == after.keys() - set(report.fresh)


def test_an_ordered_dict_of_parameters_is_weights_too(tmp_path: Path) -> None:
    content: dict[str, Any] = OrderedDict(
        (f"module.conv{i}.{kind}", nn.Parameter(tensor))
        for i, shape in enumerate(((64, 1, 9, 9), (32, 64, 1, 1), (1, 32, 5, 5)), 1)
        for kind, tensor in (("weight", torch.zeros(shape)), ("bias", torch.zeros(shape[0])))
    )
    path = tmp_path / "srcnn.pth"
    torch.save({"model_state_dict": content, "epoch": 7}, path)
    assert describe(path).network == "srcnn-915"
