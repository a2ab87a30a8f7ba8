"""Starting from the weights of another scale or size."""

from __future__ import annotations

from torch import nn

from srstudio.core.errors import UsageError
from srstudio.training.models import find_model
from srstudio_models import ModelSpec
from srstudio_models.catalog import weights_path
from srstudio_models.loader import Transfer, transfer


def start_from(module: nn.Module, name: str, scale: int) -> Transfer:
    """Copy the weights that fit a network by name and shape, and by scale where it matters.

    The kernel of a transposed convolution is made for one scale, whatever its shape.

    Args:
        module: The network to fill.
        name: A weight file, or the id of a model.
        scale: Factor that the network is to learn.

    Returns:
        What was copied and what was not.

    Raises:
        UsageError: if there is no such model, or its weights are not installed.
        ModelFileError: if the file cannot be read.
    """
    source = weights_to_start_from(name)
    leave = () if scale in source.scales else _enlarging(module)
    return transfer(module, weights_path(source), leave)


def weights_to_start_from(name: str) -> ModelSpec:
    """The model that a weight file or an id stands for, whose weights are there.

    Raises:
        UsageError: if there is no such model, or its weights are not installed.
        ModelFileError: if the file cannot be used.
    """
    source = find_model(name)
    if source.file is None or not weights_path(source).is_file():
        raise UsageError(
            f"{name} has no weights here to start from",
            "train it first, and set start_from=RUN/best.safetensors",
        )
    return source


def _enlarging(module: nn.Module) -> set[str]:
    """Names of the parameters of transposed convolutions."""
    return {
        f"{name}.{parameter}"
        for name, layer in module.named_modules()
        if isinstance(layer, nn.ConvTranspose2d)
        for parameter, _ in layer.named_parameters()
    }
