"""From a spec or a file to a network ready to run; weights are data, never code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
from torch import Tensor, nn

from srstudio_models.catalog import read_catalog, spec_of, weights_path
from srstudio_models.checkpoints.header import KEY
from srstudio_models.checkpoints.weights import OTHER, Weights, read_weights
from srstudio_models.registry import REGISTRY
from srstudio_models.spec import ModelFileError, ModelSpec

_SHOWN_FAULTS = 3


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A network in evaluation mode with the spec it was built from."""

    spec: ModelSpec
    module: nn.Module

    def __call__(self, x: Tensor, scale: int | float) -> Tensor:
        """What the network makes of (N, C, H, W) or (N, T, C, H, W) in [0, 1]; not clamped."""
        y: Tensor = self.module(x, scale) if self.spec.descriptor.takes_scale else self.module(x)
        return y


@dataclass(frozen=True, slots=True)
class Transfer:
    """What `transfer` did.

    Attributes:
        copied: Keys of the network that have the weights of the file now.
        fresh: Keys of the network that are as they were.
        skipped: Keys of the file that were not used.
    """

    copied: tuple[str, ...]
    fresh: tuple[str, ...]
    skipped: tuple[str, ...]


def build(spec: ModelSpec) -> nn.Module:
    """The network of a spec with fresh weights."""
    return REGISTRY[spec.network].build(**spec.options)


def count_parameters(module: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def load(spec: ModelSpec, device: str = "cpu") -> LoadedModel:
    """The network of a spec with its weights, in evaluation mode, without gradients.

    Args:
        spec: Not a chain; its stages are loaded one by one.
        device: Where the network goes.

    Raises:
        ModelFileError: if the weights are not installed, damaged, or not of this network.
    """
    assert not spec.stages
    path = None if spec.file is None else weights_path(spec)
    if path is not None:
        _check_file(spec, path)
    module = build(spec)
    if path is not None:
        _fill(module, read_weights(path), path, spec.title)
    module = module.eval().requires_grad_(requires_grad=False)
    return LoadedModel(spec, module.to(device))


def dump(module: nn.Module, spec: ModelSpec) -> bytes:
    """The content of a weight file, with what `describe` needs to build the network again."""
    last = spec.stages[-1].spec if spec.stages else spec
    about = {
        "network": spec.network,
        "options": dict(spec.options),
        "scales": list(last.scales),
        "title": spec.title,
        "parameters": sum(p.numel() for p in module.parameters()),
        "licence": spec.licence,
        "training": spec.training,
        "degradation": spec.degradation,
    }
    if spec.stages:
        about["first"] = spec.stages[0].spec.id
    state = {key: value.detach().cpu().contiguous() for key, value in module.state_dict().items()}
    return safetensors.torch.save(state, metadata={KEY: json.dumps(about)})


def describe(path: Path) -> ModelSpec:
    """The spec of a weight file, ours or of a layout that is known; its id is the file's stem.

    Raises:
        ModelFileError: if the file cannot be used.
    """
    return read_model(path)[0]


def read_model(path: Path) -> tuple[ModelSpec, nn.Module]:
    """What `describe` says of a weight file, and the network with its weights.

    Of a two-step pipeline it is the network of step 2.

    Raises:
        ModelFileError: if the file cannot be used.
    """
    weights = read_weights(path)
    if weights.about is None:
        raise ModelFileError(_unknown(weights, path), OTHER)
    network = REGISTRY[weights.about["network"]]
    module = network.build(**{**network.defaults, **weights.about["options"]})
    _fill(module, weights, path, network.title)
    row = {
        **weights.about,
        "id": path.stem,
        "title": path.stem,
        "file": str(path.resolve()),
        "parameters": count_parameters(module),
    }
    known = {spec.id: spec for spec in read_catalog()}
    try:
        return spec_of(row, known), module
    except KeyError as key:
        cause = f"{path.name} needs the model {key} as its first step, which there is not"
        raise ModelFileError(cause, OTHER) from None


def transfer(module: nn.Module, path: Path, leave: Collection[str] = ()) -> Transfer:
    """Copy the weights of a file that fit a network by name and shape; all others stay.

    Args:
        module: Gets the weights.
        path: A weight file, ours or of a layout that is known.
        leave: Keys of the network that stay even if they would fit.

    Raises:
        ModelFileError: if the file cannot be read.
    """
    tensors, own = read_weights(path).tensors, module.state_dict()
    fitting = {
        key: tensor
        for key, tensor in tensors.items()
        if key in own and key not in leave and tensor.shape == own[key].shape
    }
    module.load_state_dict(fitting, strict=False)
    return Transfer(
        copied=tuple(fitting),
        fresh=tuple(key for key in own if key not in fitting),
        skipped=tuple(key for key in tensors if key not in fitting),
    )


def _unknown(weights: Weights, path: Path) -> str:
    if weights.layout:
        return f"{path.name} is {weights.layout} alone, which is a part of networks for videos"
    keys = ", ".join(map(repr, list(weights.tensors)[:_SHOWN_FAULTS]))
    return f"{path.name} does not say which network it is for, nor do its keys ({keys}, ...)"


def _check_file(spec: ModelSpec, path: Path) -> None:
    if not path.is_file() and spec.sha256 is None and not Path(spec.file or "").is_absolute():
        files = spec.accepts or "one that you have trained with `srstudio train`"
        advice = f"install {files}, with `srstudio models add FILE`"
        raise ModelFileError(f"{spec.title} has no weights installed", advice)
    if not path.is_file():
        raise ModelFileError(f"the weight file {path.name} is missing", "install it again")
    if spec.sha256 is not None and _sha256(path) != spec.sha256:
        raise ModelFileError(
            f"the weight file {path.name} is not the one in the catalogue (its SHA-256 differs)",
            "install SR Studio again",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fill(module: nn.Module, weights: Weights, path: Path, title: str) -> None:
    """Load weights, all of them and nothing else."""
    faults = _faults(module.state_dict(), weights.tensors)
    if faults:
        more = len(faults) - _SHOWN_FAULTS
        shown = ", ".join(faults[:_SHOWN_FAULTS]) + (f" and {more} more" if more > 0 else "")
        raise ModelFileError(f"{path.name} is not a file for {title}: {shown}", OTHER)
    module.load_state_dict(weights.tensors)


def _faults(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> list[str]:
    """What keeps weights from being those of a network, by name and shape."""
    shapes = [
        f"{key!r} is {tuple(tensors[key].shape)}, not {tuple(own[key].shape)}"
        for key in own
        if key in tensors and tensors[key].shape != own[key].shape
    ]
    missing = [f"{key!r} is missing" for key in own if key not in tensors]
    unknown = [f"{key!r} is unknown" for key in tensors if key not in own]
    return shapes + missing + unknown
