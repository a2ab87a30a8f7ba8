"""From the words a person types to models: an id, a network, or a weight file."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from srstudio.core.errors import UsageError
from srstudio.settings.models import available_catalog
from srstudio_models import ModelSpec
from srstudio_models.chains import with_ensemble
from srstudio_models.spec import scales_text

WEIGHT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
ENSEMBLE = "+"


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
    path = Path(name.removesuffix(ENSEMBLE))
    try:
        if path.suffix.lower() not in WEIGHT_SUFFIXES:
            return Choice(name, available_catalog().find(name, scale))
        spec = _from_file(path, scale)
        return Choice(name, with_ensemble(spec) if name.endswith(ENSEMBLE) else spec)
    except LookupError as error:
        raise UsageError(str(error), "`srstudio models` lists them") from None


def _from_file(path: Path, scale: int | None) -> ModelSpec:
    from srstudio_models.loader import describe

    spec = describe(path)
    if scale is not None and scale not in spec.scales:
        raise UsageError(f"{path} makes {scales_text(spec.scales)}, not x{scale}")
    return spec


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
