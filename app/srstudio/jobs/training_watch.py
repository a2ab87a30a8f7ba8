"""Looks after training runs, whoever started them: what is new in their folders."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from srstudio.core.errors import UsageError
from srstudio.jobs import checkpoints, training
from srstudio.jobs.checkpoints import Checkpoint
from srstudio.jobs.training_log import Curves, LogReader
from srstudio.jobs.training_process import processes
from srstudio.jobs.training_runs import Snapshot, find_state
from srstudio.training.recipes import recipe

# Looking at every process of the machine is the only slow part of it.
_SEARCH_SECONDS = 3.0


class RunReader:
    """Reads the folder of a run again and again, each time only what is new.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = LogReader(folder / training.LOG)
        self._curves = Curves()
        self._about: dict[str, Any] = {}
        self._checkpoints: tuple[Checkpoint, ...] = ()

    def read(self, alive: bool) -> Snapshot:
        """The run as it is now.

        Args:
            alive: Whether there is a process.
        """
        if alive or not self._about:
            self._about = training.about(self.folder) or _as_ordered(self.folder)
        if self._log.read():
            self._curves = self._log.curves()
            self._checkpoints = checkpoints.find(self.folder)
        config: Mapping[str, Any] = self._about.get("config", {})
        iterations = int(config.get("iterations", 0))
        state, cause = find_state(self.folder, alive, self._curves, iterations)
        return Snapshot(
            self.folder,
            recipe=self._about.get("recipe", ""),
            config=config,
            data=tuple(self._about.get("data", ())),
            valid=self._about.get("valid") or "",
            state=state,
            cause=cause,
            curves=self._curves,
            checkpoints=self._checkpoints,
        )


def _as_ordered(folder: Path) -> dict[str, Any]:
    """What a run says of itself as soon as it has begun, from what it was told."""
    order = training.ordered(folder)
    if order is None:
        return {}
    made = {"recipe": order.recipe, "data": order.data, "valid": order.valid}
    try:
        config = recipe(order.recipe, list(order.assignments))
    except UsageError:  # of another version
        return made
    return {**made, "config": msgspec.to_builtins(config)}


class Watcher:
    """Reads runs, for one thread at a time."""

    def __init__(self) -> None:
        self._readers: dict[Path, RunReader] = {}
        self._processes: dict[Path, psutil.Process] = {}
        self._searched = float("-inf")

    def poll(self, folders: Sequence[Path], search: bool = False) -> tuple[Snapshot, ...]:
        """The runs as they are now, in the same order.

        Args:
            folders: Of the runs.
            search: Look for processes now, for one may just have begun.
        """
        self._look_for_processes(search)
        self._readers = {f: self._readers.get(f) or RunReader(f) for f in folders}
        return tuple(reader.read(f in self._processes) for f, reader in self._readers.items())

    def _look_for_processes(self, search: bool) -> None:
        now = time.monotonic()
        if search or now - self._searched > _SEARCH_SECONDS:
            self._searched, self._processes = now, processes()
        else:
            self._processes = {f: p for f, p in self._processes.items() if _runs(p)}


def _runs(process: psutil.Process) -> bool:
    """Whether a process has not ended; one that only waits to be forgotten has."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
