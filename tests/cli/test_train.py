"""`srstudio train`, from a folder of pictures to a weight file that the other verbs take."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from srstudio.cli.console import Console
from srstudio.cli.interrupts import on_first_signal
from srstudio.cli.training_display import TrainingDisplay
from srstudio.core.progress import Progress
from srstudio.training.config import TrainConfig
from srstudio.training.recipes import RECIPES

from .conftest import Run

QUICK = ("iterations=3", "validate_every=2", "batch=2", "patch=8", "log_every=1")
SMALL = ("options.d=4", "options.s=2", "options.m=1")


def pictures(folder: Path) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(1)
    for number in range(3):
        pixels = rng.integers(0, 256, (40, 36, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def test_training_leaves_weights_that_upscale_takes(here: Run, tmp_path: Path) -> None:
    data, run = pictures(tmp_path / "data"), tmp_path / "run"
    settings = [word for value in (*QUICK, *SMALL) for word in ("--set", value)]
    command = ("train", "fsrcnn", "--data", data, "--out", run, *settings)
    outcome = here(*command, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.document["iterations"] == 3
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["iteration"] for line in lines if "psnr" in line] == [2, 3]
    assert {"iteration", "psnr", "ssim"} <= lines[-1].keys()
    assert "step 1/3: loss 0." in outcome.err
    assert " steps/s, 0:00:00 left" in outcome.err

    again = here(*command)
    assert again.code == 1
    assert "holds a run already; add --resume or choose another folder." in again.err
    more = here("train", "fsrcnn", "--out", run, "--resume", "--set", "iterations=4", "--json")
    assert more.document["iterations"] == 4

    large = tmp_path / "large.png"
    made = here("upscale", data / "0.png", "-m", run / "best.safetensors", "-o", large)
    assert made.code == 0, made.err
    with Image.open(large) as image:
        assert image.size == (72, 80)


def test_what_is_wrong_is_said_before_the_first_step(here: Run, tmp_path: Path) -> None:
    data, run = pictures(tmp_path / "data"), tmp_path / "run"
    (tmp_path / "empty").mkdir()
    for words, told in {
        ("nothing", "--data", data): "there is no recipe 'nothing'; choose from edsr, ",
        ("fsrcnn",): "there is nothing to learn from; give a folder with --data.",
        ("fsrcnn", "--data", tmp_path / "gone"): "there is no folder ",
        ("fsrcnn", "--data", tmp_path / "empty"): "holds no picture; ",
        ("edsr", "--data", data, "--set", "scale=5"): "cannot be built with scale=5; ",
        ("mdsr", "--data", data, "--set", "scale=5"): "makes x2, x3, x4, not x5; ",
        ("fsrcnn", "--data", data, "--set", "lrr=1"): "unknown field `lrr`; was lr meant? ",
        ("fsrcnn", "--data", data, "--devices", "0"): "0 devices cannot train; give 1 or more.",
        ("fsrcnn", "--data", data, "--set", "patch=64"): "nothing is 128 pixels wide and high; ",
    }.items():
        outcome = here("train", *words, "--out", run)
        assert outcome.code == 2, words
        assert told in outcome.err, words
        assert not run.exists()
    assert here("train", "fsrcnn", "--data", data).code == 2


def test_data_can_be_named_one_by_one(here: Run, tmp_path: Path) -> None:
    one, other = pictures(tmp_path / "one"), pictures(tmp_path / "other")
    settings = [word for value in (*QUICK, *SMALL) for word in ("--set", value)]
    folders = ("--data", one, "--data", other)
    assert here("train", "fsrcnn", *folders, "--out", tmp_path / "run", *settings).code == 0
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["data"] == [str(one), str(other)]


def test_a_picture_that_is_damaged_is_named_and_left_out_or_refused(
    here: Run, tmp_path: Path
) -> None:
    data = pictures(tmp_path / "data")
    (data / "1.png").write_bytes(b"no picture")
    settings = [f"--set={value}" for value in (*QUICK, *SMALL)]
    command = ("train", "fsrcnn", "--data", data, *settings)
    outcome = here(*command, "--out", tmp_path / "run")
    assert outcome.code == 0
    assert f"left out: {data / '1.png'} is not a picture that SR Studio reads" in outcome.err
    outcome = here(*command, "--out", tmp_path / "strict", "--set=strict=true")
    assert outcome.code == 1
    assert "1.png" in outcome.err
    assert not (tmp_path / "strict").exists()


def test_without_tensorboard_its_files_are_refused(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch.utils.tensorboard", None)
    data = pictures(tmp_path / "data")
    settings = [f"--set={value}" for value in (*QUICK, *SMALL)]
    command = ("train", "fsrcnn", "--data", data, "--out", tmp_path / "run", *settings)
    outcome = here(*command, "--tensorboard")
    assert outcome.code == 2
    assert "TensorBoard is not installed; install it (pip install tensorboard)" in outcome.err


def test_recipes_are_listed_a_line_each(here: Run) -> None:
    lines = here("train", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(RECIPES)
    rows = here("train", "--list", "--json").document
    assert {row["name"] for row in rows} == set(RECIPES)


def test_a_recipe_is_described_key_by_key(here: Run) -> None:
    told = here("train", "edsr", "--describe", "--set", "scale=4").out
    assert "patch=48                    at least 4 pixels\n    Side of a low-res" in told
    assert "scales=4 " in told
    rows = here("train", "edsr", "--describe", "--json").document
    assert {row["name"] for row in rows} == set(TrainConfig.__struct_fields__)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_the_run_to_stop_and_the_second_ends_it(
    number: signal.Signals,
) -> None:
    before, progress = signal.getsignal(number), Progress()
    with on_first_signal(progress.cancel):
        os.kill(os.getpid(), number)
        assert progress.cancelled
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_events_and_measurements_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    display = TrainingDisplay(Console(), iterations=10)
    with display.shown():
        display({"iteration": 0, "event": "started from x", "copied": "a, b", "fresh": ""})
        display({"iteration": 5, "psnr": 31.234, "ssim": 0.9})
        display({"iteration": 6, "loss": 0.5, "lr": 1e-4, "iterations_per_second": 2.0})
    assert capfd.readouterr().err.splitlines()[1:] == [
        "step 0: started from x; 2 tensors copied; fresh: nothing",
        "step 5: PSNR 31.23 dB, SSIM 0.9000",
        "step 6/10: loss 0.5, rate 0.0001, PSNR 31.23 dB, 2.00 steps/s, 0:00:02 left",
    ]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
