"""What a run leaves behind: a log, weights, and the state to go on from."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import torch

from srstudio.core.errors import InputError
from srstudio.core.files import write_bytes
from srstudio_models.loader import dump
from srstudio_models.spec import ModelSpec


class RunFolder:
    """The files of one training run.

    Args:
        path: The folder; made if it does not exist.
        resume: Whether to go on with the run that is there.

    Raises:
        InputError: if there is a run already and `resume` is not set.
    """

    def __init__(self, path: Path, resume: bool) -> None:
        self.path = path
        self._log = path / "log.jsonl"
        self._state = path / "state.pt"
        if self._log.exists() and not resume:
            raise InputError(f"{path} holds a run already", "add --resume or choose another folder")
        path.mkdir(parents=True, exist_ok=True)

    def log(self, **values: float | int | str) -> None:
        """Append one line to `log.jsonl`."""
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")

    def save_weights(self, name: str, module: torch.nn.Module, spec: ModelSpec) -> Path:
        """Write `name.safetensors`."""
        path = self.path / f"{name}.safetensors"
        write_bytes(path, dump(module, spec), overwrite=True)
        return path

    def save_state(self, state: dict[str, Any]) -> None:
        """Write what a resumed run needs."""
        buffer = io.BytesIO()
        torch.save(state, buffer)
        write_bytes(self._state, buffer.getvalue(), overwrite=True)

    def load_state(self) -> dict[str, Any] | None:
        """The last saved state, None where the run did not get that far."""
        if not self._state.exists():
            return None
        state: dict[str, Any] = torch.load(self._state, map_location="cpu", weights_only=True)
        return state
