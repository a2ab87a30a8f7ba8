"""The plan for the weights that ship can be carried out, and fills rows that can be read."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import campaign
import filmed_clips
import panned_clips
import starts
from srstudio.cli import train
from srstudio.training.recipes import recipe
from srstudio_models import read_catalog
from srstudio_models.catalog import spec_of, weights_path
from srstudio_models.spec import Quality

TABLES = campaign.plan()["weights"]


def understood(command: list[str]) -> argparse.Namespace:
    """What `srstudio train` makes of a command."""
    assert command[1:4] == ["-m", "srstudio", "train"]
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args(command[4:])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table["model"]))
def test_every_weight_file_can_be_trained(
    table: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (panned_clips, filmed_clips):
        monkeypatch.setattr(module, "make", lambda *_, seed: seed)
    monkeypatch.setattr(starts, "write_start", lambda *_: b"")
    spec = read_catalog()[table.get("like", table["model"])]
    assert len(table["bars"]) == (0 if "like" in table else len(spec.scales))
    command = campaign.train_command(table, tmp_path, tmp_path / "runs", ["batch=2"])
    args = understood(command)
    config = recipe(args.recipe, args.set)
    assert (config.batch, config.scales) == (2, spec.scales)
    assert config.network == spec.network


def test_what_is_there_for_others_does_not_ship(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="does not ship"):
        campaign.publish(campaign.weights_of("vdsr-shallow"), tmp_path, tmp_path)


def test_a_run_that_was_begun_goes_on(tmp_path: Path) -> None:
    run = tmp_path / TABLES[0]["model"]
    run.mkdir()
    (run / "state.pt").touch()
    args = understood(campaign.train_command(TABLES[0], tmp_path, tmp_path, []))
    assert (args.recipe, args.out, args.resume) == (TABLES[0]["recipe"], run, True)


def test_what_is_halved_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def halve(video: Path, out: Path, count: int) -> None:
        assert (video, count) == (Path("data/film.mp4"), 5)
        made.append(out)
        out.mkdir(parents=True)

    monkeypatch.setattr(filmed_clips, "halve", halve)
    kind = {"tests": {"a": "b"}, "halved": {"film": "film.mp4"}, "frames": 5}
    for _ in range(2):
        sets = campaign._tests(kind, Path("data"), tmp_path)
        assert sets == ["--set", "a=data/b", "--set", f"film={tmp_path / 'clips' / 'film'}"]
    assert len(made) == 1


CONFIG = {
    "degradation": "bicubic",
    "patch": 32,
    "iterations": 12000,
    "batch": 16,
    "ema": 0.99,
    "loss": "mse",
    "optimiser": "soap",
    "lr": 0.004,
    "schedule": "cosine",
    "start_from": "",
}


def finished(run: Path, **changes: object) -> Path:
    """A run as training leaves it, as far as the plan looks at it."""
    run.mkdir()
    (run / "config.json").write_text(json.dumps({"config": {**CONFIG, **changes}}))
    (run / "best.safetensors").touch()
    return run


def test_a_row_says_what_is_known_and_replaces_what_was(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    table = campaign.weights_of("espcn-x2")
    row = 'id = "espcn-x2"\nnetwork = "espcn"\noptions = { scale = 2 }\nfile = "e"\n\n'
    for psnr in (36.0, 37.0):
        row = campaign._row(row, table, run, b"new", [Quality("Set5", 2, psnr, 0.95)])
    known = spec_of(tomllib.loads(row), {})
    assert known.quality == (Quality("Set5", 2, 37.0, 0.95),)
    assert "12,000 iterations of 16 patches 32x32" in known.training
    assert row.count("sha256") == row.count("quality = [") == 1


def test_what_ships_and_was_trained_further_says_both(tmp_path: Path) -> None:
    spec = read_catalog()["espcn-x2"]
    run = finished(tmp_path / "run", start_from=str(weights_path(spec)), iterations=500)
    told = campaign._training(campaign.weights_of("espcn-x2"), run)
    assert told.startswith(f"{spec.training}; then 500 iterations of 16 patches 32x32, mse")


def test_a_model_that_began_as_one_that_does_not_ship_tells_of_that_too(tmp_path: Path) -> None:
    finished(tmp_path / "vdsr-shallow", iterations=700)
    run = finished(tmp_path / "vdsr", start_from="starts/vdsr.safetensors")
    told = campaign._training(campaign.weights_of("vdsr"), run)
    assert "started from vdsr-shallow (700 iterations of 16 patches 32x32, mse" in told
