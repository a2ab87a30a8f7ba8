"""`srstudio upscale`: pictures, folders and videos in, larger ones out."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from srstudio.cli import failures
from srstudio.cli.choice import choose, choose_scale, factor
from srstudio.cli.clips import is_clip
from srstudio.cli.console import Console
from srstudio.cli.judging import add_engine_arguments, make_upscaler
from srstudio.cli.naming import STEM, Targets, is_one_clip, is_one_file
from srstudio.cli.results import Result, about
from srstudio.cli.sizes import ByFactor, BySize, Planner, target_argument
from srstudio.cli.upscale_pictures import Pictures
from srstudio.cli.upscale_video import Clips, add_clip_arguments
from srstudio.cli.verb import Verb
from srstudio.cli.walking import Found, find_inputs
from srstudio.core.errors import UsageError
from srstudio.core.progress import Cancelled
from srstudio_models import ModelFileError

DETAILS = """\
examples:
  srstudio upscale cat.png -m fsrcnn -s 4 -o cat-large.png
  srstudio upscale photos holiday/*.jpg -m fsrcnn -s 2 -o large
  srstudio upscale cat.png -m fsrcnn --size 1920x -o wide.png
  srstudio upscale film.mp4 -m delta -s 4 -o film-x4.mkv --crf 16 --audio copy
  srstudio upscale film.mp4 -m delta -s 4 -o film-x4.mkv --crf 16 --audio copy --resume
  srstudio upscale film.mp4 -m fsrcnn -s 2 -o piece.mov --codec prores --start 1:30 --stop 1:45
  srstudio upscale frames/shot_%05d.tif -m fsrcnn -s 2 -o large/shot_%05d.tif
  srstudio upscale frames -m fsrcnn -s 2 -o film.mp4 --rate 24000/1001

A factor that no model of the network has, up to 64, is made in several steps. With --size the
smallest factor that reaches the size is taken, and the result is resampled by bicubic to the
exact size; a side that is left out follows from the picture's proportions.

Folders are walked for the pictures in them, and the results keep their tree, names and formats
(BMP becomes PNG); videos are named themselves, as in holiday/*.mp4. A picture that cannot be used
is told on standard error and the rest goes on. Nothing is replaced unless --overwrite says so,
and an input never is.

Videos, GIFs and patterns such as shot_%05d.png are clips; so are a folder of pictures and an
animated PNG or WebP, where OUT is a video, a GIF or a pattern. Sound, subtitles, chapters,
attachments, metadata, times, colours and the form of pixels are kept. What is done of a video is
safe in segments: after Ctrl+C, a crash or a power cut the same command with --resume goes on, and
the result is the one that an undisturbed run would have made.

Exit code: 0 all done; 1 some inputs failed; 2 wrong usage; 130 cancelled with Ctrl+C, which
keeps the finished files. --json: a list of objects with input, output, model, scale, width,
height, seconds, notes and error (null where all went well); those of clips have frames and fps,
too."""

Outcome = TypeVar("Outcome", bound=Result)


class Maker(Protocol[Outcome]):
    """Makes the results of one kind of inputs."""

    def blank(self, found: Found) -> Outcome:
        """A result of which nothing is known yet."""

    def make(self, found: Found, result: Outcome) -> None:
        """Do one input; what comes of it is written into `result`."""


def add_arguments(parser: ArgumentParser) -> None:
    """Inputs, model and where the results go."""
    add = parser.add_argument
    add("inputs", metavar="IN", nargs="+", type=Path, help="picture, folder, or video")
    add("-m", "--model", required=True, help="model: an id, a network, or a weight file")
    how_large = parser.add_mutually_exclusive_group()
    scale = "factor of super-resolution, such as 2; up to 64"
    how_large.add_argument("-s", "--scale", type=factor, help=scale)
    size = "size of the results: 1920x1080, 1920x, x1080 or 250%%"
    how_large.add_argument("--size", type=target_argument, help=size)
    add("-o", "--out", metavar="OUT", required=True, help="folder, or a file for one input")
    depth = "bits a channel (default: those of the input)"
    add("--bit-depth", type=int, choices=(8, 16), help=depth)
    quality = "of JPEG (default: 95), and of WebP, which else is lossless"
    add("--quality", metavar="1..100", type=_quality, help=quality)
    add("--flatten", action="store_true", help="lay transparency on white for JPEG")
    add("--template", default=STEM, help="names in a folder (default: {stem}); {model} {scale} too")
    add("--overwrite", action="store_true", help="replace files that exist")
    add_engine_arguments(parser)
    add_clip_arguments(parser)


def run(args: Namespace, console: Console) -> int:
    """Super-resolve every input, one after the other."""
    from srstudio.media.still import READ_SUFFIXES, WRITE_SUFFIXES

    chosen = {path for path in args.inputs if is_clip(path, args.out)}
    planner, one_file, out = _planner(args), _is_one_file(args, chosen), Path(args.out)
    targets = Targets(out, one_file, args.template, WRITE_SUFFIXES, args.overwrite)
    found = list(find_inputs(args.inputs, chosen, READ_SUFFIXES, None if one_file else out))
    upscaler = make_upscaler(args.device, args.precision)
    with console.steps(len(found)) as steps:
        pictures = Pictures(args, planner, targets, upscaler, steps)
        clips = Clips(args, planner, targets, upscaler, steps, console)
        batch = _Batch(pictures, clips, console, one_file)
        results = [batch.one(each) for each in found]
    console.show([asdict(result) for result in results])
    return failures.SOME_FAILED if any(result.error for result in results) else failures.DONE


def _is_one_file(args: Namespace, clips: Collection[Path]) -> bool:
    from srstudio.media.still import WRITE_SUFFIXES

    if clips:
        return is_one_clip(args.out, args.inputs)
    return is_one_file(args.out, args.inputs, WRITE_SUFFIXES)


def _planner(args: Namespace) -> Planner:
    choice = choose(args.model, args.scale)
    if args.size is not None:
        return BySize(args.model, args.size)
    return ByFactor(choice, choose_scale(choice, args.scale))


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is the same for every input of one call; `only`: there is but one, for one file."""

    pictures: Pictures
    clips: Clips
    console: Console
    only: bool

    def one(self, found: Found) -> Result:
        """Do one input; what goes wrong with it is told, and does not stop the others."""
        return self._by(self.clips, found) if found.is_clip else self._by(self.pictures, found)

    def _by(self, maker: Maker[Outcome], found: Found) -> Outcome:
        result = maker.blank(found)
        try:
            maker.make(found, result)
        except (ModelFileError, Cancelled):
            raise  # no other input would fare better
        except Exception as error:
            if self.only and isinstance(error, UsageError):
                raise
            result.error = about(found.path, failures.sentence(error))
            self.console.complain(result.error, error)
        else:
            self.console.say(str(result))
        return result


def _quality(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise ArgumentTypeError(f"a quality lies between 1 and 100, which {text!r} does not")
    return int(text)


VERB = Verb("upscale", "super-resolve pictures, folders and videos", add_arguments, run, DETAILS)
