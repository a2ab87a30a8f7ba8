"""Exports for tests: small clips, an engine that counts, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_control import Control
from srstudio.jobs.export_job import export
from srstudio.jobs.export_status import Report
from srstudio_models.loader import LoadedModel, load
from srstudio_models.spec import Descriptor, ModelSpec

SEGMENT = 4


class Mean(nn.Module):
    """Repeats the pixels of the mean of all frames it sees, or of each and the one before."""

    def __init__(self, frames: str, before: Callable[[], None]) -> None:
        super().__init__()
        self.frames, self.before = frames, before

    def forward(self, x: Tensor) -> Tensor:
        self.before()
        if self.frames == "sliding":
            x = x.mean(dim=1)
        elif self.frames == "recurrent":
            x = torch.stack([x[:, : n + 1].mean(dim=1) for n in range(x.shape[1])], dim=1)
        return x.repeat_interleave(2, -1).repeat_interleave(2, -2)


@dataclass
class Engine:
    """A network of two times the size, what it was asked, and what happens before it runs."""

    frames: Any = "single"
    runs: int = 0
    before: Callable[[int], None] = lambda _: None
    forgotten: list[int] = field(default_factory=list)

    @property
    def spec(self) -> ModelSpec:
        window = {"single": 1, "sliding": 3, "recurrent": 5}[self.frames]
        descriptor = Descriptor(scales=(2,), frames=self.frames, window=window)
        return ModelSpec("mean", "mean", "Mean", descriptor)

    def make(self, *_: object) -> Upscaler:
        runtime = Runtime(Device("cpu", "CPU", "cpu", 1 << 30), "exact", self._load)
        forget = runtime.forget

        def counted() -> None:
            self.forgotten.append(self.runs)
            forget()

        runtime.forget = counted  # type: ignore[method-assign]
        return Upscaler(runtime)

    def _load(self, spec: ModelSpec, device: str) -> LoadedModel:
        return LoadedModel(spec, Mean(self.frames, self._run)) if spec == self.spec else load(spec)

    def _run(self) -> None:
        self.before(self.runs)
        self.runs += 1


def settings(source: Path, output: Path, **others: Any) -> ExportSettings:
    chosen = {"model": "raw", "scale": 1, "codec": "ffv1", "segment": SEGMENT, **others}
    return ExportSettings(source=str(source), output=str(output), **chosen)


def done(source: Path, output: Path, resume: bool = False, **others: Any) -> Report:
    """The report of an export that is done."""
    control = Control()
    export(settings(source, output, **others), control, resume=resume)
    return control.board.report()


def hidden(folder: Path) -> list[str]:
    """What is left in a folder that is not to be seen."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
