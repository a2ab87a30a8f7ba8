"""`srstudio models`: what there is to choose from, and how to get what is not there yet."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Literal

from rich.table import Table

from srstudio.cli import failures
from srstudio.cli.console import Console
from srstudio.cli.verb import Verb
from srstudio.core.errors import StudioError, UsageError
from srstudio.settings.models import available_catalog, install, uninstall
from srstudio_models import ModelFileError, ModelSpec
from srstudio_models.catalog import installed, weights_path
from srstudio_models.spec import scales_text

DETAILS = """\
examples:
  srstudio models
  srstudio models add edsr_baseline_x2-1bc95232.pt
  srstudio models add mine.pth --name edsr-x2-photo
  srstudio models remove edsr-x2-photo

add reads .safetensors, .pt and .pth files of SR Studio, EDSR-PyTorch, BasicSR, mmagic and others,
finds out which network they are for, and keeps a copy. No code in them is ever run.

--json: a list of objects with id, network, title, scales, parameters, colour, frames, installed,
file (null where it needs none or there is none), accepts (what can be installed as it), suits
(which input it is for), licence, training and quality; of those that were added where there is an
add."""


def add_arguments(parser: ArgumentParser) -> None:
    """The two actions; without one, the list."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    add = actions.add_parser("add", help="install weight files", allow_abbrev=False)
    add.add_argument("files", metavar="FILE", nargs="+", type=Path, help="weight file")
    add.add_argument("--name", metavar="ID", help="id of the model (default: as the network's)")
    add.add_argument("--overwrite", action="store_true", help="replace other weights of that id")
    remove = actions.add_parser("remove", help="remove an installed model", allow_abbrev=False)
    remove.add_argument("id", metavar="ID", help="its id")
    for each in (add, remove):  # also after the action, without undoing those before it
        each.add_argument("--json", action="store_true", default=SUPPRESS, help=SUPPRESS)
        each.add_argument("--debug", action="store_true", default=SUPPRESS, help=SUPPRESS)


def run(args: Namespace, console: Console) -> int:
    """List the models, install some, or remove one."""
    return {"add": _add, "remove": _remove, None: _list}[args.action](args, console)


def _list(_: Namespace, console: Console) -> int:
    specs = list(available_catalog())
    missing = [spec for spec in specs if not installed(spec)]
    there = [spec for spec in specs if installed(spec)]
    console.show([_row(spec) for spec in specs], _table(there), "", _missing_table(missing))
    return failures.DONE


def _add(args: Namespace, console: Console) -> int:
    if args.name is not None and len(args.files) > 1:
        raise UsageError("--name is for one file", "add the others without it")
    specs = []
    for path in args.files:
        try:
            spec = install(path, args.name, overwrite=args.overwrite)
        except (ModelFileError, StudioError) as error:
            if len(args.files) == 1:
                raise
            console.complain(failures.sentence(error), error)
            continue
        console.say(f"{path} is installed as {spec.id} ({spec.title}).")
        specs.append(spec)
    console.show([_row(spec) for spec in specs])
    return failures.DONE if len(specs) == len(args.files) else failures.SOME_FAILED


def _remove(args: Namespace, console: Console) -> int:
    uninstall(args.id)
    console.say(f"{args.id} is removed.")
    console.show([])
    return failures.DONE


def _row(spec: ModelSpec) -> dict[str, Any]:
    quality = [
        {"set": q.dataset, "scale": q.scale, "psnr": q.psnr, "ssim": q.ssim} for q in spec.quality
    ]
    there = spec.file is not None and weights_path(spec).is_file()
    return {
        "id": spec.id,
        "network": spec.network,
        "title": spec.title,
        "scales": list(spec.scales),
        "parameters": spec.parameters,
        "colour": spec.descriptor.colour,
        "frames": spec.descriptor.frames,
        "installed": installed(spec),
        "file": str(weights_path(spec)) if there else None,
        "accepts": spec.accepts,
        "suits": spec.suits,
        "licence": spec.licence,
        "training": spec.training,
        "quality": quality,
    }


def _table(specs: list[ModelSpec]) -> Table:
    table = Table(caption="Quality: mean over the set, Y, crop = scale, SSIM 11x11 Gaussian")
    for heading in ("Model", "Scale", "Parameters", "Colour", "Licence", "Quality"):
        justify: Literal["left", "right"] = "right" if heading == "Parameters" else "left"
        table.add_column(heading, justify=justify, no_wrap=heading == "Model", overflow="fold")
    for spec in specs:
        quality = [f"{q.dataset} x{q.scale} {q.psnr:.2f} dB, {q.ssim:.4f}" for q in spec.quality]
        cells = (f"{spec.parameters:,}", spec.descriptor.colour, spec.licence)
        table.add_row(spec.id, scales_text(spec.scales), *cells, "\n".join(quality))
    return table


def _missing_table(specs: list[ModelSpec]) -> Table:
    caption = "Without weights: install a file with `srstudio models add FILE`, or train one"
    table = Table(caption=caption)
    table.add_column("Model", no_wrap=True)
    table.add_column("Scale", overflow="fold")
    table.add_column("Parameters", justify="right", no_wrap=True)
    table.add_column("What to install", overflow="fold")
    for spec in specs:
        told = spec.accepts or "what `srstudio train` makes"
        table.add_row(spec.id, scales_text(spec.scales), f"{spec.parameters:,}", told)
    return table


VERB = Verb("models", "list the models, install weights", add_arguments, run, DETAILS)
