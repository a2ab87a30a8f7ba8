from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.gui.conftest import picture, stocked, trained

from srstudio.gui.document import TRUTH, Document, Opened, SourceState, Stage
from srstudio.gui.panels.source_groups import hint
from srstudio.settings.schema import EngineSettings


@pytest.fixture
def document() -> Document:
    rows = [*(trained(scale) for scale in (2, 3, 4)), trained(4, "-photo")]
    return Document(stocked(*rows), EngineSettings(models=["raw", "net"]))


def opened(scale: int = 2, with_truth: bool = True) -> Opened:
    truth = picture(20 * scale, 10 * scale) if with_truth else None
    return Opened(f"1-x{scale}", "p", Path("/p.png"), picture(20, 10), scale, truth)


def test_scales_are_the_usual_ones_the_far_ones_and_those_of_networks(document: Document) -> None:
    assert document.scales == (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
    wider = Document(stocked(trained(5)), EngineSettings())
    assert wider.scales[:5] == (2, 3, 4, 5, 6)


def test_a_choice_of_models_holds_at_every_scale(document: Document) -> None:
    assert [spec.id for spec in document.models] == ["raw", "net-x2"]
    document.choose_scale(4)
    assert [spec.id for spec in document.models] == ["raw", "net-x4"]
    document.show_models(["net-photo"])
    document.hide_model("net")
    assert [spec.id for spec in document.models] == ["raw", "net-x4-photo"]
    document.choose_scale(2)
    assert [spec.id for spec in document.models] == ["raw"]
    document.choose_scale(16)
    assert [spec.id for spec in document.models] == ["raw", "net-photo-x16"]


def test_what_suits_the_picture_is_shown_until_a_person_chooses() -> None:
    learnt = [replace(trained(scale, "-photo"), degradation="photo") for scale in (2, 4)]
    rows = [*(trained(scale) for scale in (2, 3, 4)), *learnt]
    document = Document(stocked(*rows), EngineSettings())
    assert [spec.id for spec in document.models] == ["raw", "net-x2"]
    document.open(opened(with_truth=False))
    assert [spec.id for spec in document.models] == ["raw", "net-x2-photo"]
    assert document.ids_at(3, as_found=True) == ("raw", "net-x3")
    document.open(replace(opened(with_truth=False), number=0))
    assert [spec.id for spec in document.models] == ["raw", "net-x2"]
    document.open(opened())
    assert [spec.id for spec in document.models] == ["raw", "net-x2"]
    document.show_models(["lanczos"])
    document.open(opened(with_truth=False))
    assert [spec.id for spec in document.models] == ["raw", "lanczos", "net-x2"]
    for name in ("raw", "lanczos", "net"):
        document.hide_model(name)
    assert document.models == ()


def test_a_hint_says_which_network_suits_which_picture() -> None:
    plain, learnt = trained(2), replace(trained(2, "-photo"), degradation="photo")
    assert hint(Document(stocked(plain), EngineSettings())) == ""
    assert hint(Document(stocked(learnt), EngineSettings())) == ""
    both = hint(Document(stocked(plain, learnt), EngineSettings()))
    assert both.splitlines()[0] == "For photographs and pictures from the web: net x2-photo."


def test_every_source_is_resolved_by_its_id(document: Document) -> None:
    document.show_models(["net+"])
    for scale, ids in ((2, ["raw", "net-x2", "net-x2+"]), (16, ["raw", "net-x16", "net-x16+"])):
        document.choose_scale(scale)
        assert [spec.id for spec in document.models] == ids
        assert list(document.ids_at(scale, as_found=False)) == ids
        assert [document.spec(key) for key in ids] == list(document.models)
        assert all(document.title(key) for key in ids)
    assert document.title("net-x16+") == "net x16 (4 x 4)+"


def test_what_was_installed_joins_and_the_rest_stays(document: Document) -> None:
    document.open(opened())
    document.add_result("raw", picture(40, 20), 0.5)
    document.replace_catalog(stocked(trained(2), trained(2, "-new")))
    document.show_models(["net-new"])
    assert [spec.id for spec in document.models] == ["raw", "net-x2", "net-x2-new"]
    assert document.frame("raw") is not None


def test_other_weights_under_the_same_id_are_computed_anew(document: Document) -> None:
    document.open(opened())
    document.add_result("net-x2", picture(40, 20), 0.5)
    told: list[str] = []
    document.engine_changed.connect(lambda: told.append("again"))
    document.replace_catalog(stocked(replace(trained(2), sha256="ab")))
    assert document.frame("net-x2") is None
    assert told == ["again"]


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
