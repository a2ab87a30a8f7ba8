"""Whether a run can begin: what has to be looked up on the disk or in the networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from srstudio.core.errors import StudioError, UsageError
from srstudio.jobs.training import Order, refuse_used
from srstudio.jobs.training_form import Draft
from srstudio.jobs.warmup import import_torch
from srstudio.training.config import TrainConfig
from srstudio_models import ModelFileError

Part = Literal["config", "data", "valid", "out"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it.

    Attributes:
        problems: What is wrong, by part.
        found: What there is to learn from, in words.
    """

    problems: Mapping[Part, str]
    found: str = ""


def check(draft: Draft, order: Order) -> Checked:
    """Look at the folders, and whether the values go together; slow, and imports torch.

    Args:
        draft: Each of its values is right for itself.
        order: What would be started.
    """
    import_torch()
    problems: dict[Part, str] = {}
    found = ""
    with _noted("config", problems):
        config = draft.config
        moving = _moving(config)
        found = _find(order, config, moving, problems)
    with _noted("out", problems):
        refuse_used(order)
    return Checked(problems, "" if problems else found)


@contextmanager
def _noted(part: Part, problems: dict[Part, str]) -> Iterator[None]:
    """Note what goes wrong as a sentence."""
    try:
        yield
    except (StudioError, ModelFileError) as error:
        problems[part] = _sentence(str(error))


def _sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _moving(config: TrainConfig) -> bool:
    """Whether a configuration learns from clips.

    Raises:
        UsageError: if its values contradict each other.
        ModelFileError: if it names a weight file that cannot be used.
    """
    from srstudio.training.models import first_of, fresh, spec_of
    from srstudio.training.schedules import schedule_of
    from srstudio.training.transfer import weights_to_start_from

    spec = spec_of(config)
    fresh(spec)
    first_of(config)
    schedule_of(config)
    if config.start_from:
        weights_to_start_from(config.start_from)
    return spec.descriptor.frames != "single"


def _find(order: Order, config: TrainConfig, moving: bool, problems: dict[Part, str]) -> str:
    """What there is to learn from and to validate on, in words."""
    from srstudio.training.sources import find_data, find_validation

    valid = Path(order.valid) if order.valid else None
    if valid is not None:
        with _noted("valid", problems):
            find_validation(valid, config.scales, moving)
    notes: list[str] = []
    with _noted("data", problems):
        if not order.data:
            raise UsageError("there is nothing to learn from", "add a folder of pictures")
        folders = [Path(folder) for folder in order.data]
        data = find_data(folders, None if "valid" in problems else valid, config.scales, moving)
        notes += data.notes
        notes += [f"{len(data.valid)} to validate on"] if valid is not None else []
    return _sentence("; ".join(notes))
