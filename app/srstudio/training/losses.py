"""Losses: mean over all elements of predictions and targets of one shape, in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from srstudio.training.config import LossName

Loss = Callable[[Tensor, Tensor], Tensor]


def charbonnier(prediction: Tensor, target: Tensor, epsilon: float = 1e-3) -> Tensor:
    """sqrt(d^2 + epsilon^2), a smooth L1 (Charbonnier et al., ICIP 1994); float32 inside."""
    difference = (prediction - target).float()
    return torch.sqrt(difference * difference + epsilon * epsilon).mean()


LOSSES: dict[LossName, Loss] = {"l1": F.l1_loss, "mse": F.mse_loss, "charbonnier": charbonnier}
