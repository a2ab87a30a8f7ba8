"""Installing weight files: what they are called, what they replace, what is left alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from srstudio.core.errors import OutputError, UsageError
from srstudio.settings.models import available_catalog, install, models_folder, uninstall
from srstudio_models import ModelFileError, ModelSpec, read_catalog
from srstudio_models.catalog import installed, weights_path
from srstudio_models.loader import build, dump, load

# What somebody else's SRCNN 9-5-5 holds.
SHAPES = {"conv1": (64, 1, 9, 9), "conv2": (32, 64, 5, 5), "conv3": (1, 32, 5, 5)}


def srcnn(path: Path, value: float = 0.01) -> Path:
    state = {f"{name}.weight": torch.full(shape, value) for name, shape in SHAPES.items()}
    state |= {f"{name}.bias": torch.zeros(shape[0]) for name, shape in SHAPES.items()}
    torch.save(state, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def test_an_installed_file_becomes_the_model_of_its_network(tmp_path: Path, folder: Path) -> None:
    assert not installed(available_catalog(folder)["srcnn"])
    path = srcnn(tmp_path / "srcnn_x2.pth")
    spec = install(path, folder=folder)
    assert (spec.id, spec.title, spec.parameters) == ("srcnn", "SRCNN 9-5-5", 57_281)
    assert spec == available_catalog(folder)["srcnn"]
    assert installed(spec)
    assert [file.name for file in folder.iterdir()] == ["srcnn.safetensors"]
    assert load(spec)(torch.ones(1, 1, 3, 3), 2).shape == (1, 1, 6, 6)
    path.unlink()
    assert load(spec).module.state_dict()["conv1.weight"].unique().item() == pytest.approx(0.01)


def test_other_weights_of_that_network_become_a_variant(tmp_path: Path, folder: Path) -> None:
    install(srcnn(tmp_path / "srcnn_x2.pth"), folder=folder)
    spec = install(srcnn(tmp_path / "SRCNN Photo (2).pth", 0.02), folder=folder)
    assert (spec.id, spec.title) == ("srcnn-photo-2", "SRCNN 9-5-5 photo-2")
    again = install(srcnn(tmp_path / "SRCNN Photo (2).pth", 0.02), folder=folder)
    assert again == spec
    same = install(srcnn(tmp_path / "another name.pth"), folder=folder)
    assert same.id == "srcnn"
    assert len(list(folder.iterdir())) == 2
    assert available_catalog(folder).find("srcnn", 3).id == "srcnn"


def test_nothing_is_replaced_silently(tmp_path: Path, folder: Path) -> None:
    install(srcnn(tmp_path / "a.pth"), folder=folder)
    before = (folder / "srcnn.safetensors").read_bytes()
    other = srcnn(tmp_path / "b.pth", 0.02)
    with pytest.raises(OutputError, match="other weights are installed as srcnn already"):
        install(other, "srcnn", folder=folder)
    assert (folder / "srcnn.safetensors").read_bytes() == before
    install(other, "srcnn", overwrite=True, folder=folder)
    assert (folder / "srcnn.safetensors").read_bytes() != before


def fsrcnn(path: Path, spec: ModelSpec) -> Path:
    module = build(spec)
    nn.init.normal_(next(module.parameters()))
    path.write_bytes(dump(module, spec))
    return path


def test_weights_for_one_scale_of_several_do_not_take_the_place_of_those_for_all(
    tmp_path: Path, folder: Path
) -> None:
    vdsr = read_catalog()["vdsr"]
    x2 = replace(vdsr, descriptor=replace(vdsr.descriptor, scales=(2,)))
    spec = install(fsrcnn(tmp_path / "mine.safetensors", x2), folder=folder)
    assert (spec.id, spec.scales) == ("vdsr-x2", (2,))
    spec = install(fsrcnn(tmp_path / "mine.safetensors", vdsr), folder=folder)
    assert (spec.id, spec.scales) == ("vdsr", (2, 3, 4))


def test_what_ships_is_replaced_only_when_asked_and_comes_back(
    tmp_path: Path, folder: Path
) -> None:
    shipped = read_catalog()["fsrcnn-x2"]
    path = fsrcnn(tmp_path / "fsrcnn-x2-faces.safetensors", shipped)
    assert install(weights_path(shipped), folder=folder) == shipped
    assert not folder.exists()
    assert install(path, folder=folder).id == "fsrcnn-x2-faces"
    with pytest.raises(OutputError, match="installed as fsrcnn-x2 already"):
        install(path, "fsrcnn-x2", folder=folder)
    spec = install(path, "fsrcnn-x2", overwrite=True, folder=folder)
    assert (spec.file, spec.quality) == (str(folder / "fsrcnn-x2.safetensors"), ())
    uninstall("fsrcnn-x2", folder)
    assert available_catalog(folder)["fsrcnn-x2"] == shipped


def test_a_network_of_another_size_gets_an_id_of_its_own(tmp_path: Path, folder: Path) -> None:
    shipped = read_catalog()["fsrcnn-x2"]
    options = {**shipped.options, "m": 1}
    wide = ModelSpec("wide", "fsrcnn", "Wide", shipped.descriptor, options)
    path = fsrcnn(tmp_path / "wide.safetensors", wide)
    spec = install(path, folder=folder)
    assert (spec.id, spec.title) == ("fsrcnn-x2-wide", "FSRCNN x2 wide")
    with pytest.raises(UsageError, match="fsrcnn-x3 stands for FSRCNN x3, another network"):
        install(path, "fsrcnn-x3", overwrite=True, folder=folder)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "UP", "a+", "-a", "a b", "a.", ".hidden"])
def test_what_is_no_id_is_refused(tmp_path: Path, folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no id"):
        install(srcnn(tmp_path / "a.pth"), name, folder=folder)
    with pytest.raises(UsageError, match="not a model that was installed"):
        uninstall(name, folder)
    assert not folder.exists()


def test_a_file_that_cannot_be_used_leaves_nothing_behind(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "page.pth").write_text("<html>")
    with pytest.raises(ModelFileError, match="web page"):
        install(tmp_path / "page.pth", folder=folder)
    assert not folder.exists()


def test_what_ships_cannot_be_removed(folder: Path) -> None:
    with pytest.raises(UsageError, match="fsrcnn-x2 is not a model that was installed"):
        uninstall("fsrcnn-x2", folder)


def test_a_broken_file_in_the_folder_is_passed_over_and_can_be_replaced(
    tmp_path: Path, folder: Path
) -> None:
    folder.mkdir()
    (folder / "srcnn.safetensors").write_bytes(b"broken")
    (folder / "notes.txt").write_text("mine")
    assert not installed(available_catalog(folder)["srcnn"])
    assert install(srcnn(tmp_path / "a.pth"), folder=folder).id == "srcnn"


def test_the_folder_is_the_users_or_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert models_folder().name == "models"
    assert models_folder().is_relative_to(Path.home())
    monkeypatch.setenv("SRSTUDIO_MODELS", str(tmp_path / "here"))
    assert models_folder() == tmp_path / "here"
    assert install(srcnn(tmp_path / "a.pth")).file == str(tmp_path / "here" / "srcnn.safetensors")


def test_listing_what_there_is_does_not_import_torch(tmp_path: Path, folder: Path) -> None:
    install(srcnn(tmp_path / "a.pth"), folder=folder)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from srstudio.settings.models import available_catalog\n"
        "from srstudio_models.catalog import installed\n"
        f"assert installed(available_catalog(Path({str(folder)!r}))['srcnn'])\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
