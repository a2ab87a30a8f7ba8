"""The optimiser of a run, and the parts of a network that learn at rates of their own."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.optim import Adam, AdamW, Optimizer

from srstudio.training.config import TrainConfig
from srstudio.training.soap import SOAP
from srstudio_models.archs.spynet import SPyNet

Group = dict[str, Any]


def optimiser_of(module: nn.Module, config: TrainConfig) -> Optimizer:
    """The optimiser that a configuration names, over all trainable parameters of a network.

    Its groups hold, besides what the optimiser asks for, `first_lr` (the rate that a schedule
    scales) and `frozen_until` (the step from which they learn).
    """
    groups = parameter_groups(module, config)
    betas = (config.beta1, config.beta2)
    if config.optimiser == "soap":
        return SOAP(groups, betas=betas, eps=config.eps)
    if config.optimiser == "adamw":
        return AdamW(
            groups, betas=betas, eps=config.eps, weight_decay=config.weight_decay, fused=True
        )
    return Adam(groups, betas=betas, eps=config.eps, fused=True)


def parameter_groups(module: nn.Module, config: TrainConfig) -> list[Group]:
    """All parameters; optical flow and transposed convolutions learn at rates of their own."""
    flow = _parameters_of(module, SPyNet)
    enlarging = _parameters_of(module, nn.ConvTranspose2d)
    rest = [p for p in module.parameters() if p not in flow | enlarging]
    groups = [
        _group(rest, config.lr),
        _group(list(enlarging), config.lr * config.lr_enlarge),
        _group(list(flow), config.lr * config.lr_flow, config.freeze_flow),
    ]
    return [group for group in groups if group["params"]]


def set_rates(optimiser: Optimizer, factor: float) -> None:
    """Give every group its first rate times a factor."""
    for group in optimiser.param_groups:
        group["lr"] = group["first_lr"] * factor


def freeze(optimiser: Optimizer, step: int) -> None:
    """Leave the groups out of the gradient that do not learn yet at a step."""
    for group in optimiser.param_groups:
        learns = step >= group["frozen_until"]
        if group["params"][0].requires_grad != learns:
            for parameter in group["params"]:
                parameter.requires_grad_(learns)
                parameter.grad = None


def _parameters_of(module: nn.Module, kind: type[nn.Module]) -> dict[nn.Parameter, None]:
    """The parameters of the layers of a kind, in order."""
    layers = (layer for layer in module.modules() if isinstance(layer, kind))
    return dict.fromkeys(p for layer in layers for p in layer.parameters())


def _group(parameters: list[nn.Parameter], lr: float, frozen_until: int = 0) -> Group:
    trainable = [p for p in parameters if p.requires_grad]
    return {"params": trainable, "lr": lr, "first_lr": lr, "frozen_until": frozen_until}
