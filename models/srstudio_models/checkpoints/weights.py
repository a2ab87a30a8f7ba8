"""From any weight file to weights under our names, with what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from srstudio_models.catalog import Row
from srstudio_models.checkpoints import edsr, small, video
from srstudio_models.checkpoints.files import AGAIN, read_tensors
from srstudio_models.checkpoints.header import read_about
from srstudio_models.checkpoints.layout import Layout, Unsupported
from srstudio_models.checkpoints.options import closest
from srstudio_models.spec import ModelFileError

# The first that fits is taken.
LAYOUTS: tuple[Layout, ...] = (*edsr.LAYOUTS, *small.LAYOUTS, *video.LAYOUTS)
OTHER = "choose a file for one of the networks that `srstudio models` lists"


@dataclass(frozen=True, slots=True)
class Weights:
    """What is in a weight file.

    Attributes:
        tensors: The weights by our names; by those of the file where its layout is unknown.
        about: Entries of a row of the catalogue, with at least `network` and `options`; None if
            the file alone does not tell.
        layout: Whose layout it is; empty if unknown.
    """

    tensors: dict[str, Tensor]
    about: Row | None
    layout: str = ""


def read_weights(path: Path) -> Weights:
    """Read a weight file of ours, or of others in a layout that is known.

    Raises:
        ModelFileError: if it cannot be read, is incomplete, or is for a network that there is not.
    """
    tensors, about = read_tensors(path), read_about(path)
    if about is not None:
        return Weights(tensors, about, "SR Studio")
    layout = next((layout for layout in LAYOUTS if layout.fits(tensors)), None)
    if layout is None:
        return Weights(tensors, None)
    try:
        options = layout.options(tensors)
        tensors = layout.translate(tensors, options)
    except Unsupported as kind:
        raise ModelFileError(f"{path.name} holds {kind}", OTHER) from None
    except KeyError as key:
        cause = f"{path.name} looks like {layout.name}, but {key} is missing"
        raise ModelFileError(cause, AGAIN) from None
    about = None
    if layout.networks:
        about = {
            "network": closest(layout.networks, options),
            "options": options,
            "training": f"By others; read from a file in the layout of {layout.name}",
        }
    return Weights(tensors, about, layout.name)
