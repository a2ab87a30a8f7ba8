"""Optimisers: Adam from torch, and SOAP for the small networks that a CPU can train."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam, Optimizer

from srstudio.training.config import OptimiserName


class SOAP(Optimizer):
    """Adam in the eigenbasis of Shampoo's preconditioner.

    A picture is mostly its mean, which makes the first layers of a network without
    normalisation badly conditioned; rotating each layer's gradient into the eigenvectors of its
    row and column covariance undoes that. FSRCNN learns in one iteration what takes Adam about
    ten. Every parameter is one matrix, `outputs x everything else`, so this is meant for layers
    of a few hundred inputs; weights of a wide layer would need Adam.

    Args:
        params: Parameters or parameter groups.
        lr: Learning rate.
        betas: Decay of the mean gradient, and of its square and the covariances.
        eps: Keeps the division finite.
        refresh: Steps between two refreshes of the eigenvectors.

    Source: Vyas et al., "SOAP: Improving and Stabilizing Shampoo using Adam", ICLR 2025.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.95, 0.95),
        eps: float = 1e-8,
        refresh: int = 10,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "refresh": refresh})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient; the first step only measures."""
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    gradient = parameter.grad.reshape(parameter.shape[0], -1)
                    self._move(parameter, gradient, self.state[parameter], group)

    def _move(
        self, parameter: Tensor, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        if not state:
            _measure(gradient, state)
            return
        beta1, beta2 = group["betas"]
        state["step"] += 1
        rows, columns = state["rows_basis"], state["columns_basis"]
        rotated = rows.T @ gradient @ columns
        state["mean"].lerp_(gradient, 1.0 - beta1)
        state["square"].lerp_(rotated * rotated, 1.0 - beta2)
        mean = rows.T @ state["mean"] @ columns / (1.0 - beta1 ** state["step"])
        square = state["square"] / (1.0 - beta2 ** state["step"])
        update = rows @ (mean / (square.sqrt() + group["eps"])) @ columns.T
        parameter.add_(update.reshape(parameter.shape), alpha=-group["lr"])
        state["rows"].lerp_(gradient @ gradient.T, 1.0 - beta2)
        state["columns"].lerp_(gradient.T @ gradient, 1.0 - beta2)
        if state["step"] % group["refresh"] == 0:
            # One power iteration follows the slowly turning eigenvectors closely enough.
            state["rows_basis"] = torch.linalg.qr(state["rows"] @ rows)[0]
            state["columns_basis"] = torch.linalg.qr(state["columns"] @ columns)[0]


def _measure(gradient: Tensor, state: dict[str, Any]) -> None:
    state["step"] = 0
    state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
    state["rows"], state["columns"] = gradient @ gradient.T, gradient.T @ gradient
    state["rows_basis"] = torch.linalg.eigh(state["rows"])[1]
    state["columns_basis"] = torch.linalg.eigh(state["columns"])[1]


OPTIMISERS: dict[OptimiserName, Callable[..., Optimizer]] = {"adam": Adam, "soap": SOAP}
