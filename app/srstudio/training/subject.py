"""What a run trains: a network, with what it is given and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig
from srstudio.training.models import first_of, spec_of
from srstudio_models import ModelSpec
from srstudio_models.chains import two_step
from srstudio_models.layers.color import rgb_to_ycbcr
from srstudio_models.loader import LoadedModel, load
from srstudio_models.spec import Colour


@dataclass(frozen=True, slots=True)
class Subject:
    """How a network is fed; the network itself is handed in, for there is also its average.

    Attributes:
        spec: Of the network.
        scales: From the data's low resolution to what the network is compared with.
        frames: Of a training clip; 1 for single pictures.
        first: Step 1 of a two-step pipeline, which runs unchanged before the network.
    """

    spec: ModelSpec
    scales: tuple[int, ...]
    frames: int
    first: LoadedModel | None = None

    @property
    def low_colour(self) -> Colour:
        """Colour of the low resolution."""
        return (self.first or self).spec.descriptor.colour

    @property
    def high_colour(self) -> Colour:
        """Colour of what the network makes."""
        return self.spec.descriptor.colour

    @property
    def saved_spec(self) -> ModelSpec:
        """What the written weights make: with step 1, the whole pipeline."""
        return two_step(self.first.spec, self.spec) if self.first else self.spec

    @property
    def moving(self) -> bool:
        """Whether the network sees clips rather than pictures."""
        return self.spec.descriptor.frames != "single"

    def predict(self, module: nn.Module, low: Tensor, scale: int) -> Tensor:
        """What the network makes of low resolution, not clamped.

        Args:
            module: The network, or the average of its weights.
            low: (N, C, h, w), or (N, T, C, h, w) for a network that sees clips, in [0, 1].
            scale: One of `scales`.

        Returns:
            (N, C', s h, s w), or (N, T, C', s h, s w) for a recurrent network.
        """
        return self._run(module, self._refined(low), scale)

    def compared(self, module: nn.Module, low: Tensor, high: Tensor, scale: int) -> Any:
        """What a loss compares: what the network makes, and the ground truth of that.

        A network that sees a window is compared on its middle frame, or on all of them where it
        has a `clip` that gives all.

        Args:
            module: The network.
            low: As for `predict`.
            high: (N, C', s h, s w), or (N, T, C', s h, s w) for a network that sees clips.
            scale: One of `scales`.

        Returns:
            The two tensors.
        """
        whole = getattr(module, "clip", None)
        if whole is not None:
            return self._run(whole, self._refined(low), scale), high
        return self.predict(module, low, scale), self.target(high)

    def target(self, high: Tensor) -> Tensor:
        """The frames that `predict` gives, out of all: the middle one for a window."""
        sliding = self.spec.descriptor.frames == "sliding"
        return high[:, high.shape[1] // 2] if sliding else high

    def _run(self, network: Any, x: Tensor, scale: int) -> Tensor:
        y: Tensor = network(x, scale) if self.spec.descriptor.takes_scale else network(x)
        return y

    def _refined(self, low: Tensor) -> Tensor:
        """Step 1 on every frame, as the pipeline will run it: in float32, clamped, not rounded."""
        if self.first is None:
            return low
        with torch.no_grad(), torch.autocast(low.device.type, enabled=False):
            frames = low.flatten(0, 1) if self.moving else low
            enlarged = self.first(frames, self.scales[0]).clamp(0.0, 1.0)
            if self.low_colour != self.high_colour:
                enlarged = rgb_to_ycbcr(enlarged)[:, :1]
        return enlarged.view(*low.shape[:2], *enlarged.shape[1:]) if self.moving else enlarged


def subject_of(config: TrainConfig, device: torch.device) -> Subject:
    """What a configuration trains.

    Raises:
        UsageError: if the configuration contradicts itself or names what does not exist.
        ModelFileError: if the weights of step 1 cannot be used.
    """
    spec, first = spec_of(config), first_of(config)
    descriptor = spec.descriptor
    if first is not None and (first.descriptor.colour, descriptor.colour) == ("luma", "rgb"):
        raise UsageError(f"{spec.title} needs colour, and {first.title} makes luma only")
    lengths = {"single": 1, "sliding": descriptor.window, "recurrent": config.frames}
    return Subject(
        spec,
        config.scales,
        lengths[descriptor.frames],
        None if first is None else load(first, str(device)),
    )
