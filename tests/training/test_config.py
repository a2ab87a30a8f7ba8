from __future__ import annotations

import msgspec
import pytest

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig, changed, differences
from srstudio.training.fields import as_rows, fields
from srstudio.training.models import fresh, spec_of
from srstudio.training.recipes import RECIPES, SHORT, recipe
from srstudio.training.schedules import schedule_of
from srstudio_models import REGISTRY


def test_every_key_is_described_with_its_type_range_unit_and_default() -> None:
    listed = {field.name: field for field in fields(recipe("edsr", []))}
    assert list(listed) == list(TrainConfig.__struct_fields__)
    assert all(field.description for field in listed.values())
    patch, ema, amp = listed["patch"], listed["ema"], listed["amp"]
    assert (patch.type, patch.default, patch.unit, patch.minimum) == ("int", 48, "pixels", 4)
    assert (ema.range, ema.open_maximum) == ("0 to below 1", True)
    assert (amp.type, amp.choices) == ("choice", ("auto", "on", "off"))
    assert listed["lr"].range == "above 0"
    assert (listed["scales"].type, listed["scales"].range) == ("list of int", "1 to 8")
    assert (listed["options"].type, listed["network"].type) == ("options", "str")


def test_the_fields_are_plain_json() -> None:
    rows = msgspec.json.decode(msgspec.json.encode(as_rows(recipe("vsrt", []))))
    assert {row["name"] for row in rows} == set(TrainConfig.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "assignment", "words"),
    [
        ("fsrcnnn", "scale=2", "there is no recipe 'fsrcnnn'; choose from edsr, "),
        ("fsrcnn", "scale", "'scale' is not of the form key=value"),
        ("fsrcnn", "scale=0", "scales"),
        ("fsrcnn", "scale=9", "scales"),
        ("fsrcnn", "scale=", "scales"),
        ("fsrcnn", "batch=many", "batch"),
        ("fsrcnn", "lr=-1", "lr"),
        ("fsrcnn", "amp=maybe", "amp"),
        ("fsrcnn", "patchh=4", "`patchh`; was patch meant"),
    ],
)
def test_a_recipe_that_does_not_fit_is_explained(name: str, assignment: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        recipe(name, [assignment])


def test_values_are_read_from_words() -> None:
    settings = recipe(
        "mdsr", ["scale=2,4", "options.blocks=3", "options.flag=true", "lr=2e-4", "restarts=5,6"]
    )
    assert settings.scales == (2, 4)
    assert settings.options == {"blocks": 3, "flag": True}
    assert settings.lr == 2e-4
    assert settings.restarts == (5, 6)


def test_a_configuration_survives_being_saved() -> None:
    for known in RECIPES.values():
        saved = msgspec.json.decode(msgspec.json.encode(known.config))
        assert msgspec.convert(saved, TrainConfig) == known.config


def test_differences_name_both_values() -> None:
    one = recipe("edsr", [])
    assert differences(one, changed(one, ["lr=0.5", "batch=16"])) == {"lr": (1e-4, 0.5)}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_a_line_and_a_network_that_takes_it(name: str) -> None:
    known = RECIPES[name]
    assert known.line
    assert "\n" not in known.line
    if not name.endswith(SHORT):
        assert f"{name}{SHORT}" in RECIPES
    schedule_of(known.config)
    if known.config.network in REGISTRY:  # those of other families are made beside this
        assert fresh(spec_of(known.config))


def test_the_recipes_are_those_of_their_sources() -> None:
    edsr, vsrt, basicvsr = (RECIPES[name].config for name in ("edsr", "vsrt", "basicvsr"))
    adam = (edsr.optimiser, edsr.lr, edsr.beta1, edsr.beta2, edsr.eps)
    assert adam == ("adam", 1e-4, 0.9, 0.999, 1e-8)
    assert (edsr.patch, edsr.batch, edsr.loss, edsr.ema) == (48, 16, "l1", 0.0)
    factor = schedule_of(edsr)
    assert [factor(step) for step in (0, 199_999, 200_000, 299_999)] == [1.0, 1.0, 0.5, 0.5]
    assert (vsrt.loss, vsrt.patch, vsrt.beta2) == ("charbonnier", 64, 0.99)
    assert schedule_of(vsrt)(300_000) == pytest.approx(0.5)
    assert (basicvsr.lr_flow, basicvsr.freeze_flow, basicvsr.frames) == (0.125, 5_000, 15)


@pytest.mark.parametrize(
    ("name", "assignments", "words"),
    [
        ("edsr", ["network=edsr-x"], "there is no network 'edsr-x' to train"),
        ("edsr", ["network=raw"], "there is no network 'raw' to train"),
        ("edsr", ["scale=5"], "EDSR baseline cannot be built with scale=5"),
        ("edsr", ["options.widht=3"], "widht"),
        ("edsr", ["scale=2,3"], "one scale at a time"),
        ("mdsr", ["scale=2,8"], "MDSR baseline makes x2, x3, x4, not x2, x8"),
        ("vsrt", ["patch=32"], "takes patches of 64 pixels, not 32"),
    ],
)
def test_a_network_that_does_not_fit_is_explained(
    name: str, assignments: list[str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        fresh(spec_of(recipe(name, assignments)))


@pytest.mark.parametrize(
    ("name", "scales", "id"),
    [("vdsr", "2", "vdsr-x2"), ("vdsr", "4,2", "vdsr"), ("delta", "4", "delta-x4")],
)
def test_a_model_is_for_the_scales_that_it_learns(name: str, scales: str, id: str) -> None:
    spec = spec_of(recipe(name, [f"scales={scales}"]))
    own = (1,) if name == "delta" else tuple(sorted(map(int, scales.split(","))))
    assert (spec.id, spec.scales) == (id, own)
