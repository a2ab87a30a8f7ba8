"""From the name that a person or an order gives to a model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from srstudio.core.errors import UsageError
from srstudio.settings.models import available_catalog
from srstudio_models import ModelSpec
from srstudio_models.chains import LARGEST_SCALE, with_ensemble
from srstudio_models.spec import scales_text

WEIGHT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
ENSEMBLE = "+"


def find_model(name: str, scale: int | None) -> ModelSpec:
    """The model that `name` stands for.

    Args:
        name: An id, a network, or a weight file of any layout; with a `+` at the end, the
            self-ensemble of it.
        scale: Factor it has to make; None where the name says it.

    Raises:
        UsageError: if there is none, or it has no self-ensemble.
        ModelFileError: if the weight file cannot be used.
    """
    try:
        if not _is_file(name):
            return available_catalog().find(name, scale)
        spec = _from_file(Path(name.removesuffix(ENSEMBLE)), scale)
        return with_ensemble(spec) if name.endswith(ENSEMBLE) else spec
    except LookupError as error:
        raise UsageError(str(error), "`srstudio models` lists them") from None


def smallest_scale(name: str, needed: int) -> tuple[ModelSpec, int]:
    """The smallest factor from `needed` on that a model makes without resampling.

    Raises:
        UsageError: if there is none.
        ModelFileError: if the weight file cannot be used.
    """
    for factor in _factors(name, needed):
        try:
            spec = find_model(name, factor)
        except UsageError:
            continue
        if all(stage.scale >= 1 for stage in spec.stages):
            return spec, factor
    raise UsageError(f"{name} does not reach x{needed}", "choose a smaller size, or another model")


def _factors(name: str, needed: int) -> Iterable[int]:
    if _is_file(name):
        return [scale for scale in find_model(name, None).scales if scale >= needed]
    return range(needed, LARGEST_SCALE + 1)


def _is_file(name: str) -> bool:
    return Path(name.removesuffix(ENSEMBLE)).suffix.lower() in WEIGHT_SUFFIXES


def _from_file(path: Path, scale: int | None) -> ModelSpec:
    from srstudio_models.loader import describe

    spec = describe(path)
    if scale is not None and scale not in spec.scales:
        raise UsageError(f"{path} makes {scales_text(spec.scales)}, not x{scale}")
    return spec
