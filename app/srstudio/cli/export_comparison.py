"""`srstudio export-comparison`: models set against each other, as a picture or a video to show."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from srstudio.cli.choice import factor
from srstudio.cli.console import Console
from srstudio.cli.conventions import add_protocol_arguments
from srstudio.cli.judging import add_engine_arguments
from srstudio.cli.moments import add_part_arguments
from srstudio.cli.verb import Verb
from srstudio.core.regions import Region

DETAILS = """\
examples:
  srstudio export-comparison low.png truth.png --models raw,fsrcnn -o sheet.png --region auto
  srstudio export-comparison low.png -s 4 --models raw,edsr-baseline --layout sweep -o sweep.gif
  srstudio export-comparison in.mp4 truth.mp4 --models raw,delta --layout grid -o grid.mp4

The suffix of OUT decides what it becomes: a picture (.png, .jpg, .webp, .tif), an animated GIF, a
video (.mp4, .mkv, .mov, .webm), or numbered pictures (a name such as shot_%05d.png). A picture of
a clip shows its frame at --start. With a ground truth it is the last column, every other shows
MSE, SSIM and PSNR of the frame, and the scale follows from the two sizes.

Layouts: side-by-side; grid; sweep, a slider that moves from each source to the next one (in a
picture all sources are shown at once, in strips). A video of a clip keeps its times, and its sound
unless --audio none says otherwise.

--json: an object with output, layout, scale, sources, width, height, frames and notes."""


def add_arguments(parser: ArgumentParser) -> None:
    """What is compared, how it is drawn and how it is written."""
    add = parser.add_argument
    add("source", metavar="SOURCE", type=Path, help="low-resolution picture or clip")
    add("truth", metavar="GT", type=Path, nargs="?", help="ground truth")
    models = "models, with commas between them (default: raw,fsrcnn)"
    add("--models", metavar="A,B", default="raw,fsrcnn", help=models)
    add("-s", "--scale", type=factor, help="factor, where there is no ground truth")
    add("-o", "--out", metavar="OUT", type=Path, required=True, help="picture, GIF or video")
    layouts = ("side-by-side", "grid", "sweep")
    add("--layout", choices=layouts, default=layouts[0], help="default: side-by-side")
    _add_detail_arguments(parser)
    seconds = "of a sweep, or of a still picture in a video (default: 3; less for a short clip)"
    add("--seconds", type=_seconds, help=seconds)
    add("--overwrite", action="store_true", help="replace files that exist")
    _add_encoding_arguments(parser)
    add_part_arguments(parser)
    add_protocol_arguments(parser)
    add_engine_arguments(parser)


def _add_detail_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    region = "enlarge this part below, in pixels of the result; auto: where sources differ most"
    add("--region", metavar="X,Y,W,H|auto", type=_region, help=region)
    zoom = "each pixel of the part as N by N (default: as many as fit)"
    add("--zoom", metavar="N", type=factor, help=zoom)
    add("--only-region", action="store_true", help="show the part alone, not the whole picture")


def _add_encoding_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--codec", metavar="NAME", default="h264", help="of a video (default: h264)")
    add("--crf", metavar="N", type=int, help="quality of a video; smaller is better")
    add("--preset", metavar="NAME", help="speed of the encoder, as it calls it")
    add("--audio", choices=("copy", "none"), default="copy", help="sound of a video")


def run(args: Namespace, console: Console) -> int:
    """Compute, draw and write."""
    from srstudio.cli.export_comparison_work import export_comparison

    return export_comparison(args, console)


def _region(text: str) -> Region | str:
    if text == "auto":
        return text
    sides = text.split(",")
    if len(sides) != 4 or not all(side.isdecimal() for side in sides):
        raise ArgumentTypeError(f"a region is x,y,width,height or auto, not {text!r}")
    return Region(*map(int, sides))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise ArgumentTypeError(f"a time is from 0.1 to 3600 seconds, not {text!r}")
    return seconds


VERB = Verb(
    "export-comparison",
    "draw models against each other: picture, GIF or video",
    add_arguments,
    run,
    DETAILS,
)
