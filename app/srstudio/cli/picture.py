"""Measured rows as panels of a comparison picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from srstudio.cli.measured import Row
from srstudio.compare.rendering_views import Panel
from srstudio.core.frame import Frame

if TYPE_CHECKING:
    from srstudio.metrics.report import Measurement

TRUTH = "Ground truth"


def panels_of(judged: Sequence[tuple[Row, Frame]], truth: Frame) -> list[Panel]:
    """A panel for every measured source, and the ground truth last."""
    panels = [
        Panel(row.choice.spec.title, frame, numbers_of(row.measured)) for row, frame in judged
    ]
    return [*panels, truth_panel(truth)]


def truth_panel(truth: Frame) -> Panel:
    """The ground truth, with its size instead of numbers."""
    return Panel(TRUTH, truth, (f"{truth.width} x {truth.height} pixels",))


def numbers_of(measured: Measurement) -> tuple[str, ...]:
    """The numbers of a panel."""
    m = measured
    return f"MSE {m.mse:.2f}", f"SSIM {m.ssim:.4f}", f"PSNR {m.psnr:.2f} dB"
