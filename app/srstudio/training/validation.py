"""Quality during training, by the published protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from srstudio.metrics.functional import psnr, ssim
from srstudio.training.dataset import Pair, to_tensor
from srstudio_models.spec import Colour


@torch.inference_mode()
def validate(
    module: nn.Module, pairs: Sequence[Pair], scale: int, colour: Colour
) -> tuple[float, float]:
    """Mean PSNR in dB and SSIM of what the network sees, crop = scale, rounded to 8 bit."""
    was_training = module.training
    module.eval()
    device = next(module.parameters()).device
    scores = []
    for pair in pairs:
        low, high = (to_tensor([p], colour)[0] for p in (pair.low, pair.high))
        result = module(low[None].to(device))[0].float().cpu()
        planes = [(t * 255.0).permute(1, 2, 0).double().numpy() for t in (result, high)]
        a, b = (p[scale:-scale, scale:-scale] for p in planes)
        a = np.clip(np.floor(a + 0.5), 0.0, 255.0)
        scores.append((psnr(a, b), ssim(a, b)))
    module.train(was_training)
    means = np.mean(scores, axis=0)
    return float(means[0]), float(means[1])
