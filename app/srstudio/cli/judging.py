"""Super-resolves and measures: what `compare`, `evaluate` and the demo have in common."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srstudio.cli.choice import Choice
from srstudio.cli.measured import PROTOCOLS, Row
from srstudio.core.frame import Frame
from srstudio.core.progress import Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaler
    from srstudio.jobs.specs import Precision
    from srstudio.metrics.protocol import Protocol


def add_engine_arguments(parser: ArgumentParser) -> None:
    """Where and how precisely networks run."""
    device = "cpu, cuda:0, mps, or auto (default)"
    parser.add_argument("--device", metavar="NAME", default="auto", help=device)
    precision = "float32 (default), or half precision where model and device allow it"
    parser.add_argument("--precision", choices=("exact", "fast"), default="exact", help=precision)


def add_protocol_argument(parser: ArgumentParser) -> None:
    """The convention to measure by."""
    presets = "paper (Y, crop = scale; default) or rgb (all channels, nothing cropped)"
    parser.add_argument("--protocol", choices=PROTOCOLS, default="paper", help=presets)


def make_upscaler(device: str = "auto", precision: Precision = "exact") -> Upscaler:
    """The engine on a device, as the window makes it; imports torch."""
    from srstudio.jobs.viewport import make_upscaler

    return make_upscaler(device, precision)


@dataclass(frozen=True, slots=True)
class Pair:
    """A low-resolution picture and its ground truth, `scale` times as large."""

    low: Frame
    truth: Frame
    set: str
    item: str


@dataclass(frozen=True, slots=True)
class Judge:
    """Measures models by one protocol at one scale."""

    upscaler: Upscaler
    protocol: Protocol
    scale: int

    def judge(self, choice: Choice, pair: Pair, progress: Progress) -> tuple[Row, Frame]:
        """The numbers of one model on one pair, and its picture as it would be saved."""
        from srstudio.metrics.report import measure

        made = self.upscaler.upscale(pair.low, choice.spec, self.scale, progress)
        measured = measure(made.frame, pair.truth, self.protocol)
        row = Row(choice, pair.set, pair.item, measured, made.seconds, made.notes)
        return row, made.frame
