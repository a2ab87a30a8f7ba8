"""Which models there are at a scale: what runs, what lacks its weights; and what ids mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from srstudio_models import Catalog, ModelSpec
from srstudio_models.catalog import installed
from srstudio_models.chains import cascade, with_ensemble, without_scale
from srstudio_models.network import USUAL_SCALES

FURTHER_SCALES = (6, 8, 12, 16, 24, 32, 48, 64)
PLUS = "+"


def family(spec: ModelSpec) -> str:
    """The id without the scale: `fsrcnn` for `fsrcnn-x2`, `fsrcnn+` for its self-ensemble."""
    return without_scale(spec.id)


def has_ensemble(spec: ModelSpec) -> bool:
    """Whether a self-ensemble makes sense: a network, for single pictures, not one already."""
    return spec.parameters > 0 and spec.descriptor.frames == "single" and not spec.ensemble


@dataclass(frozen=True, slots=True)
class Lineup:
    """The models at one scale, each group in the order of the catalogue.

    Attributes:
        references: Ways of resampling, which have nothing to be trained.
        networks: Those whose weights are there.
        missing: Those whose weights are not.
    """

    references: tuple[ModelSpec, ...] = ()
    networks: tuple[ModelSpec, ...] = ()
    missing: tuple[ModelSpec, ...] = ()

    def chosen(self, families: Collection[str]) -> tuple[ModelSpec, ...]:
        """What is shown for these names; a self-ensemble (`edsr+`) comes after its model."""
        usable = (*self.references, *self.networks)
        return tuple(each for spec in usable for each in _named(spec, families))

    def usual(self, as_found: bool) -> tuple[str, ...]:
        """What is shown until a person chooses: a way of resampling, and a network.

        Args:
            as_found: The picture is not known to have been shrunk from a larger one, so that a
                network suits it which has learnt from blur, noise and coding too.
        """
        real = [spec for spec in self.networks if spec.degradation != "bicubic" and as_found]
        return tuple(family(spec) for spec in (*self.references[:1], *(real or self.networks)[:1]))

    def __getitem__(self, model_id: str) -> ModelSpec:
        """The model of an id: of the catalogue, a cascade, or the self-ensemble of either.

        Raises:
            KeyError: if there is none at this scale.
        """
        plain = model_id.removesuffix(PLUS)
        specs = {spec.id: spec for spec in (*self.references, *self.networks, *self.missing)}
        return specs[plain] if plain == model_id else with_ensemble(specs[plain])


def line_up(catalog: Catalog, scale: int) -> Lineup:
    """Every model that makes a scale; beyond the usual ones, in several steps if need be.

    Of several of one name, those whose weights are there stand for the others.
    """
    references: list[ModelSpec] = []
    networks: list[ModelSpec] = []
    missing: list[ModelSpec] = []
    for members in _families(catalog):
        direct = [spec for spec in members if scale in spec.scales]
        made = direct or list(_in_steps(catalog, members, scale))
        there = [spec for spec in made if installed(spec)]
        for spec in there or made:
            group = networks if there else missing
            (group if spec.parameters else references).append(spec)
    return Lineup(tuple(references), tuple(networks), tuple(missing))


def _families(catalog: Catalog) -> Iterable[list[ModelSpec]]:
    families: dict[str, list[ModelSpec]] = {}
    for spec in catalog:
        families.setdefault(family(spec), []).append(spec)
    return families.values()


def _in_steps(catalog: Catalog, members: list[ModelSpec], scale: int) -> Iterator[ModelSpec]:
    """The cascade of what is installed, or else of what could be."""
    if scale > max(USUAL_SCALES):
        there = [spec for spec in members if installed(spec)]
        made = cascade(there or members, scale, catalog["bicubic"])
        if made is not None:
            yield made


def _named(spec: ModelSpec, families: Collection[str]) -> Iterator[ModelSpec]:
    """The model, its self-ensemble, or both: what these names ask for."""
    name = family(spec)
    if name in families:
        yield spec
    if name + PLUS in families and has_ensemble(spec):
        yield with_ensemble(spec)
