"""`srstudio compare`: models side by side on a picture or a clip, against its ground truth."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from srstudio.cli.choice import choose_all
from srstudio.cli.compare_clips import compare_clips
from srstudio.cli.console import Console
from srstudio.cli.conventions import add_protocol_arguments, protocol_of
from srstudio.cli.judging import (
    Judge,
    Pair,
    add_engine_arguments,
    make_upscaler,
)
from srstudio.cli.measured import document, note_lines, table
from srstudio.cli.moments import add_part_arguments
from srstudio.cli.verb import Verb
from srstudio.core.files import refuse_existing, refuse_source, refuse_unwritable, write_bytes

DETAILS = """\
examples:
  srstudio compare low.png truth.png --models raw,fsrcnn --out comparison.png
  srstudio compare in.mp4 truth.mp4 --models raw,delta,5-parallel --csv frames.csv --start 1:02.5

A video, an animated GIF, PNG or WebP, a folder of numbered pictures, or a pattern of them such as
shot_%05d.png is measured frame by frame. Each frame has the ground truth that is shown at its
time, both counted from the first frame (or the one of its number, where one of them is made of
as many numbered pictures); frames without one are left out, and that is told. The paper protocol
crops nothing of a clip, and a mean is over frames: of PSNR, the mean of the frames' PSNRs.
Warping is the squared change of Y along the motion of the ground truth, which has some itself:
the closer to that, the better. Flicker is the mean change of the error of Y.

The scale follows from the two sizes; a ground truth that is up to scale - 1 pixels larger than
that is cropped at its right and lower border. raw is the input, enlarged by bicubic.

--json: an object with protocol (channel, crop, window, range), scale, rows (source, id, set,
item, mse, psnr, ssim, seconds, notes) and means. MSE is on the 0..255 scale; the PSNR of
identical pictures is "inf"; the SSIM of pictures smaller than its window is null.
Of a clip, rows have warping, flicker and frames (how many were measured) besides; frames lists
every frame of every source (source, frame, time, mse, psnr, ssim, warping, flicker), as --csv
does, and of the truth its warping; worst lists the numbers of the worst frames by PSNR; mean
says what a mean is."""


def add_arguments(parser: ArgumentParser) -> None:
    """The two pictures or clips, the models, the convention."""
    parser.add_argument("low", metavar="LR", type=Path, help="low-resolution picture or clip")
    parser.add_argument("truth", metavar="GT", type=Path, help="ground truth")
    models = "models, with commas between them (default: raw,fsrcnn)"
    parser.add_argument("--models", metavar="A,B", default="raw,fsrcnn", help=models)
    add_protocol_arguments(parser)
    picture = "also write the pictures side by side"
    parser.add_argument("--out", metavar="PICTURE", type=Path, help=picture)
    csv = "also write the figures of every source, frame by frame"
    parser.add_argument("--csv", metavar="FILE", type=Path, help=csv)
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    add_part_arguments(parser)
    add_engine_arguments(parser)


def run(args: Namespace, console: Console) -> int:
    """Super-resolve with every model and measure the results."""
    from srstudio.jobs.clip_footage import is_picture

    for path in filter(None, (args.out, args.csv)):
        _check_output(path, args)
    if is_picture(args.low) and is_picture(args.truth):
        return _compare_pictures(args, console)
    return compare_clips(args, console)


def _check_output(path: Path, args: Namespace) -> None:
    """Raise now what would be raised when all is measured."""
    refuse_source(path, args.low, args.truth)
    if not args.overwrite:
        refuse_existing(path)
    refuse_unwritable(path)


def _compare_pictures(args: Namespace, console: Console) -> int:
    from srstudio.cli.picture import panels_of
    from srstudio.compare.rendering import draw_comparison
    from srstudio.jobs.curves import Curves, measure_frame
    from srstudio.jobs.pictures import match_truth
    from srstudio.media.still import SaveOptions, read_picture, write_picture

    low = read_picture(args.low)
    truth, scale = match_truth(low, read_picture(args.truth))
    choices = choose_all(args.models, scale)
    judge = Judge(make_upscaler(args.device, args.precision), protocol_of(args, scale), scale)
    pair = Pair(low, truth, str(args.truth.parent), args.truth.name)
    with console.steps(len(choices)) as steps:
        judged = [judge.judge(choice, pair, steps.step(choice.name)) for choice in choices]
    rows = [row for row, _ in judged]
    if args.csv is not None:
        curves = Curves()
        for row, frame in judged:
            curves.add(row.choice.name, measure_frame(0, frame, truth, judge.protocol))
        write_bytes(args.csv, curves.csv().encode(), overwrite=args.overwrite)
    if args.out is not None:
        sheet = draw_comparison(panels_of(judged, truth), judge.protocol.sentence)
        write_picture(sheet, args.out, SaveOptions(overwrite=args.overwrite))
    title = f"{args.low.name} against {args.truth.name}, x{scale}"
    shown = table(judge.protocol, rows, title)
    console.show(document(judge.protocol, scale, rows, "source"), shown, *note_lines(rows))
    return 0


VERB = Verb("compare", "measure models against the ground truth", add_arguments, run, DETAILS)
