"""Losses: mean over all elements of predictions and targets of one shape, in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from srstudio.training.config import TrainConfig

Loss = Callable[[Tensor, Tensor], Tensor]


def charbonnier(prediction: Tensor, target: Tensor, epsilon: float = 1e-3) -> Tensor:
    """sqrt(d^2 + epsilon^2), a smooth L1 (Charbonnier et al., ICIP 1994).

    In float32, whatever comes in: the square of a small epsilon is 0 in float16, and the
    gradient at d = 0 then is not a number.
    """
    difference = (prediction - target).float()
    return torch.sqrt(difference * difference + epsilon * epsilon).mean()


def loss_of(config: TrainConfig) -> Loss:
    """The loss that a configuration names."""
    losses: dict[str, Loss] = {
        "l1": F.l1_loss,
        "mse": F.mse_loss,
        "charbonnier": partial(charbonnier, epsilon=config.charbonnier_eps),
    }
    return losses[config.loss]
