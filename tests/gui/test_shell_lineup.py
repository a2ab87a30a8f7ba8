from __future__ import annotations

from dataclasses import replace

import pytest
from tests.gui.conftest import lacking, stocked, trained

from srstudio.gui.lineup import FURTHER_SCALES, family, has_ensemble, line_up
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.chains import with_ensemble
from srstudio_models.spec import Descriptor

RESAMPLINGS = ["raw", "nearest", "bicubic", "lanczos"]


def ids(specs: tuple[ModelSpec, ...]) -> list[str]:
    return [spec.id for spec in specs]


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (trained(2), "net"),
        (trained(4, "-photo"), "net-photo"),
        (with_ensemble(trained(2)), "net+"),
        (read_catalog()["raw"], "raw"),
    ],
)
def test_a_family_is_the_id_without_the_scale(spec: ModelSpec, name: str) -> None:
    assert family(spec) == name


def test_what_lacks_its_weights_stands_apart() -> None:
    catalog = stocked(trained(2), lacking(2, "-photo"), lacking(4))
    lineup = line_up(catalog, 2)
    assert ids(lineup.references) == RESAMPLINGS
    assert ids(lineup.networks) == ["net-x2"]
    assert ids(lineup.missing) == ["net-x2-photo"]
    assert ids(line_up(catalog, 4).missing) == ["net-x4"]
    assert not line_up(catalog, 3).networks


def test_weights_for_one_scale_stand_for_those_for_all() -> None:
    one = replace(trained(2), descriptor=Descriptor((2,)))
    every = replace(lacking(2), id="net", descriptor=Descriptor((2, 3, 4), takes_scale=True))
    catalog = stocked(one, every)
    assert ids(line_up(catalog, 2).networks) == ["net-x2"]
    assert not line_up(catalog, 2).missing
    assert ids(line_up(catalog, 3).missing) == ["net"]


@pytest.mark.parametrize("scale", FURTHER_SCALES)
def test_far_scales_are_made_in_steps_of_what_is_installed(scale: int) -> None:
    lineup = line_up(stocked(trained(2), trained(3), lacking(4)), scale)
    assert ids(lineup.references) == RESAMPLINGS
    (made,) = lineup.networks
    assert made.scales == (scale,)
    assert {stage.spec.id for stage in made.stages} <= {"net-x2", "net-x3", "bicubic"}
    assert made.title.startswith(f"net x{scale} (")
    assert not lineup.missing


def test_without_any_weights_the_steps_are_not_installed_either() -> None:
    lineup = line_up(stocked(lacking(2), lacking(4)), 16)
    assert not lineup.networks
    assert ids(lineup.missing) == ["net-x16"]


def test_the_self_ensemble_is_shown_after_its_model() -> None:
    lineup = line_up(stocked(trained(2), trained(2, "-photo")), 2)
    assert ids(lineup.chosen({"net+", "net-photo", "net"})) == ["net-x2", "net-x2+", "net-x2-photo"]
    assert ids(lineup.chosen({"net+"})) == ["net-x2+"]
    assert lineup["net-x2+"].ensemble
    with pytest.raises(KeyError):
        lineup["net-x4"]


def test_only_networks_for_single_pictures_have_a_self_ensemble() -> None:
    video = Descriptor((4,), frames="sliding", window=5)
    assert has_ensemble(trained(2))
    assert not has_ensemble(lacking(4, descriptor=video))
    assert not has_ensemble(with_ensemble(trained(2)))
    assert not has_ensemble(read_catalog()["raw"])


def test_a_model_that_lacks_its_weights_is_never_shown() -> None:
    assert ids(line_up(stocked(lacking(2)), 2).chosen({"net", "raw"})) == ["raw"]
