"""What a run leaves behind: configuration, log, weights, pictures, and the state to go on from."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from srstudio.core.errors import InputError, OutputError
from srstudio.core.files import write_bytes
from srstudio_models.loader import dump
from srstudio_models.spec import ModelSpec

Line = Mapping[str, float | int | str]


class RunFolder:
    """The files of one training run.

    `config.json` says what was asked for, `log.jsonl` what happened, `state.pt` holds what a
    resumed run needs; `best`, `last` and `steps/<step>` are weights, `patches/<step>.png` pictures.

    Args:
        path: The folder; made when something is written.
        resume: Whether to go on with the run that is there.

    Raises:
        InputError: if there is a run already and `resume` is not set.
    """

    def __init__(self, path: Path, resume: bool) -> None:
        self.path = path
        self._log, self._state = path / "log.jsonl", path / "state.pt"
        self._about = path / "config.json"
        if not resume and (self._log.exists() or self._about.exists()):
            raise InputError(f"{path} holds a run already", "add --resume or choose another folder")

    @property
    def control(self) -> Path:
        """The file by which a run is told to pause or stop."""
        return self.path / "control"

    def save_about(self, about: Mapping[str, Any]) -> None:
        """Write `config.json`."""
        text = json.dumps(about, indent=2) + "\n"
        write_bytes(self._about, text.encode(), overwrite=True)

    def about(self) -> dict[str, Any] | None:
        """What `config.json` says; None where there is no run.

        Raises:
            InputError: if it is damaged.
        """
        try:
            about = json.loads(self._about.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise InputError(f"{self._about} cannot be read ({error})") from None
        return about if isinstance(about, dict) else None

    def log(self, line: Line) -> None:
        """Append one line to `log.jsonl`; what is not a number is written as null."""
        values = {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in line.items()
        }
        try:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(values) + "\n")
        except OSError as error:
            raise OutputError(f"{self._log} cannot be written: {error.strerror}") from error

    def rewind(self, iteration: int) -> None:
        """Drop the lines of the log after a step, which a resumed run writes again."""
        if not self._log.exists():
            return
        lines = self._log.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if _iteration(line) <= iteration]
        write_bytes(self._log, "".join(kept).encode(), overwrite=True)

    def save_weights(self, name: str, module: nn.Module, spec: ModelSpec) -> Path:
        """Write `name.safetensors`; the name may begin with a folder."""
        path = self.path / f"{name}.safetensors"
        write_bytes(path, dump(module, spec), overwrite=True)
        return path

    def save_state(self, state: dict[str, Any]) -> None:
        """Write what a resumed run needs."""
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_bytes(self._state, buffer.getvalue(), overwrite=True)

    def load_state(self) -> dict[str, Any] | None:
        """The last saved state, None where the run did not get that far.

        Raises:
            InputError: if it is damaged.
        """
        if not self._state.exists():
            return None
        try:
            state: dict[str, Any] = torch.load(self._state, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises many kinds
            raise InputError(f"{self._state} is damaged ({error})", "start another run") from error
        return state


def _iteration(line: str) -> float:
    """The step of a line of the log; infinite where a crash has cut it off."""
    try:
        return float(json.loads(line)["iteration"])
    except (ValueError, KeyError, TypeError):
        return math.inf
