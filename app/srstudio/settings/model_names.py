"""What installed models are called: ids by the catalogue's convention, and titles."""

from __future__ import annotations

import re

from srstudio.core.errors import UsageError
from srstudio_models import REGISTRY, Catalog, ModelSpec

ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")


def find(catalog: Catalog, model_id: str) -> ModelSpec | None:
    """The model of exactly that id."""
    return next((spec for spec in catalog if spec.id == model_id), None)


def alike(one: ModelSpec, other: ModelSpec) -> bool:
    """Whether the weights of one fit into the other."""
    from srstudio_models.checkpoints.options import same

    return same(one.network, one.options, other.network, other.options)


def check_id(name: str, spec: ModelSpec, catalog: Catalog) -> None:
    """Refuse an id that `spec` cannot have.

    Raises:
        UsageError: if it is not one, or that of another network.
    """
    if not ID.fullmatch(name):
        raise UsageError(f"{name!r} is no id", "use lower-case letters, digits, - . and _")
    other = find(catalog, name)
    if other is not None and not alike(other, spec):
        raise UsageError(f"{name} stands for {other.title}, another network", "choose another name")


def usual_id(spec: ModelSpec, catalog: Catalog) -> str:
    """The id of the catalogue's model of this network, or one of the same form."""
    fitting = (each for each in catalog if alike(each, spec) and each.scales == spec.scales)
    row = next(fitting, None)
    if row is not None:
        return row.id
    model_id = _without_variant(spec)
    return model_id if find(catalog, model_id) is None else variant_id(model_id, spec)


def variant_id(model_id: str, spec: ModelSpec) -> str:
    """An id with the name of the file as its variant: `edsr-x2-photo` for `EDSR_x2_photo.pt`."""
    variant = re.sub("[^a-z0-9]+", "-", spec.id.lower()).strip("-")
    return f"{model_id}-{variant.removeprefix(model_id).strip('-') or 'other'}"


def title_of(spec: ModelSpec, model_id: str) -> str:
    """The network's title, the scale if there is but one, and what else the id says."""
    base = _without_variant(spec)
    variant = model_id.removeprefix(base).strip("-") if model_id.startswith(base) else model_id
    scale = f"x{spec.scales[0]}" if len(spec.scales) == 1 else ""
    return " ".join(filter(None, (REGISTRY[spec.network].title, scale, variant)))


def _without_variant(spec: ModelSpec) -> str:
    return spec.network if len(spec.scales) > 1 else f"{spec.network}-x{spec.scales[0]}"
