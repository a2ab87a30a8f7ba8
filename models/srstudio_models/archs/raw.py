"""The input as it is, brought to the target size: what every network has to beat."""

from __future__ import annotations

from torch import Tensor, nn

from srstudio_models.layers.resize import Kernel, imresize


class Resample(nn.Module):
    """Enlarges by a classical kernel; the identity, bit for bit, at scale 1.

    Args:
        kernel: `nearest`, `bicubic` (MATLAB's `imresize`) or `lanczos` (three lobes).
    """

    def __init__(self, kernel: Kernel = "bicubic") -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """(N, C, H, W) to (N, C, scale * H, scale * W), rounded up; not clamped."""
        return x if scale == 1 else imresize(x, scale, self.kernel)
