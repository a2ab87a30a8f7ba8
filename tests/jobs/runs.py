"""Folders of training runs as the trainer leaves them, without any training."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from srstudio.training.recipes import recipe

Line = Mapping[str, Any]

# Stands in for `python -m srstudio train ...`: learns nothing, but obeys, and writes a log.
_STAND_IN = """#!{python} -SE
import json, pathlib, sys, time
words = sys.argv[3:]
out = pathlib.Path(words[words.index("--out") + 1])
(out / "arguments.json").write_text(json.dumps(words))
if "lr=0.5" in words:
    sys.exit("srstudio: the learning rate is too high; lower it.")
(out / "config.json").write_text(json.dumps(
    {{"recipe": words[1], "data": ["a"], "valid": None, "config": {{"iterations": 3}}}}))
step = paused = 0
with (out / "log.jsonl").open("a", buffering=1) as log:
    def say(**line):
        log.write(json.dumps({{"iteration": step, **line}}) + "\\n")
    while step < 3:
        time.sleep(0.02)
        control = out / "control"
        told = control.read_text() if control.exists() else ""
        if told == "stop":
            control.unlink()
            sys.exit("srstudio: Cancelled.")
        if bool(told) != paused:
            paused = bool(told)
            say(event="paused" if paused else "resumed")
        if not paused and (out / "go").exists():
            step += 1
            say(loss=1 / step, lr=0.1, iterations_per_second=2.0, skipped=0)
    say(psnr=30.0, ssim=0.9)
"""


def stand_in(folder: Path) -> Path:
    """A program that can be started in place of Python."""
    path = folder / "stand-in"
    path.write_text(_STAND_IN.format(python=sys.executable))
    path.chmod(0o755)
    return path


def lines(steps: Iterable[int], every: int = 0) -> list[dict[str, Any]]:
    """Lines of a log: at each of these steps, and a validation at each multiple of `every`."""
    written: list[dict[str, Any]] = []
    for step in steps:
        written.append(
            {
                "iteration": step,
                "loss": 1.0 / step,
                "lr": 0.001,
                "iterations_per_second": 4.0,
                "waiting": 0.01,
                "grad_scale": 1.0,
                "skipped": 1,
                "overflow": 2,
            }
        )
        if every and step % every == 0:
            written.append({"iteration": step, "psnr": 30.0 + step, "ssim": 0.9})
    return written


def write_log(folder: Path, log: Iterable[Line]) -> Path:
    """Write `log.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in log))
    return path


def write_run(folder: Path, log: Iterable[Line], **changes: Any) -> Path:
    """Write a run of the short FSRCNN recipe, with some values changed."""
    import msgspec

    write_log(folder, log)
    config = {**msgspec.to_builtins(recipe("fsrcnn-short", [])), **changes}
    about = {"recipe": "fsrcnn-short", "data": ["/data"], "valid": None, "config": config}
    (folder / "config.json").write_text(json.dumps(about))
    return folder
