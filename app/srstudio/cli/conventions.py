"""The convention to measure by: what a person asks for, and what a test set is published in."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srstudio.media.datasets import DataSet
    from srstudio.metrics.protocol import Protocol

PROTOCOLS = ("paper", "rgb")
SCALE = "scale"


def add_protocol_arguments(parser: ArgumentParser) -> None:
    """The convention to measure by."""
    add = parser.add_argument
    presets = "paper (as published: pictures Y, crop = scale; default) or rgb (nothing cropped)"
    add("--protocol", choices=PROTOCOLS, default="paper", help=presets)
    add("--channel", choices=("y", "rgb"), help="measure this, whatever the protocol says")
    crop = "leave out a border of N pixels, of as many as the scale, or none"
    add("--crop", metavar="N|scale|none", type=_crop, help=crop)


def protocol_of(args: Namespace, scale: int, published: Protocol | None = None) -> Protocol:
    """The convention that the arguments ask for.

    Args:
        args: With those of `add_protocol_arguments`.
        scale: Factor of super-resolution.
        published: What `paper` stands for here; that of the picture benchmarks if None.
    """
    from srstudio.metrics.protocol import Protocol

    paper = published or Protocol.paper(scale)
    base = paper if args.protocol == "paper" else Protocol.rgb()
    crop = {None: base.crop, SCALE: scale}.get(args.crop, args.crop)
    return Protocol(args.channel.upper() if args.channel else base.channel, crop)


def published_for(data: DataSet, scale: int) -> Protocol:
    """What papers measure such a set by: of clips, nothing is cropped."""
    from srstudio.metrics.protocol import Protocol

    return Protocol(data.channel, scale if data.kind == "pictures" else 0)


def _crop(text: str) -> int | str:
    if text == SCALE:
        return SCALE
    if text != "none" and not text.isdecimal():
        raise ArgumentTypeError(f"a crop is a number of pixels, scale or none, not {text!r}")
    return 0 if text == "none" else int(text)
