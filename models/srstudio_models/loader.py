"""From a spec or a file to a network ready to run; weights are data, never code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from srstudio_models.registry import REGISTRY
from srstudio_models.spec import ModelFileError, ModelSpec

_RETRAIN = "choose another file, or make one with `srstudio train`"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A network in evaluation mode with the spec it was built from."""

    spec: ModelSpec
    module: nn.Module

    def __call__(self, x: Tensor, scale: float) -> Tensor:
        """(N, C, H, W) or (N, T, C, H, W) in [0, 1] to `scale` times that size, not clamped.

        The shapes are those of the descriptor's `frames`; only resampling takes a fraction.
        """
        y: Tensor = self.module(x, scale) if self.spec.descriptor.multi_scale else self.module(x)
        return y


def build(spec: ModelSpec) -> nn.Module:
    """The network of a spec with fresh weights."""
    return REGISTRY[spec.network].build(**spec.options)


def count_parameters(module: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def weights_path(spec: ModelSpec) -> Path:
    """Where the weights of a spec lie: in the package, or at its own absolute path."""
    assert spec.file is not None
    return Path(str(resources.files("srstudio_models") / "weights")) / spec.file


def load(spec: ModelSpec, device: str = "cpu") -> LoadedModel:
    """The network of a spec with its weights, in evaluation mode, without gradients.

    Raises:
        ModelFileError: if the weight file is missing, damaged or not of this network.
    """
    module = build(spec)
    if spec.file is not None:
        path = weights_path(spec)
        _check_sum(path, spec.sha256)
        _fill(module, _tensors(path), path, spec.title)
    module = module.eval().requires_grad_(requires_grad=False)
    return LoadedModel(spec, module.to(device))


def dump(module: nn.Module, spec: ModelSpec) -> bytes:
    """The content of a weight file, with what `describe` needs to build the network again."""
    about = {"network": spec.network, "options": dict(spec.options), "training": spec.training}
    state = {key: value.detach().cpu().contiguous() for key, value in module.state_dict().items()}
    return safetensors.torch.save(state, metadata={"srstudio": json.dumps(about)})


def describe(path: Path) -> ModelSpec:
    """The spec of a weight file that `dump` has made; its id is the file's stem.

    Raises:
        ModelFileError: if it is no such file.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("srstudio", "null"))
    except FileNotFoundError:
        raise ModelFileError(f"there is no weight file {path}", _RETRAIN) from None
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path.name} is not a safetensors file ({error})", _RETRAIN) from None
    if not isinstance(about, dict) or about.get("network") not in REGISTRY:
        raise ModelFileError(f"{path.name} does not say which network it is for", _RETRAIN)
    network, options = REGISTRY[about["network"]], about.get("options", {})
    try:
        descriptor = network.describe(**options)
    except TypeError:
        raise ModelFileError(f"{path.name} has wrong options {options}", _RETRAIN) from None
    spec = ModelSpec(
        id=path.stem,
        network=network.name,
        title=path.stem,
        descriptor=descriptor,
        options=options,
        file=str(path.resolve()),
        training=about.get("training", ""),
    )
    load(spec)
    return spec


def _check_sum(path: Path, expected: str | None) -> None:
    if not path.is_file():
        raise ModelFileError(f"the weight file {path.name} is missing", "install SR Studio again")
    if expected is None:
        return
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise ModelFileError(
            f"the weight file {path.name} is not the one in the catalogue (its SHA-256 differs)",
            "install SR Studio again",
        )


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load_file(str(path))
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path.name} is not a safetensors file ({error})", _RETRAIN) from None


def _fill(module: nn.Module, tensors: Mapping[str, Tensor], path: Path, title: str) -> None:
    """Load weights, all of them and nothing else."""
    expected = module.state_dict()
    missing, extra = expected.keys() - tensors.keys(), tensors.keys() - expected.keys()
    if missing or extra:
        key = min(missing or extra)
        fault = f"{key!r} is missing" if missing else f"{key!r} is unknown"
        raise ModelFileError(f"{path.name} is not a file for {title}: {fault}", _RETRAIN)
    for key, tensor in tensors.items():
        if tensor.shape != expected[key].shape:
            ours, theirs = tuple(expected[key].shape), tuple(tensor.shape)
            raise ModelFileError(
                f"{path.name} is not a file for {title}: {key!r} is {theirs}, not {ours}", _RETRAIN
            )
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ModelFileError(f"{path.name} holds NaN or infinite weights in {key!r}", _RETRAIN)
    module.load_state_dict(dict(tensors))
