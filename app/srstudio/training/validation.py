"""Quality during training, by the published protocol, on the network's own colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from srstudio.core.errors import InputError
from srstudio.core.frame import Pixels
from srstudio.metrics.functional import psnr, ssim
from srstudio.training.dataset import Clip, to_tensor
from srstudio.training.subject import Subject

_WINDOW = 11  # of SSIM


@dataclass(frozen=True, slots=True)
class Measured:
    """Mean PSNR in dB and SSIM over the validation clips, by scale.

    Crop = scale, rounded to 8 bit, SSIM with an 11x11 Gaussian; Y for a luma network, else RGB.
    """

    by_scale: dict[int, tuple[float, float]]

    @property
    def psnr(self) -> float:
        """The mean over the scales."""
        return float(np.mean([psnr for psnr, _ in self.by_scale.values()]))

    def as_line(self) -> dict[str, float]:
        """The values for the log; those of each scale where there are several."""
        line = {"psnr": self.psnr, "ssim": float(np.mean([s for _, s in self.by_scale.values()]))}
        if len(self.by_scale) > 1:
            for scale, (decibels, similarity) in self.by_scale.items():
                line |= {f"psnr_x{scale}": decibels, f"ssim_x{scale}": similarity}
        return line


@dataclass(frozen=True, slots=True)
class Sample:
    """A validated picture, `height x width x channels` in [0, 1]; `low` is smaller by `scale`."""

    low: NDArray[np.float64]
    made: NDArray[np.float64]
    high: NDArray[np.float64]
    scale: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Measures a network on clips.

    Attributes:
        subject: What the network is fed.
        clips: To measure on.
        side: Of the middle square that is seen, in HR pixels; 0: everything.
        shown: How many of them `run` hands back, at the largest scale.
    """

    subject: Subject
    clips: Sequence[Clip]
    side: int = 0
    shown: int = 0

    @torch.inference_mode()
    def run(self, module: nn.Module) -> tuple[Measured, list[Sample]]:
        """Measure a network; it is in training mode again afterwards if it was before."""
        was_training = module.training
        module.eval()
        scores: dict[int, tuple[float, float]] = {}
        samples: list[Sample] = []
        for scale in self.subject.scales:
            made = [self._samples(module, clip, scale) for clip in self.clips]
            means = np.mean([_score(sample) for clip in made for sample in clip], axis=0)
            scores[scale] = float(means[0]), float(means[1])
            samples = [clip[len(clip) // 2] for clip in made[: self.shown]]
        module.train(was_training)
        return Measured(scores), samples

    def _samples(self, module: nn.Module, clip: Clip, scale: int) -> list[Sample]:
        """The frames that the network makes of the middle of a clip."""
        pixels = self._middle(clip, scale)
        subject = self.subject
        colours = (subject.low_colour, subject.high_colour)
        low, high = (to_tensor([p], c) for p, c in zip(pixels, colours, strict=True))
        if not subject.moving:
            low, high = low[:, 0], high[:, 0]
        device = next(module.parameters()).device
        made = subject.predict(module, low.to(device), scale).float().cpu()
        frames = map(_frames, (subject.target(low), made, subject.target(high)))
        return [Sample(a, b, c, scale) for a, b, c in zip(*frames, strict=True)]

    def _middle(self, clip: Clip, scale: int) -> tuple[Pixels, Pixels]:
        descriptor = self.subject.spec.descriptor
        low, high = clip.low[scale], clip.high
        side = descriptor.side if descriptor.tiling == "fixed" else self.side // scale
        length = min(self.subject.frames, len(high))
        begin = (len(high) - length) // 2
        height, width = (min(side or n, n) for n in low.shape[1:3])
        y, x = (low.shape[1] - height) // 2, (low.shape[2] - width) // 2
        return (
            low[begin : begin + length, y : y + height, x : x + width],
            high[
                begin : begin + length,
                y * scale : (y + height) * scale,
                x * scale : (x + width) * scale,
            ],
        )


def check_sizes(clips: Sequence[Clip], subject: Subject) -> None:
    """Say before the first step that a validation picture is too small or too short.

    Raises:
        InputError: if one is.
    """
    descriptor = subject.spec.descriptor
    needed = descriptor.side if descriptor.tiling == "fixed" else 1
    for clip in clips:
        for scale in subject.scales:
            height, width = clip.low[scale].shape[1:3]
            least = max(needed, -(-(_WINDOW + 2 * scale) // scale))
            if min(height, width) < least:
                raise InputError(
                    f"a validation picture of {width * scale}x{height * scale} is too small to "
                    f"measure at x{scale}",
                    f"give pictures of at least {least * scale} pixels",
                )
        if descriptor.frames == "sliding" and len(clip.high) < descriptor.window:
            raise InputError(
                f"a validation clip has {len(clip.high)} frames, the network sees "
                f"{descriptor.window}",
                "give longer clips",
            )


def _frames(batch: Tensor) -> list[NDArray[np.float64]]:
    """The only clip or picture of a batch as frames `height x width x channels`."""
    frames = batch[0] if batch.ndim == 5 else batch
    return [frame.permute(1, 2, 0).double().numpy() for frame in frames]


def _score(sample: Sample) -> tuple[float, float]:
    crop = slice(sample.scale, -sample.scale)
    made, high = (picture[crop, crop] * 255.0 for picture in (sample.made, sample.high))
    made = np.clip(np.floor(made + 0.5), 0.0, 255.0)
    return psnr(made, high), ssim(made, high)
