"""Takes the command line apart and hands it to a verb, or to the window."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import srstudio
from srstudio.cli import bench, compare, evaluate, export_comparison, models, train, upscale
from srstudio.cli.console import Console
from srstudio.cli.failures import guarded
from srstudio.cli.verb import Verb
from srstudio.core.errors import UsageError

VERBS: tuple[Verb, ...] = (
    upscale.VERB,
    compare.VERB,
    export_comparison.VERB,
    evaluate.VERB,
    models.VERB,
    train.VERB,
)


@dataclass(frozen=True, slots=True)
class Window:
    """What the window gives to the command line, which does not know it.

    Attributes:
        open: Opens it on files, or on the bundled sample, and returns the exit code.
        benchmarks: Its benchmarks, by the name that `srstudio bench` gives them.
    """

    open: Callable[[Sequence[Path], bool], int]
    benchmarks: Mapping[str, bench.Benchmark] = field(default_factory=dict)


def main(argv: Sequence[str], window: Window) -> int:
    """Run the command line; `argv` is without the program's name.

    Returns:
        The exit code: 0 done, 1 some inputs failed, 2 usage, 130 cancelled.
    """
    verbs = (*VERBS, bench.verb(window.benchmarks))
    verb = next((verb for verb in verbs if list(argv[:1]) == [verb.name]), None)
    if verb is None:
        args = _window_parser(verbs).parse_args(argv)
        return guarded(lambda: _open(args, window, verbs), Console(debug=args.debug))
    args = _verb_parser(verb).parse_args(argv[1:])
    console = Console(json=args.json, debug=args.debug)
    return guarded(lambda: verb.run(args, console), console)


def _open(args: Namespace, window: Window, verbs: Sequence[Verb]) -> int:
    missing = next((file for file in args.files if not _is_there(file)), None)
    if missing is not None:
        names = ", ".join(verb.name for verb in verbs)
        raise UsageError(f"there is no file {missing}", f"give a picture, or a verb: {names}")
    return window.open(args.files, args.sample)


def _is_there(file: Path) -> bool:
    """Whether it is a file, or a pattern of numbered pictures, of which the window tells more."""
    if file.exists():
        return True
    from srstudio.media.video.sequence import is_pattern

    return is_pattern(file) and file.parent.is_dir()


def _window_parser(verbs: Sequence[Verb]) -> ArgumentParser:
    width = max(len(verb.name) for verb in verbs) + 2
    lines = "\n".join(f"  srstudio {verb.name:<{width}}{verb.help}" for verb in verbs)
    parser = _parser(
        "srstudio",
        "Opens the window on the files. On the command line, without the window:\n\n" + lines,
        "`srstudio VERB --help` says more about a verb.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="picture to open")
    parser.add_argument("--sample", action="store_true", help="open the sample that comes with it")
    version = f"SR Studio {srstudio.__version__}"
    parser.add_argument("--version", action="version", version=version)
    return parser


def _verb_parser(verb: Verb) -> ArgumentParser:
    description = verb.help[0].upper() + verb.help[1:] + "."
    parser = _parser(f"srstudio {verb.name}", description, verb.details)
    verb.add_arguments(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help='print one JSON document and nothing else; an infinite number is the string "inf"',
    )
    return parser


def _parser(name: str, description: str, details: str) -> ArgumentParser:
    parser = ArgumentParser(
        prog=name,
        description=description,
        epilog=details,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser
