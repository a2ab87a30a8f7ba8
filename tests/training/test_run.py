from __future__ import annotations

import json
import math
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from srstudio.core.errors import InputError, ModelError, OutputError, UsageError
from srstudio.core.frame import Pixels
from srstudio.core.progress import Cancelled, Progress
from srstudio.training import learner
from srstudio.training.bench import training_benchmark
from srstudio.training.config import TrainConfig
from srstudio.training.guard import LossGuard
from srstudio.training.recipes import RECIPES
from srstudio.training.request import asked_for
from srstudio.training.run import train
from srstudio.training.runfolder import Line, RunFolder
from srstudio.training.subject import subject_of
from srstudio.training.tensorboard import writer
from srstudio.training.validation import Validation
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import describe, load

from .conftest import config, lines, loaded, request

EDSR = {"options__blocks": 1, "options__channels": 4}
TIMES = ("iterations_per_second", "waiting")


def stop_after(iteration: int, progress: Progress) -> Callable[[Line], None]:
    """A listener that has the run stop at the step after a line of the log."""

    def listen(line: Line) -> None:
        if line["iteration"] == iteration:
            progress.cancel()

    return listen


def untimed(run: Path) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k not in TIMES} for line in lines(run)]


def assert_same(one: Any, other: Any) -> None:
    """Equal to the last bit, however deep."""
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    else:
        assert one == other


def state(run: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = torch.load(run / "state.pt", weights_only=True)
    return loaded


def test_a_run_learns_and_leaves_weights_log_pictures_and_configuration(
    photos: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    settings = config(iterations=150, validate_every=75, log_every=25, ema=0.9)
    trained = train(request(photos, run, settings), Progress())
    assert trained is not None
    log = lines(run)
    losses = [line["loss"] for line in log if "loss" in line]
    validations = [line for line in log if "psnr" in line]
    assert losses[-1] < 0.7 * losses[0]
    assert [v["iteration"] for v in validations] == [75, 150]
    assert trained.psnr == max(v["psnr"] for v in validations)
    keys = {"iteration", "loss", "smoothed_loss", "lr", "iterations_per_second", "waiting"}
    assert keys | {"grad_scale", "skipped", "overflow", "underflow"} == log[1].keys()
    assert log[0] == {
        "iteration": 0,
        "event": "folder: 4 pictures to learn from, 1 picture held out to validate on (0.png)",
    }
    assert describe(run / "best.safetensors").options == {"d": 4, "s": 2, "m": 1, "scale": 2}
    assert [p.name for p in sorted((run / "steps").iterdir())] == [
        "00000075.safetensors",
        "00000150.safetensors",
    ]
    with Image.open(run / "patches" / "00000150.png") as picture:
        assert picture.size == (3 * 32 + 2 * 4, 32)  # what is seen of one picture
    about = json.loads((run / "config.json").read_text())
    assert about["config"]["iterations"] == 150
    assert about["data"] == [str(photos)]


def test_the_saved_weights_are_what_was_validated(photos: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    settings = config(ema=0.5, keep="best")
    train(request(photos, run, settings, valid=photos), Progress())
    held = loaded(photos).clips
    validation = Validation(subject_of(settings, torch.device("cpu")), held, side=32)
    measured, _ = validation.run(load(describe(run / "last.safetensors")).module)
    assert measured.psnr == pytest.approx(lines(run)[-1]["psnr"])
    assert not (run / "steps").exists()


def rectangles(seed: int) -> Pixels:
    """Edges on even pixels: a network can learn to draw them, bicubic cannot."""
    rng = np.random.default_rng(seed)
    pixels = np.full((64, 64, 3), 128, np.uint8)
    for _ in range(12):
        (y, x), (height, width) = 2 * rng.integers(0, 28, 2), 2 * rng.integers(2, 12, 2)
        pixels[y : y + height, x : x + width] = rng.integers(30, 226)
    return pixels


def test_a_moment_on_two_pictures_beats_bicubic_by_far(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for seed in range(2):
        Image.fromarray(rectangles(seed)).save(data / f"{seed}.png")
    settings = config(iterations=200, validate_every=200, options__d=16, options__s=6, ema=0.9)
    trained = train(request(data, tmp_path / "run", settings, valid=data), Progress())
    held = loaded(data).clips
    subject = subject_of(settings, torch.device("cpu"))
    measured, _ = Validation(subject, held, side=32).run(Bicubic())
    assert trained is not None
    assert trained.psnr > measured.psnr + 2.0


class Bicubic(torch.nn.Conv2d):
    """What a network has to beat; a layer, so that it has a device."""

    def __init__(self) -> None:
        super().__init__(1, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return imresize(x, 2)


@pytest.mark.parametrize("optimiser", ["adam", "soap"])
@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_a_resumed_run_equals_the_unbroken_one_to_the_last_bit(
    photos: Path, tmp_path: Path, optimiser: str, schedule: str
) -> None:
    settings = config(
        optimiser=optimiser, schedule=schedule, patience=1, skip=3, clip=0.5, log_every=1, amp="off"
    )
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(request(photos, whole, settings), Progress())
    for stop in (3, 7):
        progress = Progress()
        with pytest.raises(Cancelled):
            train(
                request(photos, broken, settings, resume=stop > 3),
                progress,
                [stop_after(stop, progress)],
            )
        assert state(broken)["course"]["iteration"] == stop + 1
        torch.manual_seed(99)  # another process has other random numbers
    train(request(photos, broken, settings, resume=True), Progress())
    assert_same(state(whole), state(broken))
    assert untimed(whole) == untimed(broken)
    for name in ("best", "last", "steps/00000006"):
        weights = [(run / f"{name}.safetensors").read_bytes() for run in (whole, broken)]
        assert weights[0] == weights[1]


def test_a_killed_run_goes_on_from_its_last_checkpoint(photos: Path, tmp_path: Path) -> None:
    """Lines of the log that no checkpoint covers are written again."""
    settings = config(save_every=4, log_every=1)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train(request(photos, whole, settings), Progress())

    def die(line: Line) -> None:
        if line["iteration"] == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(request(photos, killed, settings), Progress(), [die])
    with (killed / "log.jsonl").open("a") as log:
        log.write('{"iteration": 12, "lo')  # cut off in the middle
    assert state(killed)["course"]["iteration"] == 8
    train(request(photos, killed, settings, resume=True), Progress())
    assert_same(state(whole), state(killed))
    assert untimed(whole) == untimed(killed)


def test_the_control_file_pauses_and_stops(photos: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    said = []

    def listen(line: Line) -> None:
        said.append(line.get("event", ""))
        if line["iteration"] == 1:
            (run / "control").write_text("pause\n")
        if line.get("event") == "paused":
            (run / "control").unlink()
        if line.get("event") == "resumed":
            (run / "control").write_text("stop")

    settings = config(iterations=100_000, validate_every=100_000, log_every=1, keep="best")
    with pytest.raises(Cancelled):
        train(request(photos, run, settings), Progress(), [listen])
    assert [event for event in said if event][1:] == ["paused", "resumed"]
    assert state(run)["course"]["iteration"] < 100_000
    assert not (run / "control").exists()


def test_a_run_is_never_overwritten_and_never_resumed_as_another(
    photos: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    ask = ["iterations=2", "batch=2", "patch=8", "options.d=4", "options.s=2", "options.m=1"]
    first = asked_for("fsrcnn", ask, (photos,), run, resume=False)
    train(first, Progress())
    with pytest.raises(InputError, match="holds a run already; add --resume"):
        train(asked_for("fsrcnn", ask, (photos,), run, resume=False), Progress())
    longer = asked_for("fsrcnn", ["iterations=3"], (), run, resume=True)
    assert longer.config == TrainConfig(**{**_values(first.config), "iterations": 3})
    trained = train(longer, Progress())
    assert trained is not None
    assert trained.iterations == 3
    with pytest.raises(UsageError, match="batch is 2 in this run and cannot become 5"):
        asked_for("fsrcnn", ["batch=5"], (), run, resume=True)
    with pytest.raises(UsageError, match="the run is of the recipe 'fsrcnn', not 'edsr'"):
        asked_for("edsr", [], (), run, resume=True)
    with pytest.raises(UsageError, match="the run learns from"):
        asked_for("fsrcnn", [], (tmp_path,), run, resume=True)
    with pytest.raises(UsageError, match="nothing to learn from"):
        asked_for("fsrcnn", [], (), tmp_path / "new", resume=False)


def _values(settings: TrainConfig) -> dict[str, Any]:
    return {key: getattr(settings, key) for key in TrainConfig.__struct_fields__}


def test_a_warm_start_says_what_it_takes_over(photos: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    train(request(photos, first, config(iterations=1)), Progress())
    start = first / "last.safetensors"
    settings = config(scale=3, start_from=start, iterations=1, lr=1e-12, ema=0)
    train(request(photos, second, settings), Progress())
    ours, theirs = (load(describe(run / "last.safetensors")).module for run in (second, first))
    told = lines(second)[1]
    assert told["fresh"] == "enlarge.weight, enlarge.bias"
    for key in told["copied"].split(", "):
        torch.testing.assert_close(ours.state_dict()[key], theirs.state_dict()[key])
    assert not torch.equal(
        ours.state_dict()["enlarge.weight"], theirs.state_dict()["enlarge.weight"]
    )
    with pytest.raises(UsageError, match="has no weights here to start from"):
        train(request(photos, tmp_path / "x", config(start_from="raw")), Progress())
    assert not (tmp_path / "x").exists()


def test_mixed_scales_are_validated_each(photos: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    settings = config("mdsr", scale="2,3", options__blocks=1, options__channels=4)
    train(request(photos, run, settings), Progress())
    line = next(line for line in lines(run) if "psnr" in line)
    assert line["psnr"] == pytest.approx((line["psnr_x2"] + line["psnr_x3"]) / 2)


def test_a_loss_that_is_no_number_restores_the_last_good_weights(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([0.5, 0.5, math.nan, *[0.5] * 100])

    def loss_of(_: TrainConfig) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        return lambda made, _: made.mean() * 0 + next(losses)

    monkeypatch.setattr(learner, "loss_of", loss_of)
    settings = config(schedule="constant", log_every=1, iterations=5, lr=1e-3, optimiser="adam")
    train(request(photos, tmp_path / "run", settings), Progress())
    log = lines(tmp_path / "run")
    _, event = [line for line in log if "event" in line]
    assert event["iteration"] == 3
    assert "the loss is nan: the last good weights are restored" in event["event"]
    assert [line["lr"] for line in log if "lr" in line] == [1e-3, 1e-3, 1e-3, 5e-4, 5e-4]


def test_a_run_that_diverges_again_and_again_gives_up(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learner, "loss_of", lambda _: lambda made, _: made.mean() * math.inf)
    with pytest.raises(ModelError, match="the rate was halved 5 times; set a lower lr"):
        train(request(photos, tmp_path / "run", config()), Progress())


def test_a_spike_is_skipped_unless_it_stays() -> None:
    guard = LossGuard(limit=3.0)
    assert [guard.judge(0.1) for _ in range(30)] == ["keep"] * 30
    assert guard.judge(1.0) == "skip"
    assert guard.judge(0.1) == "keep"
    assert guard.running == pytest.approx(0.1, rel=0.1)
    verdicts = [guard.judge(1.0) for _ in range(200)]
    assert verdicts[0] == "skip"
    assert verdicts[-1] == "keep"
    assert guard.judge(math.nan) == guard.judge(math.inf) == "broken"
    assert math.isfinite(guard.running)


def test_skipped_batches_are_counted_and_leave_the_weights(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([*[1.0] * 25, 9.0])

    def loss_of(_: TrainConfig) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        return lambda made, _: made.mean() * 0.1 + next(losses)

    monkeypatch.setattr(learner, "loss_of", loss_of)
    settings = config(iterations=26, validate_every=25, log_every=26, skip=2, ema=0)
    train(request(photos, tmp_path / "run", settings), Progress())
    log = lines(tmp_path / "run")
    assert [line["skipped"] for line in log if "skipped" in line] == [1]
    weights = [tmp_path / "run" / "steps" / f"000000{step}.safetensors" for step in (25, 26)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_step_one_runs_unchanged_and_the_whole_pipeline_is_written(
    film: Path, tmp_path: Path, networks: None
) -> None:
    """A network at scale 1 learns to refine windows of frames that another has enlarged."""
    settings = config("delta", network="refiner", first="fsrcnn-x2", scale=2, iterations=40)
    trained = train(request(film, tmp_path / "run", settings), Progress())
    assert trained is not None
    spec = describe(tmp_path / "run" / "best.safetensors")
    assert [stage.spec.network for stage in spec.stages] == ["fsrcnn", "refiner"]
    assert (spec.scales, spec.descriptor.window) == ((2,), 3)
    settings = config("delta", network="refiner", first="fsrcnn-x2", scale=4)
    with pytest.raises(UsageError, match="fsrcnn-x2 makes x2, not x4"):
        train(request(film, tmp_path / "other", settings), Progress())


@pytest.mark.parametrize("network", ["moving", "whole"])
def test_networks_of_clips_learn_from_clips(
    film: Path, tmp_path: Path, networks: None, network: str
) -> None:
    run = tmp_path / "run"
    settings = config("basicvsr", network=network, scale=2, frames=4, iterations=60, loss="l1")
    train(request(film, run, settings), Progress())
    losses = [line["loss"] for line in lines(run) if "loss" in line]
    assert losses[-1] < losses[0]


def test_a_clip_that_is_too_short_is_said_before_the_first_step(
    film: Path, tmp_path: Path, networks: None
) -> None:
    settings = config("basicvsr", network="moving", scale=2, frames=9)
    with pytest.raises(UsageError, match="9 frames long"):
        train(request(film, tmp_path / "run", settings), Progress())


def test_step_one_must_be_a_network_for_one_scale(networks: None) -> None:
    settings = config("delta", network="refiner", first="bicubic", scale=2)
    with pytest.raises(UsageError, match="cannot be step 1"):
        subject_of(settings, torch.device("cpu"))


def test_a_log_that_cannot_be_written_is_said(photos: Path, tmp_path: Path) -> None:
    full = tmp_path / "run" / "log.jsonl"
    full.parent.mkdir()
    full.symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"log\.jsonl cannot be written: No space left"):
        RunFolder(tmp_path / "run", resume=True).log({"iteration": 1})


def test_tensorboard_gets_every_number_and_every_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, object, int]] = []

    class SummaryWriter:
        def __init__(self, folder: str) -> None:
            assert folder == str(tmp_path)

        def add_scalar(self, key: str, value: float, step: int) -> None:
            told.append((key, value, step))

        add_text = add_scalar

        def flush(self) -> None:
            told.append(("flush", None, 0))

    module = types.ModuleType("torch.utils.tensorboard")
    monkeypatch.setattr(module, "SummaryWriter", SummaryWriter, raising=False)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    writer(tmp_path)({"iteration": 5, "loss": 0.5, "event": "paused"})
    assert told == [("loss", 0.5, 5), ("event", "paused", 5), ("flush", None, 0)]


def test_the_benchmark_times_float32_against_half_precision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RECIPES, "edsr", replace(RECIPES["edsr"], config=config("edsr", **EDSR)))
    rows = training_benchmark("cpu", repeats=1)
    assert [row.way for row in rows] == ["float32", "bfloat16, channels last"]
    assert rows[0].case == "EDSR baseline x2, 4 patches 8x8"
    assert rows[0].ratio == 1.0
