"""What a person asks for when a run is to be made or gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from srstudio.core.errors import InputError, UsageError
from srstudio.training.config import FREE_KEYS, TrainConfig, changed, differences
from srstudio.training.recipes import recipe
from srstudio.training.runfolder import RunFolder


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """One run.

    Attributes:
        recipe: Its name.
        config: Its configuration.
        data: Folders of training pictures or clips, each of which gives the same share.
        out: Folder of the run.
        valid: Folder to validate on; None holds some of the training data out.
        device: `cpu`, `mps`, `cuda:0`; with several devices the family counts.
        devices: How many learn together, each in a process of its own.
        fast_half: Whether this CPU computes in bfloat16 natively.
        resume: Whether to go on with the run in `out`.
        tensorboard: Whether event files for TensorBoard are written.
    """

    recipe: str
    config: TrainConfig
    data: tuple[Path, ...]
    out: Path
    valid: Path | None = None
    device: str = "cpu"
    devices: int = 1
    fast_half: bool = False
    resume: bool = False
    tensorboard: bool = False

    def about(self) -> dict[str, Any]:
        """What `config.json` says."""
        return {
            "recipe": self.recipe,
            "data": [str(folder.resolve()) for folder in self.data],
            "valid": None if self.valid is None else str(self.valid.resolve()),
            "config": msgspec.to_builtins(self.config),
        }


def asked_for(
    name: str, assignments: list[str], data: tuple[Path, ...], out: Path, resume: bool, **more: Any
) -> TrainRequest:
    """The request of a recipe with some of its values replaced, or of the run to go on with.

    A resumed run keeps its configuration and its data; what is given besides must agree with
    them, but for the keys that do not change what is learnt (`FREE_KEYS`).

    Args:
        name: Of the recipe.
        assignments: `key=value` each.
        data: Training folders; may be left out of a resumed run.
        out: Folder of the run.
        resume: Whether to go on with the run in `out`.
        more: Other attributes of the request.

    Raises:
        UsageError: if the recipe or a value does not fit, or contradicts the run.
        InputError: if there is a run already, or its configuration is damaged.
    """
    about = RunFolder(out, resume=resume).about() if resume else None
    if about is None:
        if not data:
            raise UsageError("there is nothing to learn from", "give a folder with --data")
        return TrainRequest(name, recipe(name, assignments), data, out, resume=resume, **more)
    saved = _saved_config(about, out)
    config = changed(saved, assignments)
    _check_same(name, about, config, saved)
    _check_data(data, about)
    more["valid"] = Path(about["valid"]) if about.get("valid") else None
    folders = tuple(Path(folder) for folder in about["data"])
    return TrainRequest(name, config, folders, out, resume=True, **more)


def _saved_config(about: dict[str, Any], out: Path) -> TrainConfig:
    try:
        return msgspec.convert(about["config"], TrainConfig)
    except (msgspec.ValidationError, KeyError) as error:
        raise InputError(
            f"{out / 'config.json'} is not a configuration of this version ({error})",
            "start another run with start_from",
        ) from None


def _check_same(name: str, about: dict[str, Any], config: TrainConfig, saved: TrainConfig) -> None:
    if about.get("recipe") != name:
        raise UsageError(
            f"the run is of the recipe {about.get('recipe')!r}, not {name!r}",
            "name that recipe, or choose another folder",
        )
    for key, (ours, theirs) in differences(config, saved).items():
        if key not in FREE_KEYS:
            raise UsageError(
                f"{key} is {theirs} in this run and cannot become {ours}",
                f"leave it out; {', '.join(FREE_KEYS)} can change",
            )


def _check_data(data: tuple[Path, ...], about: dict[str, Any]) -> None:
    given = [str(folder.resolve()) for folder in data]
    if given and given != about["data"]:
        raise UsageError(
            f"the run learns from {', '.join(about['data'])}", "leave --data out, or name the same"
        )
