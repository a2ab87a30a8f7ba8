"""Two processes learn what one does: gradients are averaged, each has its part of a batch."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from srstudio.core.errors import UsageError
from srstudio.core.progress import Cancelled, Progress
from srstudio.training.parallel import Alone, own_device
from srstudio.training.request import asked_for
from srstudio.training.run import train
from srstudio.training.runfolder import Line

from .conftest import config, lines, request

# Sums in another order differ in the last bits; Adam's first steps make them larger.
RTOL, ATOL = 1e-3, 1e-5


def weights(run: Path, step: int) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = load_file(run / "steps" / f"{step:08d}.safetensors")
    return tensors


def losses(run: Path) -> list[float]:
    return [line["loss"] for line in lines(run) if "loss" in line]


def test_two_processes_equal_one_with_the_whole_batch_and_stop_together(
    photos: Path, tmp_path: Path
) -> None:
    """Of a network where each step leaves some parts without a gradient."""
    small = {"options__blocks": 1, "options__channels": 4, "scale": "2,3"}
    settings = config("mdsr", log_every=1, amp="off", lr=1e-3, **small)
    one, two, progress = tmp_path / "one", tmp_path / "two", Progress()

    def listen(line: Line) -> None:
        if line["iteration"] == 9:
            progress.cancel()

    with pytest.raises(Cancelled):
        train(request(photos, two, settings, devices=2), progress, [listen])
    train(request(photos, one, settings), Progress())
    assert losses(two) == pytest.approx(losses(one)[:10], rel=1e-4)
    for key, value in weights(one, 6).items():
        torch.testing.assert_close(weights(two, 6)[key], value, rtol=RTOL, atol=ATOL, msg=key)
    train(request(photos, two, settings, resume=True), Progress())
    assert losses(two) == pytest.approx(losses(one), rel=1e-3)


def test_half_the_batch_alone_is_something_else(photos: Path, tmp_path: Path) -> None:
    """The comparison above can fail."""
    runs = [tmp_path / "one", tmp_path / "half"]
    for run, batch in zip(runs, (4, 2), strict=True):
        settings = config(optimiser="adam", lr=1e-3, log_every=1, amp="off", batch=batch)
        train(request(photos, run, settings), Progress())
    assert losses(runs[1]) != pytest.approx(losses(runs[0]), rel=1e-2)


def test_a_batch_that_cannot_be_shared_is_refused(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a batch of 3 cannot be shared by 2 devices"):
        train(request(photos, tmp_path / "run", config(batch=3), devices=2), Progress())
    assert not (tmp_path / "run").exists()


def test_one_process_is_a_group_too() -> None:
    gradient, alone = torch.ones(2), Alone()
    alone.average([gradient])
    assert torch.equal(gradient, torch.ones(2))
    assert alone.agree(0.5, 2) == (0.5, 2)
    assert alone.share("x") == "x"
    assert [own_device(name, 3) for name in ("cpu", "cuda:0", "mps")] == ["cpu", "cuda:3", "mps"]


def test_sigterm_saves_and_a_kill_loses_no_more_than_since_the_last_checkpoint(
    photos: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with started(photos, run) as process:
        wait_for(run / "log.jsonl", process)
        process.terminate()
        _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    stopped = saved(run)
    assert stopped >= lines(run)[-1]["iteration"]
    with started(photos, run, "--resume") as process:
        while saved(run) < stopped + 50:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        time.sleep(0.2)
        process.kill()
    reached = saved(run)
    assert reached % 50 == 0
    assert lines(run)[-1]["iteration"] < reached + 50 + 5
    trained = train(asked_for("fsrcnn", [f"iterations={reached + 5}"], (), run, True), Progress())
    assert trained is not None
    assert [line["iteration"] for line in lines(run) if "psnr" in line][-1] == reached + 5


def started(photos: Path, run: Path, *more: str) -> subprocess.Popen[str]:
    """A long run in a process of its own, as a person starts it."""
    small = ("options.d=4", "options.s=2", "options.m=1", "batch=2", "patch=8", "log_every=5")
    words = [f"--set={word}" for word in (*small, "validate_every=50", "keep=best")]
    command = ["-m", "srstudio", "train", "fsrcnn", "--out", str(run)]
    return subprocess.Popen(
        [sys.executable, *command, *(more or (f"--data={photos}", *words))],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)


def saved(run: Path) -> int:
    """The step of the last checkpoint."""
    return int(torch.load(run / "state.pt", weights_only=True)["course"]["iteration"])
