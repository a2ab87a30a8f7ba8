"""`srstudio upscale`: pictures and folders in, larger pictures out."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srstudio.cli import failures
from srstudio.cli.choice import choose, choose_scale, factor
from srstudio.cli.console import Console, Steps
from srstudio.cli.judging import add_engine_arguments, make_upscaler
from srstudio.cli.naming import STEM, Targets, is_one_file
from srstudio.cli.sizes import ByFactor, BySize, Plan, Planner, target_argument
from srstudio.cli.verb import Verb
from srstudio.cli.walking import Found, find_pictures
from srstudio.core.errors import UsageError
from srstudio_models import ModelFileError

if TYPE_CHECKING:
    from srstudio.core.frame import Frame
    from srstudio.core.progress import Progress
    from srstudio.engine.upscaler import Upscaled, Upscaler
    from srstudio.media.still import SaveOptions

DETAILS = """\
examples:
  srstudio upscale cat.png -m fsrcnn -s 4 -o cat-large.png
  srstudio upscale photos holiday/*.jpg -m fsrcnn -s 2 -o large
  srstudio upscale cat.png -m fsrcnn --size 1920x -o wide.png

A factor that no model of the network has, up to 64, is made in several steps. With --size the
smallest factor that reaches the size is taken, and the result is resampled by bicubic to the
exact size; a side that is left out follows from the picture's proportions.

Folders are walked with all that is in them, and the results keep their tree, names and formats
(BMP becomes PNG). A picture that cannot be used is told on standard error and the rest goes on.
Nothing is replaced unless --overwrite says so, and an input never is.

Exit code: 0 all done; 1 some inputs failed; 2 wrong usage; 130 cancelled with Ctrl+C, which
keeps the finished files. --json: a list of objects with input, output, model, scale, width,
height, seconds, notes and error (null where all went well)."""


@dataclass(slots=True)
class Result:
    """What became of one input; the fields are those of `--json`."""

    input: str
    model: str
    scale: int | None
    output: str | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    notes: list[str] = field(default_factory=list)
    error: str | None = None


def add_arguments(parser: ArgumentParser) -> None:
    """Inputs, model and where the results go."""
    add = parser.add_argument
    add("inputs", metavar="IN", nargs="+", type=Path, help="picture or folder")
    add("-m", "--model", required=True, help="model: an id, a network, or a weight file")
    how_large = parser.add_mutually_exclusive_group()
    scale = "factor of super-resolution, such as 2; up to 64"
    how_large.add_argument("-s", "--scale", type=factor, help=scale)
    size = "size of the results: 1920x1080, 1920x, x1080 or 250%%"
    how_large.add_argument("--size", type=target_argument, help=size)
    add("-o", "--out", metavar="OUT", required=True, help="folder, or a file for one picture")
    depth = "bits a channel (default: those of the input)"
    add("--bit-depth", type=int, choices=(8, 16), help=depth)
    quality = "of JPEG (default: 95), and of WebP, which else is lossless"
    add("--quality", metavar="1..100", type=_quality, help=quality)
    add("--flatten", action="store_true", help="lay transparency on white for JPEG")
    add("--template", default=STEM, help="names in a folder (default: {stem}); {model} {scale} too")
    add("--overwrite", action="store_true", help="replace files that exist")
    add_engine_arguments(parser)


def run(args: Namespace, console: Console) -> int:
    """Super-resolve every input, one after the other."""
    from srstudio.media.still import READ_SUFFIXES, WRITE_SUFFIXES

    planner = _planner(args)
    one_file, out = is_one_file(args.out, args.inputs, WRITE_SUFFIXES), Path(args.out)
    targets = Targets(out, one_file, args.template, WRITE_SUFFIXES, args.overwrite)
    found = list(find_pictures(args.inputs, READ_SUFFIXES, None if one_file else out))
    with console.steps(len(found)) as steps:
        batch = _Batch(
            make_upscaler(args.device, args.precision),
            planner,
            targets,
            _options(args),
            console,
            steps,
            one_file,
        )
        results = [batch.one(each) for each in found]
    console.show([asdict(result) for result in results])
    return failures.SOME_FAILED if any(result.error for result in results) else failures.DONE


def _planner(args: Namespace) -> Planner:
    choice = choose(args.model, args.scale)
    if args.size is not None:
        return BySize(args.model, args.size)
    return ByFactor(choice, choose_scale(choice, args.scale))


def _options(args: Namespace) -> SaveOptions:
    from srstudio.media.still import SaveOptions

    return SaveOptions(
        bit_depth=args.bit_depth,
        quality=args.quality or 95,
        lossless=args.quality is None,
        overwrite=args.overwrite,
        flatten=args.flatten,
    )


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is the same for every picture of one call; `only`: there is but one, for one file."""

    upscaler: Upscaler
    planner: Planner
    targets: Targets
    options: SaveOptions
    console: Console
    steps: Steps
    only: bool

    def one(self, found: Found) -> Result:
        """Do one picture; what goes wrong with it is told, and does not stop the others."""
        result = Result(str(found.path), self.planner.model, self.planner.scale)
        try:
            self._make(found, result)
        except ModelFileError:
            raise  # no other picture would fare better
        except Exception as error:
            if self.only and isinstance(error, UsageError):
                raise
            result.error = _about(found.path, failures.sentence(error))
            self.console.complain(result.error, error)
        else:
            self.console.say(_line(result))
        return result

    def _make(self, found: Found, result: Result) -> None:
        from srstudio.media.still import check_writable, read_picture, write_picture

        progress = self.steps.step(str(found.path))
        if found.problem is not None:
            raise found.problem
        frame = read_picture(found.path)
        plan = self.planner.plan(frame.size)
        result.model, result.scale = plan.choice.spec.id, plan.scale
        target = self.targets.give(found, result.model, plan.scale, plan.size)
        check_writable(target, self.options, plan.size, transparent=frame.alpha is not None)
        made = self._upscaled(frame, plan, progress)
        write_picture(made.frame, target, self.options)
        result.output, result.seconds = str(target), made.seconds
        result.width, result.height = made.frame.size
        result.notes = [*plan.notes, *made.notes, *self.targets.notes(found, target)]

    def _upscaled(self, frame: Frame, plan: Plan, progress: Progress) -> Upscaled:
        spec, upscale = plan.choice.spec, self.upscaler.upscale
        if plan.size == (frame.width * plan.scale, frame.height * plan.scale):
            return upscale(frame, spec, plan.scale, progress)
        from srstudio.engine.resampling import to_size

        made = upscale(frame.quantised(16), spec, plan.scale, progress)  # to be rounded once only
        resampled = to_size(made.frame, plan.size).quantised(frame.bit_depth)
        return replace(made, frame=resampled)


def _about(path: Path, sentence: str) -> str:
    """The sentence with the file's whole path, so that it is clear which one is meant."""
    if str(path) in sentence:
        return sentence
    return (
        f"{path}{sentence.removeprefix(path.name)}"
        if sentence.startswith(path.name)
        else (f"{path}: {sentence}")
    )


def _line(result: Result) -> str:
    size = f"{result.width}x{result.height}, {result.seconds:.2f} s"
    return " ".join([f"{result.input} -> {result.output} ({size})", *result.notes])


def _quality(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise ArgumentTypeError(f"a quality lies between 1 and 100, which {text!r} does not")
    return int(text)


VERB = Verb("upscale", "super-resolve pictures and folders", add_arguments, run, DETAILS)
