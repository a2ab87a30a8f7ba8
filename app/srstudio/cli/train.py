"""`srstudio train`: train a network on folders of pictures or clips."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from srstudio.cli.console import Console
from srstudio.cli.interrupts import on_first_signal
from srstudio.cli.training_display import TrainingDisplay
from srstudio.cli.verb import Verb
from srstudio.core.errors import UsageError

if TYPE_CHECKING:
    from srstudio.training.fields import Field
    from srstudio.training.request import TrainRequest

DETAILS = """\
examples:
  srstudio train --list
  srstudio train edsr-short --describe
  srstudio train fsrcnn --data photographs --val kodak --out runs/x2 --set scale=2
  srstudio train fsrcnn --out runs/x2 --resume
  srstudio train edsr --data photographs --out runs/edsr --devices 4
  torchrun --nproc-per-node 4 -m srstudio train edsr --data photographs --out runs/edsr

RUN/log.jsonl has a JSON object a line: iteration, loss, lr and more; validation lines have psnr
and ssim (what the network sees: Y or RGB; crop = scale, SSIM 11x11 Gaussian); an event says what
happened. RUN/best.safetensors, RUN/last.safetensors and RUN/steps can be given to -m of the other
verbs; RUN/patches shows low resolution, result and ground truth.

DIV2K, sub-images and LMDBs as BasicSR makes them, REDS and Vimeo-90K are recognised: their low
resolution is used, and what their makers keep for validation (REDS4, DIV2K 0801-0810) is validated
on and never learnt from. degradation=photo or video makes other low resolution than bicubic, anew
for each patch; shrink=2 hides traces of coding.

Ctrl+C and SIGTERM save the run and end it, with exit code 130; --resume goes on with it. So does
the word `stop` in the file RUN/control; `pause` lets it wait until the file is removed."""


def add_arguments(parser: ArgumentParser) -> None:
    """Recipe, folders and how to go about it."""
    parser.add_argument("recipe", metavar="RECIPE", nargs="?", default="", help="what to train")
    parser.add_argument("--list", action="store_true", help="list the recipes")
    parser.add_argument(
        "--describe", action="store_true", help="say what each key of the recipe means"
    )
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        help="pictures, folders of frames, videos, an LMDB, or a known data set; every FOLDER "
        "gives the same share",
    )
    parser.add_argument(
        "--val",
        metavar="FOLDER",
        type=Path,
        help="pictures to validate on (default: some of the training pictures, held out)",
    )
    parser.add_argument("--out", metavar="RUN", type=Path, help="folder of the run")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change the recipe"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in RUN")
    parser.add_argument("--device", metavar="NAME", default="auto", help="cpu, cuda:0, mps, auto")
    parser.add_argument(
        "--devices", metavar="N", type=int, default=1, help="how many devices share each batch"
    )
    parser.add_argument(
        "--tensorboard", action="store_true", help="also write event files for TensorBoard"
    )


def run(args: Namespace, console: Console) -> int:
    """Train, telling how it goes on standard error."""
    if args.list:
        return _list(console)
    if args.describe:
        return _describe(args, console)
    from srstudio.engine.device import tune_allocator
    from srstudio.training.run import train

    request = _request(args)
    tune_allocator()
    display = TrainingDisplay(console, request.config.iterations)
    with display.shown() as progress, on_first_signal(progress.cancel):
        trained = train(request, progress, [display])
    if trained is not None:
        console.show(
            {**asdict(trained), "weights": str(trained.weights)},
            f"{trained.model}: {trained.psnr:.2f} dB on the validation pictures, "
            f"written to {trained.weights}",
        )
    return 0


def _request(args: Namespace) -> TrainRequest:
    from srstudio.engine.device import choose, native_bf16
    from srstudio.training.request import asked_for

    if args.out is None:
        raise UsageError("the run has no folder", "name one with --out")
    if args.devices < 1:
        raise UsageError(f"{args.devices} devices cannot train", "give 1 or more")
    device = choose(args.device)
    return asked_for(
        args.recipe,
        args.set,
        tuple(args.data),
        args.out,
        args.resume,
        valid=args.val,
        device=device.id,
        devices=args.devices,
        fast_half=native_bf16(device),
        tensorboard=args.tensorboard,
    )


def _list(console: Console) -> int:
    from srstudio.training.recipes import RECIPES

    rows = [{"name": r.name, "description": r.line} for r in RECIPES.values()]
    console.show(rows, *(f"{row['name']:<23}{row['description']}" for row in rows))
    return 0


def _describe(args: Namespace, console: Console) -> int:
    from srstudio.training.fields import as_rows, fields
    from srstudio.training.recipes import recipe

    config = recipe(args.recipe, args.set)
    console.show(as_rows(config), *(_field(field) for field in fields(config)))
    return 0


def _field(field: Field) -> str:
    takes = " ".join(word for word in (field.range, field.unit) if word)
    value = ",".join(map(str, field.default)) if field.type[:4] == "list" else field.default
    return f"{f'{field.name}={value}':<28}{takes}\n    {field.description}"


VERB = Verb("train", "train a network on folders of pictures", add_arguments, run, DETAILS)
