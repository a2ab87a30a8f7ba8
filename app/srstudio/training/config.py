"""What a training run is made of: every value with its type, limits, unit and meaning."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from srstudio.core.errors import UsageError

LossName = Literal["l1", "mse", "charbonnier"]
ScheduleName = Literal["constant", "cosine", "step", "restarts", "plateau", "one-cycle"]
OptimiserName = Literal["adam", "adamw", "soap"]
AmpMode = Literal["auto", "on", "off"]
Keep = Literal["best", "all"]
DegradationName = Literal["bicubic", "unknown", "photo", "video"]
Scale = Annotated[int, Meta(ge=1, le=8)]
Option = int | float | bool | str

# Keys that a resumed run may change: they say when to stop and what to keep, not what is learnt.
FREE_KEYS = ("iterations", "validate_every", "save_every", "log_every", "keep", "previews")
SYNONYMS = {"scale": "scales"}


def _about(description: str, unit: str = "") -> Meta:
    return Meta(description=description, extra={"unit": unit})


class TrainConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training run; `fields.py` lists its keys for forms and for the command line."""

    network: Annotated[str, _about("Name in the registry")]
    options: Annotated[
        dict[str, Option], _about("Constructor options of the network, as in options.blocks=8")
    ] = msgspec.field(default_factory=dict)
    first: Annotated[
        str,
        _about("Step 1 of a two-step pipeline: a model id or weight file that runs unchanged"),
    ] = ""
    start_from: Annotated[
        str, _about("Weight file to start from; layers of another shape start fresh")
    ] = ""
    scales: Annotated[
        tuple[Scale, ...],
        Meta(min_length=1),
        _about("Factors to learn; several for a network that serves several"),
    ] = (2,)

    patch: Annotated[int, Meta(ge=4), _about("Side of a low-resolution patch", "pixels")] = 32
    batch: Annotated[int, Meta(ge=1), _about("Patches a step, over all devices")] = 16
    frames: Annotated[
        int, Meta(ge=1), _about("Length of a clip that a recurrent network learns from", "frames")
    ] = 7
    degradation: Annotated[
        DegradationName,
        _about(
            "How low resolution is made: MATLAB bicubic; unknown: random blur and kernels; photo: "
            "noise and JPEG besides; video: noise and H.264 besides"
        ),
    ] = "bicubic"
    strength: Annotated[
        float, Meta(ge=0, le=1), _about("Factor on the ranges of the degradation; 0: bicubic")
    ] = 1.0
    shrink: Annotated[
        int,
        Meta(ge=1, le=4),
        _about("Training data is made this many times smaller first; 2 hides traces of coding"),
    ] = 1
    strict: Annotated[
        bool, _about("Refuse data with a file that cannot be used, rather than leave that out")
    ] = False

    iterations: Annotated[int, Meta(ge=1), _about("Optimiser steps", "steps")] = 50_000
    optimiser: Annotated[
        OptimiserName,
        _about("SOAP learns in a third to a tenth of Adam's steps, at a higher cost for each"),
    ] = "adam"
    lr: Annotated[float, Meta(gt=0), _about("Learning rate")] = 1e-3
    beta1: Annotated[float, Meta(ge=0, lt=1), _about("Decay of the mean gradient")] = 0.9
    beta2: Annotated[float, Meta(ge=0, lt=1), _about("Decay of the squared gradient")] = 0.999
    eps: Annotated[float, Meta(gt=0), _about("Added to the root of the squared gradient")] = 1e-8
    weight_decay: Annotated[float, Meta(ge=0), _about("Decoupled weight decay (AdamW)")] = 0.0
    lr_enlarge: Annotated[
        float, Meta(gt=0), _about("Factor on the rate of transposed convolutions")
    ] = 1.0
    lr_flow: Annotated[float, Meta(gt=0), _about("Factor on the rate of the optical flow")] = 1.0
    freeze_flow: Annotated[
        int, Meta(ge=0), _about("First steps in which the optical flow is not trained", "steps")
    ] = 0

    schedule: Annotated[ScheduleName, _about("How the learning rate changes")] = "cosine"
    lr_end: Annotated[
        float, Meta(ge=0, le=1), _about("Factor on the rate at the end of a cosine or cycle")
    ] = 1e-3
    decay_every: Annotated[
        int, Meta(ge=1), _about("Steps between two falls of the schedule `step`", "steps")
    ] = 200_000
    decay: Annotated[
        float, Meta(gt=0, lt=1), _about("Factor of each fall of `step` and `plateau`")
    ] = 0.5
    restarts: Annotated[
        tuple[Annotated[int, Meta(ge=1)], ...],
        _about(
            "Lengths of the cosines of the schedule `restarts`; empty: four equal ones", "steps"
        ),
    ] = ()
    restart_weights: Annotated[
        tuple[Annotated[float, Meta(gt=0)], ...],
        _about("Factor on the rate in each of them; empty: 1, then 0.5"),
    ] = ()
    patience: Annotated[
        int, Meta(ge=1), _about("Validations without a gain before `plateau` falls", "validations")
    ] = 5
    warmup: Annotated[
        int, Meta(ge=0), _about("Steps in which the rate rises linearly to its start", "steps")
    ] = 0

    loss: Annotated[LossName, _about("On luma or RGB in [0, 1], the mean over all values")] = "l1"
    charbonnier_eps: Annotated[
        float, Meta(gt=0), _about("Epsilon of the Charbonnier loss, sqrt(d^2 + epsilon^2)")
    ] = 1e-3
    clip: Annotated[float, Meta(ge=0), _about("Largest norm of the gradient; 0: not limited")] = 0.0
    skip: Annotated[
        float,
        Meta(ge=0),
        _about("A batch is skipped whose loss is this many times the running one; 0: never"),
    ] = 0.0
    ema: Annotated[
        float,
        Meta(ge=0, lt=1),
        _about("Decay of the average of the weights that is validated and saved; 0: none"),
    ] = 0.999
    amp: Annotated[
        AmpMode,
        _about("Mixed precision; auto: where the device is fast at it and the network allows it"),
    ] = "auto"
    seed: Annotated[int, Meta(ge=0), _about("Of weights, patches and augmentation")] = 1

    validate_every: Annotated[
        int, Meta(ge=1), _about("Steps between two validations, each with a checkpoint", "steps")
    ] = 1_000
    validate_side: Annotated[
        int,
        Meta(ge=0),
        _about("Validation sees the middle square of this side; 0: all", "HR pixels"),
    ] = 0
    save_every: Annotated[
        int, Meta(ge=0), _about("Steps between two checkpoints besides; 0: none", "steps")
    ] = 0
    log_every: Annotated[int, Meta(ge=1), _about("Steps between two lines of the log", "steps")] = (
        100
    )
    keep: Annotated[
        Keep, _about("Weights kept in RUN/steps: of every validated step, or none but the best")
    ] = "all"
    previews: Annotated[
        int, Meta(ge=0, le=8), _about("Validation pictures shown in RUN/patches", "pictures")
    ] = 3


def changed(config: TrainConfig, assignments: list[str]) -> TrainConfig:
    """A configuration with some of its values replaced.

    Args:
        config: What to start from.
        assignments: `key=value` each; a list is written with commas (`scales=2,3,4`), an option
            of the network after a dot (`options.blocks=8`).

    Raises:
        UsageError: if a key or a value does not fit.
    """
    values: dict[str, Any] = msgspec.to_builtins(config)
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(
                f"{assignment!r} is not of the form key=value", "write --set key=value"
            )
        _assign(values, SYNONYMS.get(key, key), value)
    try:
        return msgspec.convert(values, TrainConfig, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"the recipe cannot be set so: {error}", _advice(values)) from None


def differences(one: TrainConfig, other: TrainConfig) -> dict[str, tuple[Any, Any]]:
    """The keys in which two configurations differ, with both values."""
    return {
        key: (getattr(one, key), getattr(other, key))
        for key in TrainConfig.__struct_fields__
        if getattr(one, key) != getattr(other, key)
    }


def _assign(values: dict[str, Any], key: str, value: str) -> None:
    section, dot, option = key.partition(".")
    if dot and section == "options":
        values["options"] = {**values["options"], option: _literal(value)}
    elif isinstance(values.get(key), list | tuple):
        values[key] = [part for part in value.split(",") if part]
    else:
        values[key] = value


def _literal(text: str) -> Option:
    """The number or truth value a text stands for, else the text."""
    try:
        value: Option = msgspec.json.decode(text, type=int | float | bool)
    except msgspec.DecodeError:
        return text
    return value


def _advice(values: dict[str, Any]) -> str:
    known = TrainConfig.__struct_fields__
    unknown = next((key for key in values if key not in known), "")
    alike = get_close_matches(unknown, known, n=1)
    meant = f"was {alike[0]} meant? " if alike else ""
    return f"{meant}`srstudio train RECIPE --describe` says what each key takes"
