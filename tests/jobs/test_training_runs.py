from __future__ import annotations

from pathlib import Path

import pytest
from tests.jobs.runs import lines, write_run

from srstudio.core.errors import InputError
from srstudio.jobs.checkpoints import describe, find, id_of, model_id
from srstudio.jobs.training_runs import (
    Snapshot,
    differences,
    forget_run,
    free_name,
    known_runs,
    remember_run,
    runs_folder,
)
from srstudio.jobs.training_watch import Watcher
from srstudio.settings.models import install
from srstudio.training.models import spec_of
from srstudio.training.recipes import recipe
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.chains import two_step
from srstudio_models.loader import build, dump, load


def write_weights(run: Path, name: str, spec: ModelSpec) -> Path:
    path = run / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump(build(spec), spec))
    return path


@pytest.fixture
def spec() -> ModelSpec:
    return read_catalog()["fsrcnn-x2"]


def test_the_list_has_the_newest_first_and_each_once(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    assert known_runs(home) == ()
    for name in ("a", "b", "a"):
        remember_run(tmp_path / name, home)
    assert known_runs(home) == (tmp_path / "a", tmp_path / "b")
    forget_run(tmp_path / "a", home)
    assert known_runs(home) == (tmp_path / "b",)
    (home / "runs.json").write_text("{")
    assert known_runs(home) == ()


def test_a_place_can_be_named_and_names_are_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRSTUDIO_RUNS", str(tmp_path))
    assert runs_folder() == tmp_path
    assert free_name() == "run 1"
    (tmp_path / "run 1").mkdir()
    assert free_name() == "run 2"


def test_runs_differ_in_what_they_were_told(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", [], lr=0.5, batch=4)
    other = write_run(tmp_path / "other", [], lr=0.25, batch=4)
    runs = Watcher().poll([one, other])
    assert differences(runs) == {"lr": (0.5, 0.25)}
    assert differences(runs[:1]) == {}
    known = Snapshot(tmp_path, recipe="x", config={"lr": 1, "new": 2})
    assert differences([runs[0], known])["new"] == (None, 2)


def test_checkpoints_are_those_of_the_steps_else_the_best_and_the_last(
    tmp_path: Path, spec: ModelSpec
) -> None:
    run = write_run(tmp_path / "run 3", lines([1, 2], every=1))
    assert find(run) == ()
    write_weights(run, "last", spec)
    write_weights(run, "best", spec)
    assert [each.title for each in find(run)] == ["run 3, best", "run 3, last"]
    assert find(run)[0].patches is None
    for step in (4_000, 500):
        write_weights(run, f"steps/{step:08d}", spec)
    assert [each.title for each in find(run)] == ["run 3, step 500", "run 3, step 4,000"]
    assert find(run)[1].patches == run / "patches" / "00004000.png"
    (snapshot,) = Watcher().poll([run])
    assert snapshot.checkpoints == find(run)


def test_a_checkpoint_is_a_model_that_runs(tmp_path: Path, spec: ModelSpec) -> None:
    run = tmp_path / "Run 3"
    write_weights(run, "steps/00000500", spec)
    write_weights(run, "steps/00004000", spec)
    first, second = (describe(checkpoint, {}) for checkpoint in find(run))
    assert (first.id, first.title, first.scales) == ("run_3-x2", "Run 3, step 500", (2,))
    assert second.id == first.id
    assert second.sha256 != first.sha256
    assert load(second).spec == second


def test_a_pipeline_is_described_with_its_first_step(tmp_path: Path, spec: ModelSpec) -> None:
    catalog = read_catalog()
    second = spec_of(recipe("delta-short", []))
    whole = two_step(catalog["fsrcnn-x4"], second)
    run = tmp_path / "run"
    path = run / "best.safetensors"
    run.mkdir()
    path.write_bytes(dump(build(second), whole))
    described = describe(find(run)[0], {each.id: each for each in catalog})
    assert [stage.scale for stage in described.stages] == [4, 1]
    with pytest.raises(InputError, match="fsrcnn-x4"):
        describe(find(run)[0], {"fsrcnn-x2": spec})


def test_what_is_no_weight_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "best.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match="not a weight file"):
        describe(find(tmp_path)[0], {})


@pytest.mark.parametrize(
    ("run", "scales", "name"),
    [
        ("run 3", (2,), "run_3-x2"),
        ("fsrcnn", (2,), "run_fsrcnn-x2"),
        ("EDSR-x3, again", (3,), "run_edsr_x3_again-x3"),
        ("run 4", (2, 3, 4), "run_4"),
    ],
)
def test_ids_are_none_of_the_catalogue(run: str, scales: tuple[int, ...], name: str) -> None:
    assert id_of(run, scales) == name
    assert name not in {spec.id for spec in read_catalog()}


def test_an_installed_checkpoint_is_called_after_its_run(tmp_path: Path, spec: ModelSpec) -> None:
    write_weights(tmp_path / "run 3", "steps/00004000", spec)
    (checkpoint,) = find(tmp_path / "run 3")
    name = model_id(checkpoint, describe(checkpoint, {}))
    assert name == "fsrcnn-x2-run-3-step-4000"
    assert install(checkpoint.path, name, folder=tmp_path / "models").id == name
