"""The network with all that learns along with it, and one step of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from srstudio.training.average import WeightAverage
from srstudio.training.config import TrainConfig
from srstudio.training.dataset import Batch
from srstudio.training.guard import LossGuard, Verdict
from srstudio.training.losses import loss_of
from srstudio.training.optimisers import freeze, optimiser_of, set_rates
from srstudio.training.parallel import Group
from srstudio.training.precision import Half, Precision
from srstudio.training.subject import Subject

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stepped:
    """What came of a step: the loss over all devices, what was done, and what was told."""

    loss: float
    verdict: Verdict
    message: int


class Learner:
    """A network, its optimiser, its precision and the average of its weights.

    Args:
        config: The run.
        subject: What the network is fed.
        module: The network.
        device: Where it computes.
        half: Half precision to use, None for float32.
    """

    def __init__(
        self,
        config: TrainConfig,
        subject: Subject,
        module: nn.Module,
        device: torch.device,
        half: Half | None,
    ) -> None:
        self.subject, self.device = subject, device
        self.precision = Precision(device, half)
        self.module = self.precision.laid_out(module.to(device)).train()
        self.average = WeightAverage(self.module, config.ema)
        self.optimiser = optimiser_of(self.module, config)
        self._parameters = list(self.module.parameters())
        self._loss, self._clip = loss_of(config), config.clip

    def step(
        self, batch: Batch, number: int, rate: float, guard: LossGuard, group: Group, message: int
    ) -> Stepped:
        """Learn from a batch, unless its loss is a spike or no number.

        Args:
            batch: This process's part of it.
            number: Of the step, from 0.
            rate: Factor on the first learning rates.
            guard: Judges the loss.
            group: The processes that learn together; they all do the same.
            message: What this process has to tell the others.
        """
        freeze(self.optimiser, number)
        self.optimiser.zero_grad(set_to_none=True)
        loss = self._forward(batch)
        read = _Reading(loss)
        self.precision.backward(loss)
        value, message = group.agree(read.value(), message)
        verdict = guard.judge(value)
        if verdict == "keep":
            group.average([p.grad for p in self._parameters if p.grad is not None])
            set_rates(self.optimiser, rate)
            self.precision.step(self.optimiser, self._clip)
            self.average.update(number + 1)
        return Stepped(value, verdict, message)

    def _forward(self, batch: Batch) -> Tensor:
        batch = batch.to(self.device)
        with self.precision.autocast:
            made, target = self.subject.compared(self.module, batch.low, batch.high, batch.scale)
        return self._loss(made.float(), target)

    def sound(self) -> bool:
        """Whether every weight is a number."""
        norms = torch._foreach_norm([p.detach() for p in self._parameters])
        return bool(torch.isfinite(torch.stack(norms)).all())

    def state(self) -> State:
        """What a checkpoint holds; it refers to the living weights."""
        return {
            "module": self.module.state_dict(),
            "average": self.average.state(),
            "optimiser": self.optimiser.state_dict(),
            "precision": self.precision.state(),
        }

    def restore(self, state: State) -> None:
        """Take the state of a checkpoint."""
        self.module.load_state_dict(state["module"])
        self.average.restore(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.precision.restore(state["precision"])

    def snapshot(self) -> State:
        """A copy of the state that stays as it is."""
        return copy.deepcopy(self.state())


class _Reading:
    """The value of a tensor, fetched while the device goes on computing."""

    def __init__(self, tensor: Tensor) -> None:
        self._host = tensor.detach().to("cpu", non_blocking=True)
        self._event = torch.cuda.Event() if tensor.is_cuda else None  # type: ignore[no-untyped-call]
        if self._event is not None:
            self._event.record()

    def value(self) -> float:
        """The number, once it is there."""
        if self._event is not None:
            self._event.synchronize()
        return float(self._host)
