"""Icons, themes and samples of SR Studio; data only."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def folder(name: str) -> Path:
    """A folder of resources: `icons`, `samples` or `themes`."""
    return Path(str(resources.files("srstudio_resources"))) / name


def sample() -> tuple[Path, Path]:
    """The bundled sample: the low-resolution picture and its ground truth, twice as large."""
    return folder("samples") / "chelsea-lr.png", folder("samples") / "chelsea.png"


def sample_clip() -> Path:
    """The bundled clip, a ground truth: 48 frames, of which low resolution is made."""
    return folder("samples") / "coffee.mp4"
