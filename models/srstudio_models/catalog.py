"""The catalogue: which models exist, where their weights come from, how good they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from srstudio_models.chains import cascade, two_step, with_ensemble, without_scale
from srstudio_models.registry import REGISTRY
from srstudio_models.spec import ModelSpec, Quality, scales_text


class Catalog:
    """Model specs by id, in the order of `catalog.toml`."""

    def __init__(self, specs: Iterable[ModelSpec]) -> None:
        self._specs: dict[str, ModelSpec] = {}
        for spec in specs:
            if spec.id in self._specs:
                raise ValueError(f"the model {spec.id!r} is in the catalogue twice")
            self._specs[spec.id] = spec

    def __iter__(self) -> Iterator[ModelSpec]:
        return iter(self._specs.values())

    def __len__(self) -> int:
        return len(self._specs)

    def __getitem__(self, model_id: str) -> ModelSpec:
        return self._specs[model_id]

    def find(self, name: str, scale: int | None = None) -> ModelSpec:
        """The model a person means by an id (`fsrcnn-x4`) or a network name and a scale.

        A `+` at the end asks for the self-ensemble. A scale that the network has no weights for
        is made in several steps (`fsrcnn` at x16 is x4 and x4).

        Raises:
            LookupError: if nothing fits; the sentence names what there is.
        """
        if name.endswith("+"):
            return with_ensemble(self.find(name[:-1], scale))
        exact = self._specs.get(name)
        if exact is not None:
            if scale is None or scale in exact.scales:
                return exact
            raise LookupError(f"{name} makes {scales_text(exact.scales)}, not x{scale}")
        family = self._family(name)
        fitting = [s for s in family if scale is None or scale in s.scales]
        if fitting:
            return fitting[0]
        assert scale is not None
        made = cascade(family, scale, self["bicubic"]) if "bicubic" in self._specs else None
        if made is None:
            scales = tuple(sorted({n for s in family for n in s.scales}))
            raise LookupError(f"{name} makes {scales_text(scales)}, not x{scale}")
        return made

    def _family(self, name: str) -> list[ModelSpec]:
        """The models of a network, or of a variant, that differ in nothing but the scale."""
        family = [s for s in self if name in (s.network, without_scale(s.id))]
        if not family:
            raise LookupError(f"there is no model {name!r}; there are {', '.join(self._specs)}")
        variant = without_scale(family[0].id)
        return [s for s in family if without_scale(s.id) == variant]


def spec_of(row: Mapping[str, Any], known: Mapping[str, ModelSpec]) -> ModelSpec:
    """The spec of a row of the catalogue.

    Args:
        row: As in `catalog.toml`; `first` names the model of step 1 of a two-step pipeline.
        known: The models listed before, by id.
    """
    network = REGISTRY[row["network"]]
    options = {**network.defaults, **row.get("options", {})}
    spec = ModelSpec(
        id=row["id"],
        network=network.name,
        title=row["title"],
        descriptor=network.describe(**options),
        options=options,
        parameters=row.get("parameters", 0),
        file=row.get("file"),
        sha256=row.get("sha256"),
        licence=row.get("licence", "Apache-2.0"),
        training=row.get("training", ""),
        quality=tuple(Quality(**quality) for quality in row.get("quality", [])),
        accepts=row.get("accepts", ""),
    )
    return two_step(known[row["first"]], spec) if "first" in row else spec


@cache
def read_catalog() -> Catalog:
    """The catalogue that ships with the package."""
    text = (resources.files("srstudio_models") / "catalog.toml").read_text(encoding="utf-8")
    specs: dict[str, ModelSpec] = {}
    for row in tomllib.loads(text)["model"]:
        specs[row["id"]] = spec_of(row, specs)
    return Catalog(specs.values())
