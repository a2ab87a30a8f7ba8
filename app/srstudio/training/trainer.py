"""The training loop."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from srstudio.core.progress import Progress
from srstudio.training.checkpoint import RunFolder
from srstudio.training.config import TrainConfig
from srstudio.training.dataset import Pair, PatchSampler
from srstudio.training.losses import LOSSES
from srstudio.training.optimisers import OPTIMISERS
from srstudio.training.schedules import SCHEDULES
from srstudio.training.validation import validate
from srstudio_models import REGISTRY, ModelSpec
from srstudio_models.loader import build, describe, load

LOG_EVERY = 100


def spec_of(config: TrainConfig) -> ModelSpec:
    """The spec of what a run trains."""
    network = REGISTRY[config.network]
    options = {**network.defaults, "scale": config.scale}
    return ModelSpec(
        id=f"{network.name}-x{config.scale}",
        network=network.name,
        title=f"{network.title} x{config.scale}",
        descriptor=network.describe(**options),
        options=options,
        training=f"{config.iterations} iterations of {config.batch} patches {config.patch}x"
        f"{config.patch}, {config.loss}, {config.optimiser} {config.lr:g}, {config.schedule}",
    )


def _enlarging(module: nn.Module) -> set[str]:
    """Names of the parameters of transposed convolutions, which are made for one scale."""
    return {
        f"{name}.{parameter}"
        for name, layer in module.named_modules()
        if isinstance(layer, nn.ConvTranspose2d)
        for parameter, _ in layer.named_parameters()
    }


def _transfer(module: nn.Module, path: Path, scale: int) -> None:
    """Copy the weights of `path` that fit by name and shape, and by scale where it matters."""
    source = load(describe(path))
    own = module.state_dict()
    fresh = set() if scale in source.spec.scales else _enlarging(module)
    fitting = {
        key: value
        for key, value in source.module.state_dict().items()
        if key in own and value.shape == own[key].shape and key not in fresh
    }
    module.load_state_dict(fitting, strict=False)


def _parameter_groups(module: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """All parameters; those of a transposed convolution learn at their own rate."""
    last = _enlarging(module)
    named = list(module.named_parameters())
    return [
        {"params": [p for name, p in named if name not in last], "lr": config.lr},
        {
            "params": [p for name, p in named if name in last],
            "lr": config.lr * config.lr_last_layer,
        },
    ]


class Trainer:
    """One run: a network, its optimiser, and the moving average that is kept.

    Args:
        config: The run.
        device: A torch device name.
    """

    def __init__(self, config: TrainConfig, device: str = "cpu") -> None:
        torch.manual_seed(config.seed)
        self.config, self.device = config, torch.device(device)
        self.spec = spec_of(config)
        self.module = build(self.spec).to(self.device)
        if config.start_from:
            _transfer(self.module, Path(config.start_from), config.scale)
        self.average = copy.deepcopy(self.module).requires_grad_(requires_grad=False)
        self.optimiser = OPTIMISERS[config.optimiser](_parameter_groups(self.module, config))
        self._first_rates = [group["lr"] for group in self.optimiser.param_groups]
        half = torch.float16 if self.device.type == "cuda" else torch.bfloat16
        self._autocast = torch.autocast(self.device.type, half, enabled=config.amp)
        scaled = config.amp and half is torch.float16
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=scaled)
        self.iteration, self.best = 0, float("-inf")

    def run(
        self,
        train: Sequence[Sequence[Pair]],
        valid: Sequence[Pair],
        folder: RunFolder,
        progress: Progress,
    ) -> float:
        """Train to the end of the configuration; returns the best validation PSNR in dB.

        Args:
            train: Sets of pictures, each of which gives the same share of the patches.
            valid: Pictures to validate on.
            folder: Where the log, the weights and the state go.
            progress: Reports, and cancels between two iterations.
        """
        self._restore(folder.load_state())
        config, colour = self.config, self.spec.descriptor.colour
        # A resumed run draws other patches than those it has seen.
        seed = config.seed + self.iteration
        sampler = PatchSampler(train, config.scale, config.patch, colour, seed)
        total, began = 0.0, time.monotonic()
        while self.iteration < config.iterations:
            progress.report(self.iteration / config.iterations, "Training")
            total += self._step(sampler)
            if self.iteration % LOG_EVERY == 0:
                rate = LOG_EVERY / (time.monotonic() - began)
                folder.log(
                    iteration=self.iteration,
                    loss=total / LOG_EVERY,
                    lr=self.optimiser.param_groups[0]["lr"],
                    iterations_per_second=round(rate, 2),
                )
                total, began = 0.0, time.monotonic()
            if self.iteration % config.validate_every == 0 or self.iteration == config.iterations:
                self._checkpoint(valid, folder)
        return self.best

    def _step(self, sampler: PatchSampler) -> float:
        low, high = (t.to(self.device) for t in sampler.batch(self.config.batch))
        factor = SCHEDULES[self.config.schedule](self.iteration / self.config.iterations)
        for group, first in zip(self.optimiser.param_groups, self._first_rates, strict=True):
            group["lr"] = first * factor
        with self._autocast:
            loss = LOSSES[self.config.loss](self.module(low), high)
        self.optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.step(self.optimiser)
        self._scaler.update()
        self.iteration += 1
        self._update_average()
        return float(loss.detach())

    @torch.no_grad()
    def _update_average(self) -> None:
        # The average follows more closely at first, so that it forgets the random start.
        decay = min(self.config.ema, self.iteration / (self.iteration + 10.0))
        targets = [p.data for p in self.average.parameters()]
        torch._foreach_lerp_(targets, [p.data for p in self.module.parameters()], 1.0 - decay)

    def _checkpoint(self, valid: Sequence[Pair], folder: RunFolder) -> None:
        psnr, ssim = validate(self.average, valid, self.config.scale, self.spec.descriptor.colour)
        folder.log(iteration=self.iteration, psnr=psnr, ssim=ssim)
        folder.save_weights("last", self.average, self.spec)
        if psnr > self.best:
            self.best = psnr
            folder.save_weights("best", self.average, self.spec)
        folder.save_state(
            {
                "iteration": self.iteration,
                "best": self.best,
                "module": self.module.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "scaler": self._scaler.state_dict(),
            }
        )

    def _restore(self, state: dict[str, Any] | None) -> None:
        if state is None:
            return
        self.iteration, self.best = int(state["iteration"]), float(state["best"])
        self.module.load_state_dict(state["module"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self._scaler.load_state_dict(state["scaler"])
