"""`srstudio models`: what there is to choose from."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import resources
from typing import Any

from rich.table import Table

from srstudio.cli.console import Console
from srstudio.cli.verb import Verb
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.spec import scales_text


def add_arguments(parser: ArgumentParser) -> None:
    """No arguments of its own."""


def installed(spec: ModelSpec) -> bool:
    """Whether the model can run here: it needs no weights, or its weight file is there."""
    if spec.file is None:
        return True
    return (resources.files("srstudio_models") / "weights" / spec.file).is_file()


def run(args: Namespace, console: Console) -> int:
    """List the catalogue."""
    specs = list(read_catalog())
    console.show([_row(spec) for spec in specs], _table(specs))
    return 0


def _row(spec: ModelSpec) -> dict[str, Any]:
    quality = [
        {"set": q.dataset, "scale": q.scale, "psnr": q.psnr, "ssim": q.ssim} for q in spec.quality
    ]
    return {
        "id": spec.id,
        "network": spec.network,
        "title": spec.title,
        "scales": list(spec.scales),
        "parameters": spec.parameters,
        "colour": spec.descriptor.colour,
        "frames": spec.descriptor.frames,
        "installed": installed(spec),
        "licence": spec.licence,
        "training": spec.training,
        "quality": quality,
    }


def _table(specs: list[ModelSpec]) -> Table:
    table = Table(caption="Quality: mean over the set, Y, crop = scale, SSIM 11x11 Gaussian")
    for heading in ("Model", "Scale", "Parameters", "Colour", "Licence", "Quality"):
        right = heading == "Parameters"
        table.add_column(heading, overflow="fold", justify="right" if right else "left")
    for spec in specs:
        quality = [f"{q.dataset} x{q.scale} {q.psnr:.2f} dB, {q.ssim:.4f}" for q in spec.quality]
        name = spec.id if installed(spec) else f"{spec.id} (not installed)"
        cells = (f"{spec.parameters:,}", spec.descriptor.colour, spec.licence)
        table.add_row(name, scales_text(spec.scales), *cells, "\n".join(quality))
    return table


VERB = Verb("models", "list the models: what they can do and how good they are", add_arguments, run)
