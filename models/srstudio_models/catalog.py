"""The catalogue: which models exist, where their weights come from, how good they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from srstudio_models.chains import cascade, two_step, with_ensemble, without_scale
from srstudio_models.registry import REGISTRY
from srstudio_models.spec import ModelSpec, Quality, scales_text

Row = Mapping[str, Any]
# What stays of a shipped row whose weights a person has replaced.
_KEPT = ("title", "accepts", "first", "scales")


@cache
def _weights_folder() -> Path:
    return Path(str(resources.files("srstudio_models"))) / "weights"


def weights_path(spec: ModelSpec) -> Path:
    """Where the weights of a spec lie or would lie: in the package, or at its own absolute path."""
    assert spec.file is not None
    return _weights_folder() / spec.file


def installed(spec: ModelSpec) -> bool:
    """Whether a model can run here: it needs no weights, or all its weight files are there."""
    if spec.stages:
        return all(installed(stage.spec) for stage in spec.stages)
    return spec.file is None or weights_path(spec).is_file()


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
        is made in several steps (`fsrcnn` at x16 is x4 and x4). Of several that fit, one whose
        weights are installed is taken.

        Raises:
            LookupError: if nothing fits; the sentence names what there is.
        """
        if name.endswith("+"):
            return with_ensemble(self.find(name[:-1], scale))
        exact = self._specs.get(name)
        if exact is not None and scale is not None and scale not in exact.scales:
            raise LookupError(f"{name} makes {scales_text(exact.scales)}, not x{scale}")
        # Where weights for every scale are not there, some for this one may be (`srcnn-x2`).
        if exact is not None and (scale is None or installed(exact) or name != exact.network):
            return exact
        named = self._named(name)
        fitting = [s for s in named if scale is None or scale in s.scales]
        if fitting:
            return next(filter(installed, fitting), fitting[0])
        assert scale is not None
        family = _alike(list(filter(installed, named)) or named)
        made = cascade(family, scale, self["bicubic"]) if "bicubic" in self._specs else None
        if made is None:
            scales = tuple(sorted({n for s in named for n in s.scales}))
            raise LookupError(f"{name} makes {scales_text(scales)}, not x{scale}")
        return made

    def _named(self, name: str) -> list[ModelSpec]:
        """The models of a network or of a variant."""
        named = [s for s in self if name in (s.network, without_scale(s.id))]
        if not named:
            raise LookupError(f"there is no model {name!r}; there are {', '.join(self._specs)}")
        return named


def _alike(specs: list[ModelSpec]) -> list[ModelSpec]:
    """Those that differ from the first in nothing but the scale."""
    variant = without_scale(specs[0].id)
    return [s for s in specs if without_scale(s.id) == variant]


def spec_of(row: Row, known: Mapping[str, ModelSpec]) -> ModelSpec:
    """The spec of a row of the catalogue.

    Args:
        row: As in `catalog.toml`; `first` names the model of step 1 of a two-step pipeline,
            `scales` those that weights were made for, out of those that the network takes.
        known: The models listed before, by id.
    """
    network = REGISTRY[row["network"]]
    options = {**network.defaults, **row.get("options", {})}
    descriptor = network.describe(**options)
    spec = ModelSpec(
        id=row["id"],
        network=network.name,
        title=row.get("title", row["id"]),
        descriptor=replace(descriptor, scales=tuple(row.get("scales", descriptor.scales))),
        options=options,
        parameters=row.get("parameters", 0),
        file=row.get("file"),
        sha256=row.get("sha256"),
        licence=row.get("licence", ""),
        training=row.get("training", ""),
        quality=tuple(Quality(**quality) for quality in row.get("quality", [])),
        accepts=row.get("accepts", ""),
        degradation=row.get("degradation", "bicubic"),
        suits=row.get("suits", ""),
    )
    return two_step(known[row["first"]], spec) if "first" in row else spec


@cache
def read_catalog() -> Catalog:
    """The catalogue that ships with the package."""
    return catalog_with([])


def catalog_with(installed_rows: Iterable[Row]) -> Catalog:
    """The catalogue that ships with the package, and the models that a person has installed.

    Args:
        installed_rows: As in `catalog.toml`, with an absolute path as `file`. One with the id and
            the network of a shipped row takes its place; one with the id alone is left out, and
            so is one whose `first` there is not.
    """
    rows = {row["id"]: row for row in _shipped_rows()}
    for row in installed_rows:
        shipped = rows.get(row["id"], row)
        if shipped["network"] == row["network"]:
            rows[row["id"]] = {**row, **{key: shipped[key] for key in _KEPT if key in shipped}}
    specs: dict[str, ModelSpec] = {}
    for model_id, row in rows.items():
        if "first" not in row or row["first"] in specs:
            specs[model_id] = spec_of(row, specs)
    return Catalog(specs.values())


@cache
def _shipped_rows() -> tuple[Row, ...]:
    text = (resources.files("srstudio_models") / "catalog.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return tuple({"suits": _suits(tables, row), **row} for row in tables["model"])


def _suits(tables: Mapping[str, Any], row: Row) -> str:
    """What the models of one name and every scale are meant for."""
    text: str = tables["suits"].get(without_scale(row["id"]), "")
    return text
