"""The training runs that are known: where they are, how they are, and how they differ."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from srstudio.core.files import write_bytes
from srstudio.jobs import training
from srstudio.jobs.checkpoints import Checkpoint
from srstudio.jobs.training_log import Curves

ENVIRONMENT = "SRSTUDIO_RUNS"
_LIST = "runs.json"


def runs_folder() -> Path:
    """Where new runs go, and where it is written which there are: `$SRSTUDIO_RUNS`, or as usual."""
    override = os.environ.get(ENVIRONMENT)
    if override:
        return Path(override)
    return platformdirs.user_data_path("srstudio", appauthor=False) / "runs"


def known_runs(home: Path | None = None) -> tuple[Path, ...]:
    """Folders of the runs in the list, the newest first."""
    try:
        names = msgspec.json.decode(((home or runs_folder()) / _LIST).read_bytes(), type=list[str])
    except (OSError, msgspec.DecodeError):
        return ()
    return tuple(map(Path, names))


def remember_run(folder: Path, home: Path | None = None) -> None:
    """Put a run at the head of the list.

    Raises:
        OutputError: if the list cannot be written.
    """
    folder = folder.resolve()
    others = (known for known in known_runs(home) if known != folder)
    _write_list([folder, *others], home)


def forget_run(folder: Path, home: Path | None = None) -> None:
    """Take a run out of the list; its files stay.

    Raises:
        OutputError: if the list cannot be written.
    """
    _write_list([known for known in known_runs(home) if known != folder], home)


def free_name(home: Path | None = None) -> str:
    """A name for the next run: `run 3`."""
    folder, number = home or runs_folder(), 1
    while (folder / f"run {number}").exists():
        number += 1
    return f"run {number}"


class State(Enum):
    """How a run is, as a person reads it."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self not in (State.FINISHED, State.STOPPED, State.FAILED)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A run as it was found.

    Attributes:
        folder: Its folder.
        recipe: Name of the recipe; empty where nobody knows.
        config: Its configuration, empty as long as it has not been written.
        data: Folders of training data.
        valid: Folder to validate on; empty where some of the data is held out.
        state: How it is.
        cause: Why it failed.
        curves: What its log says.
        checkpoints: The weights it has written, the oldest first.
    """

    folder: Path
    recipe: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    valid: str = ""
    state: State = State.STOPPED
    cause: str = ""
    curves: Curves = field(default_factory=Curves)
    checkpoints: tuple[Checkpoint, ...] = ()

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.folder.name

    @property
    def iterations(self) -> int:
        """How many steps it is to make; 0 if that is not known."""
        return int(self.config.get("iterations", 0))

    @property
    def scales(self) -> str:
        """Its scales as text."""
        return ", ".join(f"x{scale}" for scale in self.config.get("scales", ()))

    @property
    def fraction(self) -> float:
        """How far it has come."""
        return min(self.curves.step / self.iterations, 1.0) if self.iterations else 0.0

    @property
    def speed(self) -> float | None:
        """Steps a second, lately."""
        speeds = self.curves.iterations_per_second
        return float(speeds[-1]) if speeds.size and speeds[-1] > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes; None if that is not known."""
        if self.speed is None or not self.iterations:
            return None
        return (self.iterations - self.curves.step) / self.speed


def differences(runs: Sequence[Snapshot]) -> dict[str, tuple[Any, ...]]:
    """What runs were told that is not the same for all: the values of each, by key."""
    tables = [{"recipe": r.recipe, "data": r.data, "valid": r.valid, **r.config} for r in runs]
    keys = dict.fromkeys(key for table in tables for key in table)
    rows = {key: tuple(table.get(key) for table in tables) for key in keys}
    return {key: row for key, row in rows.items() if any(value != row[0] for value in row)}


def find_state(folder: Path, alive: bool, curves: Curves, iterations: int) -> tuple[State, str]:
    """How a run is, and why it failed if it has.

    Args:
        folder: Its folder.
        alive: Whether there is a process.
        curves: What its log says.
        iterations: How many steps it is to make.
    """
    word = training.told(folder)
    if alive:
        if word == "stop":
            return State.STOPPING, ""
        if curves.paused:
            return State.PAUSED, ""
        if word == "pause":
            return State.PAUSING, ""
        return (State.RUNNING if curves.steps.size else State.PREPARING), ""
    if iterations and curves.validated.size and curves.validated[-1] >= iterations:
        return State.FINISHED, ""
    return _ended(training.last_words(folder), word)


def _ended(sentence: str | None, word: str) -> tuple[State, str]:
    """How a run is whose process is gone before its last step."""
    if sentence is None or sentence == "Cancelled." or word == "stop":
        return State.STOPPED, ""
    gone = "Its process was ended from outside; resuming it goes on from the last checkpoint."
    return State.FAILED, sentence or gone


def _write_list(folders: Sequence[Path], home: Path | None) -> None:
    content = msgspec.json.format(msgspec.json.encode([str(folder) for folder in folders]))
    write_bytes((home or runs_folder()) / _LIST, content, overwrite=True)
