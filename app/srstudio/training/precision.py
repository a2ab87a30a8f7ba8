"""Mixed precision: what is computed in half precision, and how small gradients survive it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from srstudio.training.config import AmpMode

Half = Literal["float16", "bfloat16"]


@dataclass(slots=True)
class GradientCounts:
    """What became of scaled gradients since the last line of the log.

    Attributes:
        overflow: Steps left out because a gradient was infinite; the scale is halved then.
        underflow: Steps in which all of a layer's gradient was rounded to zero.
    """

    overflow: int = 0
    underflow: int = 0


class Precision:
    """Autocast, memory layout and gradient scale of a run.

    float16 needs its gradients scaled: small ones would be rounded to zero. bfloat16 has the
    range of float32 and does not. With half precision the weights are laid out channels-last,
    which is what makes it fast. The networks keep in float32 what must stay there (the loss, the
    grid that optical flow samples at, softmax).

    Args:
        device: Where the run computes.
        half: The half precision to use; None for float32 throughout.

    Attributes:
        scale: Factor on the loss; 1 where gradients are not scaled.
    """

    def __init__(self, device: torch.device, half: Half | None) -> None:
        self.half = half
        dtype = torch.float16 if half == "float16" else torch.bfloat16
        self.autocast = torch.autocast(device.type, dtype, enabled=half is not None)
        self._scaler = torch.amp.GradScaler(device.type, enabled=half == "float16")
        self.scale = self._read_scale()
        self._counts = GradientCounts()
        self._underflows = torch.zeros((), dtype=torch.int64, device=device)

    def laid_out(self, module: nn.Module) -> nn.Module:
        """The module with its convolution weights in the layout that is fast."""
        if self.half:
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return module

    def backward(self, loss: Tensor) -> None:
        """Gradients of a loss, scaled where the precision needs it."""
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]

    def step(self, optimiser: Optimizer, clip: float) -> None:
        """Unscale the gradients, limit their norm, and let the optimiser step.

        Args:
            optimiser: Its parameters hold the gradients.
            clip: Largest norm of all gradients together; 0: not limited.
        """
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        self._count_underflow(parameters)
        if clip:
            self._scaler.unscale_(optimiser)
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        self._scaler.step(optimiser)
        self._scaler.update()
        before, self.scale = self.scale, self._read_scale()
        self._counts.overflow += self.scale < before

    def take_counts(self) -> GradientCounts:
        """What happened since the last call."""
        counts, self._counts = self._counts, GradientCounts()
        counts.underflow = int(self._underflows)
        self._underflows.zero_()
        return counts

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        return {
            "scaler": self._scaler.state_dict(),
            "overflow": self._counts.overflow,
            "underflow": int(self._underflows),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take the state of a checkpoint."""
        if state["scaler"]:
            self._scaler.load_state_dict(state["scaler"])
        self.scale = self._read_scale()
        self._counts.overflow = state["overflow"]
        self._underflows.fill_(state["underflow"])

    def _read_scale(self) -> float:
        return float(self._scaler.get_scale()) if self._scaler.is_enabled() else 1.0

    def _count_underflow(self, parameters: list[nn.Parameter]) -> None:
        if not self._scaler.is_enabled():
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        norms = torch.stack(torch._foreach_norm(gradients, float("inf")))
        self._underflows += (norms == 0.0).any()


def choose_half(mode: AmpMode, device: torch.device, *, fast_cpu: bool, safe: bool) -> Half | None:
    """The half precision of a run, None for float32.

    Args:
        mode: As configured.
        device: Where the run computes.
        fast_cpu: Whether this CPU computes in bfloat16 natively; emulated it is slower.
        safe: Whether the network gives a usable picture in half precision.
    """
    quick = device.type != "cpu" or fast_cpu
    if mode == "off" or (mode == "auto" and not (quick and safe)):
        return None
    return "float16" if device.type == "cuda" else "bfloat16"
