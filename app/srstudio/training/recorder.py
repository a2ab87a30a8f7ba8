"""What process 0 does besides learning: it logs, validates and saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from torch import nn

from srstudio.training.config import TrainConfig
from srstudio.training.previews import write_previews
from srstudio.training.runfolder import Line, RunFolder
from srstudio.training.validation import Validation
from srstudio_models.spec import ModelSpec

Listener = Callable[[Line], None]


class Recorder(Protocol):
    """Where a run is written down."""

    def line(self, **values: float | int | str) -> None:
        """Add a line to the log, and tell who listens."""

    def validate(self, module: nn.Module, iteration: int, best: float) -> float:
        """Measure a network and keep its weights; returns the mean PSNR in dB."""

    def save(self, state: dict[str, Any]) -> None:
        """Keep what a resumed run needs."""


class NoRecorder:
    """Of a process that only learns."""

    def line(self, **values: float | int | str) -> None:
        """Nothing."""

    def validate(self, module: nn.Module, iteration: int, best: float) -> float:
        """Nothing; process 0 says what came out."""
        return best

    def save(self, state: dict[str, Any]) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class FolderRecorder:
    """Writes into the folder of the run.

    Attributes:
        folder: The folder.
        config: The run.
        spec: Of the network.
        validation: Measures it.
        listeners: Are told every line of the log.
    """

    folder: RunFolder
    config: TrainConfig
    spec: ModelSpec
    validation: Validation
    listeners: Sequence[Listener] = ()

    def line(self, **values: float | int | str) -> None:
        """Add a line to `log.jsonl`, and tell who listens."""
        self.folder.log(values)
        for listener in self.listeners:
            listener(values)

    def validate(self, module: nn.Module, iteration: int, best: float) -> float:
        """Measure a network and write its weights; returns the mean PSNR in dB."""
        measured, samples = self.validation.run(module)
        if self.config.keep == "all":
            self.folder.save_weights(f"steps/{iteration:08d}", module, self.spec)
        self.folder.save_weights("last", module, self.spec)
        if measured.psnr > best:
            self.folder.save_weights("best", module, self.spec)
        write_previews(samples, self.folder.path / "patches" / f"{iteration:08d}.png")
        self.line(iteration=iteration, **measured.as_line())
        return measured.psnr

    def save(self, state: dict[str, Any]) -> None:
        """Write `state.pt`."""
        self.folder.save_state(state)
