"""From the words a person types to models: an id, a network, or a weight file."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from srstudio.core.errors import UsageError
from srstudio.jobs.models import ENSEMBLE, find_model
from srstudio_models import ModelSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """A model under the name by which it was asked for."""

    name: str
    spec: ModelSpec


def choose(name: str, scale: int | None) -> Choice:
    """The model that `name` stands for.

    Args:
        name: An id, a network, or a weight file of any layout; with a `+` at the end, the
            self-ensemble of it.
        scale: Factor it has to make; None where the name says it.

    Raises:
        UsageError: if there is none, or it has no self-ensemble.
        ModelFileError: if the weight file cannot be used.
    """
    return Choice(name, find_model(name, scale))


def choose_all(names: str, scale: int | None) -> list[Choice]:
    """The models of a list with commas, in its order, each once.

    Raises:
        UsageError: if one does not exist, or the list is empty.
    """
    words = dict.fromkeys(word.strip() for word in names.split(",") if word.strip())
    if not words:
        raise UsageError("no model was named", "give one or more, as in --models raw,fsrcnn")
    return [choose(word, scale) for word in words]


def choose_scale(choice: Choice, scale: int | None) -> int:
    """The factor: as asked for, or the only one that an id or a weight file has.

    Raises:
        UsageError: if none was asked for and the name leaves it open.
    """
    if scale is not None:
        return scale
    network = choice.spec.network
    if len(choice.spec.scales) == 1 and choice.name.removesuffix(ENSEMBLE) != network:
        return choice.spec.scales[0]
    raise UsageError(f"{choice.name} needs a scale", "give it with -s, as in -s 2")


def factor(text: str) -> int:
    """An argument that is a scale: `4` or `x4`, at least 1.

    Raises:
        argparse.ArgumentTypeError: if it is not.
    """
    digits = text.lower().strip("x")
    if not digits.isdecimal() or int(digits) < 1:
        raise argparse.ArgumentTypeError(f"a scale is a whole number such as 2, not {text!r}")
    return int(digits)
