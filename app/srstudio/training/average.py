"""The moving average of the weights, which is what gets validated and saved."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn


class WeightAverage:
    """An exponential moving average of a network's weights and statistics.

    Args:
        module: The network that is trained.
        decay: Share of the average that stays in a step; 0: the average is the network itself.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self._decay = decay
        self._source = module
        self.module = copy.deepcopy(module).requires_grad_(requires_grad=False) if decay else module
        self._targets, self._values = _floats(self.module), _floats(module)

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Follow the network after its step number `steps`, counted from 1.

        The average follows more closely at first, so that it forgets the random start.
        """
        if self._decay:
            decay = min(self._decay, steps / (steps + 10.0))
            torch._foreach_lerp_(self._targets, self._values, 1.0 - decay)

    def restart(self) -> None:
        """Begin anew from the network as it is."""
        if self._decay:
            self.module.load_state_dict(self._source.state_dict())

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds; empty where there is no average."""
        return self.module.state_dict() if self._decay else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take the state of a checkpoint."""
        if self._decay:
            self.module.load_state_dict(state)


def _floats(module: nn.Module) -> list[Tensor]:
    """Every floating-point weight and statistic that a file of the network holds."""
    values = (value.detach() for value in module.state_dict().values())
    return [value for value in values if value.is_floating_point()]
