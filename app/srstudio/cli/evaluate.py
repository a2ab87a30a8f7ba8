"""`srstudio evaluate`: models on whole test sets, by the published protocol."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from srstudio.cli import failures
from srstudio.cli.choice import choose_all, factor
from srstudio.cli.console import Console
from srstudio.cli.conventions import add_protocol_arguments
from srstudio.cli.evaluating import Evaluation
from srstudio.cli.journal import Journal
from srstudio.cli.judging import add_engine_arguments, make_upscaler
from srstudio.cli.measured import Row, document, means, note_lines, protocol_words
from srstudio.cli.resultfiles import Results, files_of, write_results
from srstudio.cli.tables import Grid, for_terminal, papers, slides
from srstudio.cli.testsets import TestSet, degradation_argument, open_set, set_argument
from srstudio.cli.verb import Verb
from srstudio.core.errors import UsageError

FORMS: dict[str, Callable[[Sequence[Row], int], list[Grid]]] = {"slides": slides, "papers": papers}

DETAILS = """\
examples:
  srstudio evaluate --set Set5=benchmarks/Set5 --models raw,fsrcnn,fsrcnn+ --scale 2
  srstudio evaluate --set sample --models raw,delta,5-parallel --scale 4
  srstudio evaluate --set REDS4=REDS --models raw --scale 4 --resume reds4.jsonl --out tables

The layout of a set is recognised by what lies in its folder, and said: HR and LR_bicubic/X4;
GTmod12 and LRbicx4; image_SRF_4; DIV2K_valid_HR and DIV2K_valid_LR_bicubic/X4 (of DIV2K_train,
0801-0900 where they are there); REDS' train_sharp (the four clips of REDS4, else 240-269) or
val_sharp, and ..._bicubic; Vid4's GT and BIx4; Vimeo-90K's sequences and sep_testlist.txt; else
the folder holds the ground truths itself, as pictures or, with numbered frames in a folder for
each, as clips. A video is the ground truth of one clip; `sample` is the bundled one.
NAME=FOLDER,LOW names the ground truths and the low-resolution pictures themselves
(Vid4-BD=Vid4/GT,Vid4/BDx4). Low-resolution pictures that a set does not bring are made from the
ground truths by MATLAB's bicubic; with --degrade all of them are, after a Gaussian blur of that
standard deviation in low-resolution pixels, and coded as JPEG of that quality with colour at half
the resolution.

--protocol paper is what the set is published in: Y, crop = scale for pictures (RGB for DIV2K);
nothing cropped for clips, Y (RGB for REDS), the mean over the frames of each clip and then over
the clips.

--out: a table for each file, of the kind that its suffix says (.csv .json .md .tex), or a folder
for all four. --resume: a file that every result is written down in at once; what it holds
already is not measured again.

--json: an object with protocol (channel, crop, window, range; of the first set), scale, sets
(name, folder, layout, kind, low, degradation, protocol), rows (model, id, set, item, mse, psnr,
ssim, seconds, notes) and means; infinite PSNR is "inf", SSIM that does not exist is null. The mean
PSNR is that of the items' PSNR, as published."""


def add_arguments(parser: ArgumentParser) -> None:
    """The sets, the models, the scale, the convention, and where the results go."""
    add = parser.add_argument
    sets = "a test set: a folder, or a video; can be given several times"
    add("--set", metavar="NAME=PATH", dest="sets", type=set_argument, action="append", help=sets)
    add("--models", metavar="A,B+", required=True, help="models, with commas between them")
    add("--scale", "-s", type=factor, required=True, help="factor of super-resolution")
    only = "only the pictures or clips called so (* and ? stand for anything)"
    add("--only", metavar="NAME,NAME", type=_words, default=(), help=only)
    kind = "what a set holds, where it is not recognised rightly"
    add("--as", dest="kind", choices=("pictures", "clips"), help=kind)
    degrade = "make all low-resolution pictures anew: blurred, and coded as JPEG, beside bicubic"
    kinds = "blur=PIXELS,jpeg=QUALITY"
    add("--degrade", metavar=kinds, type=degradation_argument, default={}, help=degrade)
    add_protocol_arguments(parser)
    form = "slides (models as rows; default) or papers (sets as rows, models as columns)"
    add("--form", choices=tuple(FORMS), default="slides", help=form)
    out = "write tables: FILE.csv, .json, .md, .tex, or a folder for all of them"
    add("--out", metavar="FILE", nargs="+", default=(), help=out)
    add("--overwrite", action="store_true", help="replace files that exist")
    add("--resume", metavar="FILE", type=Path, help="keep a journal there and go on from it")
    add_engine_arguments(parser)


def run(args: Namespace, console: Console) -> int:
    """Measure every model on every picture of every set."""
    files = files_of(args.out, args.overwrite)
    choices = choose_all(args.models, args.scale)
    sets = _open_sets(args, console)
    journal = Journal(args.resume, args.scale, args.precision)
    upscaler = make_upscaler(args.device, args.precision)
    evaluation = Evaluation(upscaler, sets, choices, args.scale, journal, console)
    rows, wanted = evaluation.rows(), evaluation.count
    grids = FORMS[args.form](rows, args.scale) if rows else []
    found = Results(rows, args.scale, _document(rows, sets, args.scale), grids)
    if rows:
        write_results(found, files, args.overwrite)
    missing = _missing(rows, sets)
    console.show(found.document, *map(for_terminal, grids), *missing, *note_lines(rows))
    return failures.DONE if len(rows) == wanted else failures.SOME_FAILED


def _open_sets(args: Namespace, console: Console) -> list[TestSet]:
    if not args.sets:
        raise UsageError("no test set was named", "give one, as in --set Set5=FOLDER")
    names = [named.name for named in args.sets]
    if len(set(names)) < len(names):
        raise UsageError("two test sets have the same name", "name each of them differently")
    sets = [open_set(named, args) for named in args.sets]
    for each in sets:
        console.note(each.sentence)
    return sets


def _document(rows: Sequence[Row], sets: Sequence[TestSet], scale: int) -> dict[str, Any]:
    about = [
        {
            "name": each.named.name,
            "folder": str(each.named.folder),
            "layout": each.data.layout,
            "kind": each.data.kind,
            "low": str(each.data.low) if each.data.low else None,
            "degradation": None if each.data.low else each.how.text,
            "items": len(each.data.items),
            "protocol": protocol_words(each.protocol),
        }
        for each in sets
    ]
    return {**document(sets[0].protocol, scale, rows, "model"), "sets": about}


def _missing(rows: Sequence[Row], sets: Sequence[TestSet]) -> list[str]:
    """Which means leave something out."""
    whole = {each.named.name: len(each.data.items) for each in sets}
    return [
        f"{mean.choice.name}, {mean.set}: the mean is over {mean.pictures} of {whole[mean.set]}"
        for mean in means(rows)
        if mean.pictures < whole[mean.set]
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


VERB = Verb("evaluate", "measure models on test sets", add_arguments, run, DETAILS)
