"""One suite over everything that is registered or in the catalogue."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from srstudio_models import REGISTRY, Catalog, ModelSpec, Network, Registry, read_catalog
from srstudio_models.archs.fsrcnn import Enlargement
from srstudio_models.catalog import catalog_with, installed, weights_path
from srstudio_models.loader import build, count_parameters, load

CATALOG = list(read_catalog())
IDS = [spec.id for spec in CATALOG]
RUNNING = [spec for spec in CATALOG if installed(spec) and not spec.stages]


def channels(spec: ModelSpec) -> int:
    return 1 if spec.descriptor.colour == "luma" else 3


def scales_to_try(spec: ModelSpec) -> tuple[int, ...]:
    return tuple(s for s in spec.scales if s <= 4)


@pytest.mark.parametrize("spec", CATALOG, ids=IDS)
def test_the_row_states_the_number_of_parameters(spec: ModelSpec) -> None:
    stages = {stage.spec.id: stage.spec for stage in spec.stages} or {spec.id: spec}
    with torch.device("meta"):  # counts need no memory
        counts = {key: count_parameters(build(each)) for key, each in stages.items()}
    assert counts == {key: each.parameters for key, each in stages.items()}
    *_, own = counts.values()
    assert own == spec.parameters  # step 1 of two is a model of its own


@pytest.mark.parametrize("spec", RUNNING, ids=lambda s: s.id)
def test_any_size_gives_exactly_scale_times_the_size(spec: ModelSpec) -> None:
    model = load(spec)
    for height, width in ((1, 1), (1, 7), (13, 8)):
        for scale in scales_to_try(spec):
            y = model(torch.rand(1, channels(spec), height, width), scale)
            assert y.shape == (1, channels(spec), height * scale, width * scale)
            assert torch.isfinite(y).all()


@pytest.mark.parametrize("spec", [s for s in CATALOG if s.sha256], ids=lambda s: s.id)
def test_the_weight_file_is_the_one_of_the_row(spec: ModelSpec) -> None:
    assert hashlib.sha256(weights_path(spec).read_bytes()).hexdigest() == spec.sha256
    assert spec.training
    assert spec.quality


def test_fsrcnn_has_the_published_number_of_weights() -> None:
    for scale in (2, 3, 4):
        module = REGISTRY["fsrcnn"].build(scale=scale)
        weights = sum(p.numel() for p in module.parameters() if p.ndim == 4)
        assert (weights, count_parameters(module)) == (12_464, 12_809)
    small = REGISTRY["fsrcnn"].build(scale=2, d=32, s=5, m=1)
    assert sum(p.numel() for p in small.parameters() if p.ndim == 4) == 3_937


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_fsrcnn_enlarges_as_its_transposed_convolution_does(scale: int) -> None:
    torch.manual_seed(0)
    layer = Enlargement(5, scale)
    torch.nn.init.normal_(layer.weight)
    x = torch.randn(2, 5, 7, 6)
    options = {"stride": scale, "padding": 4, "output_padding": scale - 1}
    expected = F.conv_transpose2d(x, layer.weight, layer.bias, **options)
    torch.testing.assert_close(layer(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_fresh_fsrcnn_interpolates_linearly(scale: int) -> None:
    module = REGISTRY["fsrcnn"].build(scale=scale)
    ramp = torch.linspace(0.2, 0.8, 24).expand(1, 1, 24, 24)
    y = module(ramp)[0, 0, 12 * scale, 10 * scale : 14 * scale]
    steps = y.diff()
    assert steps.mean().item() == pytest.approx(0.6 / 23 / scale, rel=0.1)
    assert y.mean().item() == pytest.approx(0.5, abs=0.01)


def test_a_name_can_be_registered_once() -> None:
    network = REGISTRY["raw"]
    with pytest.raises(ValueError, match="registered twice"):
        Registry([network, Network("raw", "Again", network.build, network.describe)])


def test_a_model_is_in_the_catalogue_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalog([CATALOG[0], CATALOG[0]])


def test_models_are_found_by_id_or_by_network_and_scale() -> None:
    catalog = read_catalog()
    assert catalog.find("raw", 3).id == "raw"
    assert catalog.find("fsrcnn", 3) is catalog.find("fsrcnn-x3")
    with pytest.raises(LookupError, match="makes x2, x3, x4, not x65"):
        catalog.find("fsrcnn", 65)
    with pytest.raises(LookupError, match="there is no model 'fsrrcnn'; there are raw"):
        catalog.find("fsrrcnn")


def own(model_id: str, tmp_path: Path, scale: int = 2, network: str = "edsr") -> dict[str, Any]:
    """The row of a model that a person has installed."""
    path = tmp_path / f"{model_id}.safetensors"
    path.touch()
    options = {**REGISTRY[network].defaults, "scale": scale}
    row = {"id": model_id, "network": network, "options": options, "file": str(path)}
    return {**row, "title": "Mine", "parameters": 7, "licence": "", "training": "mine"}


def test_an_installed_model_takes_the_place_of_the_row_of_its_id(tmp_path: Path) -> None:
    shipped, catalog = read_catalog(), catalog_with([own("edsr-x2", tmp_path)])
    assert [spec.id for spec in catalog] == [spec.id for spec in shipped]
    spec = catalog["edsr-x2"]
    assert installed(spec)
    assert not installed(shipped["edsr-x2"])
    assert (spec.title, spec.accepts) == ("EDSR x2", shipped["edsr-x2"].accepts)
    assert (spec.file, spec.training) == (str(tmp_path / "edsr-x2.safetensors"), "mine")


def test_an_installed_model_of_a_shipped_id_says_nothing_of_the_shipped_quality(
    tmp_path: Path,
) -> None:
    spec = catalog_with([own("fsrcnn-x2", tmp_path, network="fsrcnn")])["fsrcnn-x2"]
    assert (spec.sha256, spec.quality) == (None, ())


def test_other_installed_models_follow_and_strangers_are_left_out(tmp_path: Path) -> None:
    rows = [own("edsr-x2-mine", tmp_path), own("fsrcnn-x2", tmp_path)]
    rows.append({**own("edsr-x3-mine", tmp_path), "first": "gone"})
    catalog = catalog_with(rows)
    assert [spec.id for spec in catalog] == [*IDS, "edsr-x2-mine"]
    assert catalog["fsrcnn-x2"] == read_catalog()["fsrcnn-x2"]


def test_of_equals_one_that_is_installed_is_found(tmp_path: Path) -> None:
    catalog = catalog_with([own("edsr-x2-mine", tmp_path), own("edsr-x3-my", tmp_path, 3)])
    assert catalog.find("edsr", 2).id == "edsr-x2-mine"
    assert catalog.find("edsr", 3).id == "edsr-x3-my"
    assert catalog.find("edsr-x2").id == "edsr-x2"
    assert not installed(catalog.find("edsr", 4))
    in_steps = catalog.find("edsr", 16)
    assert [stage.spec.id for stage in in_steps.stages] == ["edsr-x2-mine"] * 4
    assert installed(in_steps)
    assert not installed(read_catalog().find("edsr", 16))


def test_weights_for_one_scale_are_found_where_those_for_all_are_not_there(tmp_path: Path) -> None:
    def row(model_id: str) -> dict[str, Any]:
        file = tmp_path / f"{model_id}.safetensors"
        file.touch()
        return {"id": model_id, "network": "srcnn", "file": str(file)}

    catalog = catalog_with([row("srcnn-x3")])
    assert catalog["srcnn-x3"].scales == (3,)
    assert catalog["srcnn-x3"].descriptor.takes_scale
    assert catalog.find("srcnn", 3).id == "srcnn-x3"
    assert catalog.find("srcnn").id == "srcnn"
    both = catalog_with([row("srcnn-x3"), row("srcnn")])
    assert both.find("srcnn", 3).id == "srcnn"
    with pytest.raises(LookupError, match="srcnn-x3 makes x3, not x2"):
        catalog.find("srcnn-x3", 2)


@pytest.mark.parametrize("spec", CATALOG, ids=IDS)
def test_what_ships_has_a_licence_and_what_has_a_checksum_ships(spec: ModelSpec) -> None:
    assert spec.licence or not installed(spec)
    assert installed(spec) or spec.sha256 is None


def test_reading_the_catalogue_does_not_import_torch() -> None:
    code = "import sys, srstudio_models as m; m.read_catalog(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
