from __future__ import annotations

from pathlib import Path

import pytest
from tests.gui.conftest import picture

from srstudio.gui.document import TRUTH, Document, Opened, SourceState, Stage, family
from srstudio.settings.schema import EngineSettings
from srstudio_models import Catalog, ModelSpec, read_catalog
from srstudio_models.spec import Descriptor


def trained(scale: int, variant: str = "") -> ModelSpec:
    name = f"net-x{scale}{variant}"
    return ModelSpec(name, "net", name, Descriptor((scale,)), file=f"{name}.safetensors")


@pytest.fixture
def document() -> Document:
    raw = read_catalog()["raw"]
    specs = [raw, *(trained(scale) for scale in (2, 3, 4)), trained(4, "-photo")]
    return Document(Catalog(specs), EngineSettings(models=["raw", "net"]))


def opened(scale: int = 2, with_truth: bool = True) -> Opened:
    truth = picture(20 * scale, 10 * scale) if with_truth else None
    return Opened(f"1-x{scale}", "p", Path("/p.png"), picture(20, 10), scale, truth)


@pytest.mark.parametrize(
    ("spec", "name"),
    [(trained(2), "net"), (trained(4, "-photo"), "net-photo"), (read_catalog()["raw"], "raw")],
)
def test_a_family_is_the_id_without_the_scale(spec: ModelSpec, name: str) -> None:
    assert family(spec) == name


def test_the_usual_scales_and_the_trained_ones_are_offered(document: Document) -> None:
    assert document.scales == (2, 3, 4)
    wider = Document(Catalog([*document.catalog, trained(8)]), EngineSettings())
    assert wider.scales == (2, 3, 4, 8)


def test_a_choice_of_models_holds_at_every_scale(document: Document) -> None:
    assert [spec.id for spec in document.models] == ["raw", "net-x2"]
    document.choose_scale(4)
    assert [spec.id for spec in document.models] == ["raw", "net-x4"]
    document.choose_models(["net-photo"])
    assert [spec.id for spec in document.models] == ["net-x4-photo"]
    document.choose_scale(2)
    assert not document.models
    document.choose_models(["raw"])
    document.choose_scale(4)
    assert [spec.id for spec in document.models] == ["raw", "net-x4-photo"]


def test_sources_are_numbered_models_first(document: Document) -> None:
    assert not document.source_keys
    document.open(opened())
    assert list(document.source_keys) == ["raw", "net-x2", TRUTH]
    document.open(opened(with_truth=False))
    assert list(document.source_keys) == ["raw", "net-x2"]


def test_opening_takes_the_scale_of_the_picture(document: Document) -> None:
    told: list[int] = []
    document.scale_changed.connect(lambda: told.append(document.scale))
    document.open(opened(scale=3))
    assert document.scale == 3
    assert told == [3]
    assert list(document.source_keys) == ["raw", "net-x3", TRUTH]


def test_it_is_complete_when_every_model_is_done_or_has_failed(document: Document) -> None:
    document.open(opened())
    assert not document.complete
    document.add_result("raw", picture(40, 20), 0.5)
    assert document.state("raw").text == "0.50 s"
    assert not document.complete
    document.set_state("net-x2", SourceState(Stage.FAILED, reason="why"))
    assert document.complete


def test_another_picture_empties_it(document: Document) -> None:
    document.open(opened())
    document.add_result("raw", picture(40, 20), 0.5)
    document.open(opened())
    assert document.frame("raw") is None
    assert document.state("raw").stage is Stage.IDLE
    assert document.state(TRUTH).stage is Stage.DONE


def test_another_device_drops_the_results_but_not_the_truth(document: Document) -> None:
    document.open(opened())
    document.add_result("raw", picture(40, 20), 0.5)
    changes: list[str] = []
    document.engine_changed.connect(lambda: changes.append(document.engine.device))
    document.choose_engine("auto", "exact")
    assert changes == []
    document.choose_engine("cpu", "fast")
    assert changes == ["cpu"]
    assert document.engine.precision == "fast"
    assert document.frame("raw") is None
    assert document.frame(TRUTH) is not None


def test_a_state_is_told_once(document: Document) -> None:
    told: list[str] = []
    document.state_changed.connect(told.append)
    for _ in range(2):
        document.set_state("raw", SourceState(Stage.WORKING, 0.5))
    assert told == ["raw"]
    assert document.state("raw").text == "50 %"
