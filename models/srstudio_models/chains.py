"""Models made of models: cascades to extreme scales, two-step pipelines, self-ensembles."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement

from srstudio_models.spec import Descriptor, ModelSpec, Stage, Tiling

LARGEST_SCALE = 64


def chain(stages: Sequence[Stage], like: ModelSpec, model_id: str, title: str) -> ModelSpec:
    """A model that runs others one after the other.

    Args:
        stages: At least one, none of them a chain; the product of the scales is whole.
        like: Whose network, licence, training and weight file the chain goes by.
        model_id: Id of the chain.
        title: What a person reads.
    """
    return replace(
        like,
        id=model_id,
        title=title,
        descriptor=_joined(stages),
        parameters=sum({s.spec.id: s.spec.parameters for s in stages}.values()),
        stages=tuple(stages),
    )


def two_step(first: ModelSpec, second: ModelSpec) -> ModelSpec:
    """Step 1 super-resolves each frame, step 2 (at scale 1) refines what comes out.

    Args:
        first: For single pictures at one scale.
        second: The network that refines; its id and title are those of the whole.
    """
    (scale,) = first.scales
    stages = (Stage(first, scale), Stage(replace(second, id=f"{second.id}/step-2"), 1))
    joined = chain(stages, second, second.id, second.title)
    # What is told is what belongs to this model: step 1 is a model of its own, as in the slides.
    return replace(joined, parameters=second.parameters)


def with_ensemble(spec: ModelSpec) -> ModelSpec:
    """The geometric self-ensemble of a model, by the name of the model and a `+` (EDSR, 2017).

    Raises:
        LookupError: if the model sees more than single pictures.
    """
    if spec.descriptor.frames != "single":
        raise LookupError(f"{spec.title} has no self-ensemble: only single-picture models do")
    return replace(
        spec, id=f"{spec.id}+", title=f"{spec.title}+", ensemble=True, quality=(), training=""
    )


def factors_of(scale: int, available: Sequence[int]) -> tuple[int, ...] | None:
    """The fewest factors out of `available` whose product is `scale` or, failing that, next above.

    The largest factor comes last: it runs on the largest picture, where a larger step is cheaper.

    Returns:
        None if nothing reaches `scale`, or it is beyond x64.
    """
    steps = sorted({factor for factor in available if factor > 1})
    if not steps or scale > LARGEST_SCALE:
        return None
    most = math.ceil(math.log(LARGEST_SCALE, steps[0]))
    chosen = (c for n in range(1, most + 1) for c in combinations_with_replacement(steps, n))
    reaching = [factors for factors in chosen if math.prod(factors) >= scale]
    return min(reaching, key=lambda factors: (math.prod(factors), len(factors)), default=None)


def cascade(family: Sequence[ModelSpec], scale: int, resample: ModelSpec) -> ModelSpec | None:
    """A factor that no single model of a family has, from several of its models in a row.

    Args:
        family: Models of one network that differ in their scales, the preferred one first.
        scale: At most 64.
        resample: A model that shrinks what comes out larger than asked for.

    Returns:
        None if the family cannot reach it, or is not for single pictures.
    """
    by_scale = {
        factor: spec
        for spec in reversed(family)
        for factor in spec.scales
        if spec.descriptor.frames == "single"
    }
    steps = factors_of(scale, list(by_scale))
    if steps is None:
        return None
    stages = [Stage(by_scale[factor], factor) for factor in steps]
    if math.prod(steps) != scale:
        stages.append(Stage(resample, Fraction(scale, math.prod(steps))))
    first = stages[0].spec
    title = f"{without_scale(first.title)} x{scale} ({' x '.join(map(str, steps))})"
    joined = chain(stages, first, f"{without_scale(first.id)}-x{scale}", title)
    return replace(joined, quality=())


def without_scale(name: str) -> str:
    """An id or a title without its scale: `fsrcnn-x2` is `fsrcnn`; a variant stays."""
    return re.sub(r"[- ]x\d+(?=\W|$)", "", name)


def _joined(stages: Sequence[Stage]) -> Descriptor:
    """What the chain as a whole asks of its input."""
    descriptors = [stage.spec.descriptor for stage in stages]
    radius, multiple, grown = 0, 1, Fraction(1)
    for stage, descriptor in zip(stages, descriptors, strict=True):
        # A resampling reaches further by as much as it shrinks, and starts on whole pixels only
        # where the input is a multiple of its denominator: always, since all comes from there.
        reach = descriptor.receptive_radius / min(Fraction(stage.scale), Fraction(1))
        radius += math.ceil(reach / grown)
        needed = Fraction(descriptor.size_multiple) / grown
        multiple = math.lcm(multiple, needed.numerator)
        grown *= stage.scale
    moving = next((d for d in descriptors if d.frames != "single"), descriptors[0])
    order: tuple[Tiling, ...] = ("fixed", "none", "close")
    tilings = [d.tiling for d in descriptors]
    tiling: Tiling = next((each for each in order if each in tilings), "exact")
    return Descriptor(
        scales=(int(grown),),
        frames=moving.frames,
        window=moving.window,
        edges=moving.edges,
        size_multiple=multiple,
        receptive_radius=radius,
        half_safe=all(d.half_safe for d in descriptors),
        tiling=tiling,
        side=descriptors[0].side,
    )
