"""`srstudio train`, from a folder of pictures to a weight file that the other verbs take."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from .conftest import Run

QUICK = ("iterations=3", "validate_every=2", "batch=2", "patch=8")


def pictures(folder: Path) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(1)
    for number in range(3):
        pixels = rng.integers(0, 256, (40, 36, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def test_training_leaves_weights_that_upscale_takes(here: Run, tmp_path: Path) -> None:
    data, run = pictures(tmp_path / "data"), tmp_path / "run"
    settings = [word for value in QUICK for word in ("--set", value)]
    command = ("train", "fsrcnn", "--data", data, "--out", run, *settings)
    outcome = here(*command, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document["iterations"] == 3
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["iteration"] for line in lines if "psnr" in line] == [2, 3]
    assert {"iteration", "psnr", "ssim"} <= lines[-1].keys()

    again = here(*command)
    assert again.code == 1
    assert "holds a run already; add --resume or choose another folder." in again.err

    large = tmp_path / "large.png"
    made = here("upscale", data / "0.png", "-m", run / "best.safetensors", "-o", large)
    assert made.code == 0, made.err
    with Image.open(large) as image:
        assert image.size == (72, 80)


def test_a_recipe_that_does_not_exist_is_wrong_usage(here: Run, tmp_path: Path) -> None:
    outcome = here("train", "nothing", "--data", pictures(tmp_path / "d"), "--out", tmp_path / "r")
    assert outcome.code == 2
    assert "there is no recipe 'nothing'; choose from fsrcnn." in outcome.err
    assert not (tmp_path / "r").exists()
