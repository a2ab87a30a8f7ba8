"""SOAP: Adam in the eigenbasis of each layer's gradient covariance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class SOAP(Optimizer):
    """Adam in the eigenbasis of Shampoo's preconditioner.

    A picture is mostly its mean, which makes the first layers of a network without
    normalisation badly conditioned; rotating each layer's gradient into the eigenvectors of its
    row and column covariance undoes that. Every parameter is one matrix, `outputs x everything
    else`. A side longer than `limit` is left as it is: its covariance would cost more than the
    layer itself. With both sides left this is Adam.

    Args:
        params: Parameters or parameter groups.
        lr: Learning rate.
        betas: Decay of the mean gradient, and of its square and the covariances.
        eps: Keeps the division finite.
        refresh: Steps between two refreshes of the eigenvectors.
        limit: Longest side that is rotated.

    Source: Vyas et al., "SOAP: Improving and Stabilizing Shampoo using Adam", ICLR 2025.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.95, 0.95),
        eps: float = 1e-8,
        refresh: int = 10,
        limit: int = 1024,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "refresh": refresh, "limit": limit}
        super().__init__(params, defaults)

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
            _measure(gradient, state, group["limit"])
            return
        beta1, beta2 = group["betas"]
        state["step"] += 1
        rotated = _into_basis(gradient, state)
        state["mean"].lerp_(gradient, 1.0 - beta1)
        state["square"].lerp_(rotated * rotated, 1.0 - beta2)
        mean = _into_basis(state["mean"], state) / (1.0 - beta1 ** state["step"])
        square = state["square"] / (1.0 - beta2 ** state["step"])
        update = _out_of_basis(mean / (square.sqrt() + group["eps"]), state)
        parameter.add_(update.reshape(parameter.shape), alpha=-group["lr"])
        _follow(gradient, state, 1.0 - beta2, turn=state["step"] % group["refresh"] == 0)


def _sides(gradient: Tensor) -> dict[str, Tensor]:
    """The matrix of which each side's covariance is `m @ m.T`."""
    return {"rows": gradient, "columns": gradient.T}


def _measure(gradient: Tensor, state: dict[str, Any], limit: int) -> None:
    state["step"] = 0
    state["mean"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
    for side, matrix in _sides(gradient).items():
        if matrix.shape[0] <= limit:
            state[side] = matrix @ matrix.T
            state[f"{side}_basis"] = _eigenvectors(state[side])


def _eigenvectors(covariance: Tensor) -> Tensor:
    """In float64 and scaled: the squares of a small gradient are at the end of float32."""
    exact = _scaled(covariance.cpu().double())
    basis: Tensor = torch.linalg.eigh(exact)[1]
    return basis.to(covariance.dtype).to(covariance.device)


def _scaled(matrix: Tensor) -> Tensor:
    return matrix / matrix.abs().max().clamp_min(torch.finfo(matrix.dtype).tiny)


def _into_basis(matrix: Tensor, state: dict[str, Any]) -> Tensor:
    if "rows" in state:
        matrix = state["rows_basis"].T @ matrix
    return matrix @ state["columns_basis"] if "columns" in state else matrix


def _out_of_basis(matrix: Tensor, state: dict[str, Any]) -> Tensor:
    if "rows" in state:
        matrix = state["rows_basis"] @ matrix
    return matrix @ state["columns_basis"].T if "columns" in state else matrix


def _follow(gradient: Tensor, state: dict[str, Any], share: float, *, turn: bool) -> None:
    """Take the gradient into the covariances; now and then turn the bases after them."""
    for side, matrix in _sides(gradient).items():
        if side in state:
            state[side].lerp_(matrix @ matrix.T, share)
            if turn:
                # One power iteration follows the slowly turning eigenvectors closely enough.
                basis = state[side] @ state[f"{side}_basis"]
                state[f"{side}_basis"] = torch.linalg.qr(_scaled(basis))[0]
