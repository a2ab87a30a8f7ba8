"""Makes the weights that ship: trains them, measures them, and takes over those that are better.

.venv/bin/python packaging/campaign.py list
.venv/bin/python packaging/campaign.py train MODEL --data DATA --runs RUNS [--set KEY=VALUE ...]
.venv/bin/python packaging/campaign.py publish MODEL --data DATA --runs RUNS

`campaign.toml` says how each is trained. A run is a folder below RUNS, is resumed where there
is one, and is measured with `srstudio evaluate`; it replaces what ships only where it is better in
the mean over all tests. What ships is trained further by a run that has not begun (move the
finished one away) with `--set start_from=FILE --set seed=2 --set warmup=200`: the seed decides what
it is shown, and without a warm-up the first steps can undo everything.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import filmed_clips
import panned_clips
import starts
from srstudio.training.degradations import DEGRADATIONS, Degradation
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.catalog import weights_path
from srstudio_models.loader import dump, read_model
from srstudio_models.spec import Quality

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models" / "srstudio_models"
PLAN = Path(__file__).with_suffix(".toml")
# What half precision may cost before the file is kept in float32.
HALF_LOSS_DB = 0.005

Table = Mapping[str, Any]


def plan() -> Table:
    """What `campaign.toml` says."""
    with PLAN.open("rb") as file:
        return tomllib.load(file)


def weights_of(model: str) -> Table:
    """How one weight file is made.

    Raises:
        SystemExit: if the plan has no such model.
    """
    tables: dict[str, Table] = {table["model"]: table for table in plan()["weights"]}
    if model not in tables:
        sys.exit(f"campaign.toml has no {model}")
    return tables[model]


def train_command(table: Table, data: Path, runs: Path, changes: Sequence[str]) -> list[str]:
    """The command that trains, or goes on; clips that it learns from are made first."""
    run = runs / table["model"]
    if (run / "state.pt").exists():
        return [*_srstudio("train"), table["recipe"], "--out", str(run), "--resume"]
    settings = [f"{key}={_text(value)}" for key, value in table["set"].items()]
    settings.append("scales=" + ",".join(map(str, _spec(table).scales)))
    folders = _ready(plan()["data"][table["data"]], data, runs)
    if "start" in table:
        settings.append(f"start_from={weights_path(read_catalog()[table['start']])}")
    elif "motion" in table or "grafts" in table:
        settings.append(f"start_from={_start(table, data, folders, runs)}")
    command = [*_srstudio("train"), table["recipe"], "--data", *folders]
    command += ["--val", *_ready(_kind(table), data, runs), "--out", str(run)]
    return command + [word for each in (*settings, *changes) for word in ("--set", each)]


def publish(table: Table, data: Path, run: Path) -> str:
    """Measure a run and take over its best weights where they are better; says what was done.

    Raises:
        SystemExit: if it is not meant to ship.
    """
    if "like" in table:
        sys.exit(f"{table['model']} is there for others to start from, and does not ship")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{table['model']}.safetensors"
        sets = _tests(_kind(table), data, run.parent)
        content, quality = _write(table, run, path, half=True), _measure(table, sets, path)
        exact_content, exact = _write(table, run, path, half=False), _measure(table, sets, path)
    if _whole(exact) - _whole(quality) > HALF_LOSS_DB:
        content, quality = exact_content, exact
    ships = MODELS / "weights" / path.name
    shipped = _measure(table, sets, ships) if ships.exists() else ()
    told = (
        f"{table['model']}: {_first(quality):.3f} dB, shipped {_first(shipped):.3f}, "
        f"bar {_mean(table['bars']):.3f}; over all tests {_whole(quality):.3f}, "
        f"shipped {_whole(shipped):.3f}"
    )
    if _whole(quality) <= _whole(shipped):
        return f"{told}: not taken over"
    ships.write_bytes(content)
    _fill_row(table, run, content, quality)
    return f"{told}: taken over"


def _ready(material: Table, data: Path, runs: Path) -> list[str]:
    """Folders as they are, and those of clips, which are made where they are not there yet."""
    ready = [data / folder for folder in material.get("folders", [])]
    for key, make in (("pans", panned_clips.make), ("cuts", filmed_clips.make)):
        for folder, count in material.get(key, {}).items():
            made = runs / "clips" / Path(folder).name
            if not made.exists():
                make(data / folder, made, count, seed=7)
            ready.append(made)
    return [str(folder) for folder in ready]


def _start(table: Table, data: Path, folders: Sequence[str], runs: Path) -> Path:
    """A weight file to start from, made where it is not there yet."""
    path = runs / "starts" / f"{table['model']}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(starts.write_start(table["model"], table, data, folders, runs))
    return path


def _kind(table: Table) -> Table:
    clips = _spec(table).descriptor.frames != "single"
    kind: Table = plan()["kinds"][table.get("kind", "clips" if clips else "pictures")]
    return kind


def _spec(table: Table) -> ModelSpec:
    return read_catalog()[table.get("like", table["model"])]


def _srstudio(verb: str) -> list[str]:
    return [sys.executable, "-m", "srstudio", verb]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(table: Table, run: Path, path: Path, *, half: bool) -> bytes:
    """Write the best weights of a run as a file that ships, and return what it holds."""
    module = read_model(run / "best.safetensors")[1]
    spec = replace(_spec(table), training=_training(table, run))
    content = dump(module.half() if half else module, spec)
    path.write_bytes(content)
    return content


def _training(table: Table, run: Path) -> str:
    """The sentence of the catalogue: data, degradation, iterations, what it began as, date.

    Where the run began as what ships, it says what came after that.
    """
    config, spec = _config(run), _spec(table)
    written = datetime.date.fromtimestamp((run / "best.safetensors").stat().st_mtime).isoformat()
    if spec.training and config["start_from"] == str(weights_path(spec)):
        return f"{spec.training}; then {_iterations(config)}; {written}"
    degraded = _degraded(DEGRADATIONS[config["degradation"]])
    words = [plan()["data"][table["data"]]["text"], degraded, _iterations(config)]
    if config["start_from"]:
        donors = dict.fromkeys(graft[0] for graft in table.get("grafts", []))
        started = [table["start"]] if "start" in table else [_donor(each, run) for each in donors]
        words.append(f"started from {' and '.join(started) or 'an earlier run'}")
    if "motion" in table:
        words.append(f"SPyNet had learnt known motion in {table['motion']:,} steps before")
    return "; ".join([*words, written])


def _donor(model: str, run: Path) -> str:
    """A model that others began as; how it was trained, where it does not ship."""
    if starts.find_shipped(model) is not None:
        return model
    return f"{model} ({_iterations(_config(run.with_name(model)))})"


def _iterations(config: Table) -> str:
    side = config["patch"]
    return (
        f"{config['iterations']:,} iterations of {config['batch']} patches {side}x{side}, "
        f"{config['loss']}, {config['optimiser']} {config['lr']:g}, {config['schedule']}, "
        f"EMA {config['ema']:g}"
    )


def _config(run: Path) -> Table:
    config: Table = json.loads((run / "config.json").read_text(encoding="utf-8"))["config"]
    return config


def _degraded(how: Degradation) -> str:
    """How low resolution was made, in words."""
    words = [
        f"blur up to {how.blur:g} px" * bool(how.blur),
        f"other kernels for a share of {how.resampling:g}" * bool(how.resampling),
        f"noise up to {how.noise:g} of white" * bool(how.noise),
        f"JPEG of quality {how.jpeg} and more" * (how.jpeg is not None),
        f"H.264 up to CRF {how.crf}" * (how.crf is not None),
    ]
    return ", ".join(["MATLAB bicubic", *filter(None, words)])


def _tests(kind: Table, data: Path, runs: Path) -> list[str]:
    """The arguments of `srstudio evaluate` that name the tests of a kind."""
    folders = {name: data / folder for name, folder in kind["tests"].items()}
    for name, video in kind.get("halved", {}).items():
        folders[name] = runs / "clips" / name
        if not folders[name].exists():
            filmed_clips.halve(data / video, folders[name], kind["frames"])
    sets = [word for name, path in folders.items() for word in ("--set", f"{name}={path}")]
    return [*sets, "--degrade", kind["degrade"]] if "degrade" in kind else sets


def _measure(table: Table, sets: Sequence[str], weights: Path) -> tuple[Quality, ...]:
    """Mean PSNR and SSIM on every test and scale, by the published protocol."""
    found = []
    for scale in _spec(table).scales:
        chosen = ["--models", str(weights), "--scale", str(scale), "--json"]
        command = [*_srstudio("evaluate"), *sets, *chosen]
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
        means = json.loads(told)["means"]
        found += [Quality(mean["set"], scale, mean["psnr"], mean["ssim"]) for mean in means]
    return tuple(found)


def _shipped(model: str) -> tuple[Quality, ...]:
    return read_catalog()[model].quality


def _first(quality: Sequence[Quality]) -> float:
    """PSNR on the first test, the mean over the scales; 0 where nothing is known."""
    return _mean([each.psnr for each in quality if each.dataset == quality[0].dataset])


def _whole(quality: Sequence[Quality]) -> float:
    """PSNR, the mean over tests and scales; 0 where nothing is known."""
    return _mean([each.psnr for each in quality])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _fill_row(table: Table, run: Path, content: bytes, quality: Sequence[Quality]) -> None:
    """Write into the catalogue what is known of a new weight file."""
    path = MODELS / "catalog.toml"
    head, *rows = path.read_text(encoding="utf-8").split("[[model]]\n")
    own = f'id = "{table["model"]}"\n'
    rows = [_row(row, table, run, content, quality) if own in row else row for row in rows]
    path.write_text("[[model]]\n".join([head, *rows]), encoding="utf-8")


def _row(row: str, table: Table, run: Path, content: bytes, quality: Sequence[Quality]) -> str:
    kept = row.partition("quality = [")[0].strip().split("\n")
    kept = [line for line in kept if line.split(" ")[0] not in ("sha256", "licence", "training")]
    measured = [
        f'    {{ dataset = "{q.dataset}", scale = {q.scale}, psnr = {q.psnr:.3f}, '
        f"ssim = {q.ssim:.4f} }},"
        for q in quality
    ]
    added = [
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        'licence = "Apache-2.0"',
        f'training = "{_training(table, run)}"',
        "quality = [",
        *measured,
        "]",
    ]
    return "\n".join([*kept, *added]) + "\n\n"


def show() -> None:
    """Every weight file of the plan: what is asked of it, and what ships."""
    for table in plan()["weights"]:
        if "like" in table:
            continue
        bar, shipped = _mean(table["bars"]), _first(_shipped(table["model"]))
        state = f"{shipped:.2f} dB" if shipped else "no weights"
        print(f"{table['model']:22} bar {bar:.2f} dB, ships {state}")


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    for verb in ("train", "publish"):
        words = verbs.add_parser(verb)
        words.add_argument("model")
        words.add_argument("--data", type=Path, required=True)
        words.add_argument("--runs", type=Path, required=True)
    verbs.choices["train"].add_argument("--set", dest="changes", action="append", default=[])
    args = parser.parse_args()
    if args.verb == "list":
        show()
        return 0
    table, run = weights_of(args.model), args.runs / args.model
    if args.verb == "train":
        return subprocess.call(train_command(table, args.data.resolve(), args.runs, args.changes))
    print(publish(table, args.data.resolve(), run))
    return 0


if __name__ == "__main__":
    sys.exit(main())
