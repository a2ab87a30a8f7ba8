"""`srstudio train`: train a network on a folder of pictures."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from srstudio.cli.console import Console
from srstudio.cli.verb import Verb

DETAILS = """\
example:
  srstudio train fsrcnn --data photographs --val kodak --out runs/x2 --set scale=2

RUN/log.jsonl has a JSON object a line: iteration, loss, lr; validation lines add psnr and ssim
(what the network sees: Y for FSRCNN; crop = scale, SSIM 11x11 Gaussian). RUN/best.safetensors
and RUN/last.safetensors can be given to -m of the other verbs."""


def add_arguments(parser: ArgumentParser) -> None:
    """Recipe, folders and how to go about it."""
    parser.add_argument("recipe", metavar="RECIPE", help="what to train: fsrcnn")
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        type=Path,
        nargs="+",
        required=True,
        help="training pictures; every folder gives the same share of the patches",
    )
    parser.add_argument(
        "--val",
        metavar="FOLDER",
        type=Path,
        help="pictures to validate on (default: some of the training pictures, held out)",
    )
    parser.add_argument("--out", metavar="RUN", type=Path, required=True, help="folder of the run")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change the recipe"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in RUN")
    parser.add_argument("--device", metavar="NAME", default="auto", help="cpu, cuda:0, mps, auto")


def run(args: Namespace, console: Console) -> int:
    """Train, telling how it goes on standard error."""
    from srstudio.engine.device import choose, tune_allocator
    from srstudio.training.checkpoint import RunFolder
    from srstudio.training.config import recipe
    from srstudio.training.dataset import find_pictures, hold_out, read_pairs
    from srstudio.training.trainer import Trainer

    config = recipe(args.recipe, args.set)
    train = [find_pictures(folder) for folder in args.data]
    train, valid = (train, find_pictures(args.val)) if args.val else hold_out(train)
    tune_allocator()
    trainer = Trainer(config, choose(args.device).id)
    folder = RunFolder(args.out, resume=args.resume)
    with console.steps(3) as steps:
        reading = steps.step("Reading the training pictures")
        parts = [reading.part(n / len(train), (n + 1) / len(train)) for n in range(len(train))]
        sets = [read_pairs(p, config.scale, part) for p, part in zip(train, parts, strict=True)]
        held_out = read_pairs(valid, config.scale, steps.step("Reading the validation pictures"))
        best = trainer.run(sets, held_out, folder, steps.step(f"Training {trainer.spec.title}"))
    weights = args.out / "best.safetensors"
    console.show(
        {"model": trainer.spec.id, "iterations": trainer.iteration, "psnr": best,
         "weights": str(weights)},
        f"{trainer.spec.title}: {best:.2f} dB on the validation pictures, written to {weights}",
    )  # fmt: skip
    return 0


VERB = Verb("train", "train a network on a folder of pictures", add_arguments, run, DETAILS)
