"""The weights that a training run has written, as models that can be compared and installed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srstudio.core.errors import InputError
from srstudio_models import ModelSpec
from srstudio_models.catalog import spec_of
from srstudio_models.checkpoints.header import read_about

SUFFIX = ".safetensors"
# What a run keeps where it does not keep every step.
_NAMED = ("best", "last")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights that a run has written.

    Attributes:
        run: Name of the run.
        path: The file.
        step: After how many steps; None where the file does not say (`best`, `last`).
    """

    run: str
    path: Path
    step: int | None

    @property
    def moment(self) -> str:
        """`step 4,000`, or `best`."""
        return self.path.stem if self.step is None else f"step {self.step:,}"

    @property
    def title(self) -> str:
        """What a person reads for its pictures."""
        return f"{self.run}, {self.moment}"

    @property
    def patches(self) -> Path | None:
        """The picture of what it makes of validation patches; None where there is none."""
        if self.step is None:
            return None
        return self.path.parent.parent / "patches" / f"{self.step:08d}.png"


def find(folder: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints of a run, the oldest first: of every validated step, or the best and last."""
    run = folder.name
    steps = sorted(path for path in folder.glob(f"steps/*{SUFFIX}") if path.stem.isdigit())
    if steps:
        return tuple(Checkpoint(run, path, int(path.stem)) for path in steps)
    named = (folder / f"{name}{SUFFIX}" for name in _NAMED)
    return tuple(Checkpoint(run, path, None) for path in named if path.is_file())


def describe(checkpoint: Checkpoint, known: Mapping[str, ModelSpec]) -> ModelSpec:
    """A checkpoint as a model; all checkpoints of a run have the same id.

    Reads the file, but for its checksum only: no torch is needed.

    Args:
        checkpoint: Of a run.
        known: Models by id, for pipelines of which the run has trained the second step.

    Raises:
        InputError: if it cannot be used.
    """
    path, row = checkpoint.path, read_about(checkpoint.path)
    if row is None:
        raise InputError(f"{path} is not a weight file", "choose another step")
    own = {"id": checkpoint.run, "title": checkpoint.title, "file": str(path.resolve())}
    try:
        spec = spec_of({**row, **own, "sha256": _sha256(path)}, known)
    except KeyError as key:
        raise InputError(f"{path.name} needs the model {key}, which is not there") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from None
    return replace(spec, id=id_of(checkpoint.run, spec.scales))


def id_of(run: str, scales: tuple[int, ...]) -> str:
    """The id of a run's models: `run_3-x2`; none of the catalogue begins so."""
    name = re.sub(r"[^a-z0-9]+", "_", run.lower()).strip("_")
    name = name if name.startswith("run") else f"run_{name}"
    return f"{name}-x{scales[0]}" if len(scales) == 1 else name


def model_id(checkpoint: Checkpoint, spec: ModelSpec) -> str:
    """The id under which a checkpoint is installed: `fsrcnn-x2-run-3-step-4000`.

    Args:
        checkpoint: Of a run.
        spec: What `describe` says of it.
    """
    scale = f"-x{spec.scales[0]}" if len(spec.scales) == 1 else ""
    moment = checkpoint.path.stem if checkpoint.step is None else f"step-{checkpoint.step}"
    run = re.sub(r"[^a-z0-9]+", "-", checkpoint.run.lower()).strip("-")
    return f"{spec.network}{scale}-{run or 'run'}-{moment}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
