"""Takes the command line apart and hands it to a verb, or to the window."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path

import srstudio
from srstudio.cli import compare, evaluate, failures, models, train, upscale
from srstudio.cli.console import Console
from srstudio.cli.verb import Verb
from srstudio.core.errors import UsageError
from srstudio.core.progress import Cancelled

OpenWindow = Callable[[Sequence[Path], bool], int]

VERBS: tuple[Verb, ...] = (
    upscale.VERB,
    compare.VERB,
    evaluate.VERB,
    models.VERB,
    train.VERB,
)


def main(argv: Sequence[str], open_window: OpenWindow) -> int:
    """Run the command line.

    Args:
        argv: The arguments, without the program's name.
        open_window: Opens the window on files, or on the bundled sample, and returns the exit
            code. The command line does not know the window; `srstudio.__main__` brings it.

    Returns:
        The exit code: 0 done, 1 some inputs failed, 2 usage, 130 cancelled.
    """
    verb = next((verb for verb in VERBS if list(argv[:1]) == [verb.name]), None)
    if verb is None:
        args = _window_parser().parse_args(argv)
        return _guarded(lambda: _window(args, open_window), Console(debug=args.debug))
    args = _verb_parser(verb).parse_args(argv[1:])
    console = Console(json=args.json, debug=args.debug)
    return _guarded(lambda: verb.run(args, console), console)


def _guarded(action: Callable[[], int], console: Console) -> int:
    try:
        code = action()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failures.DONE
    except (Exception, KeyboardInterrupt, Cancelled) as error:
        console.complain(failures.sentence(error), error)
        return failures.exit_code(error)
    return code


def _window(args: Namespace, open_window: OpenWindow) -> int:
    missing = next((file for file in args.files if not file.exists()), None)
    if missing is not None:
        verbs = ", ".join(verb.name for verb in VERBS)
        raise UsageError(f"there is no file {missing}", f"give a picture, or a verb: {verbs}")
    return open_window(args.files, args.sample)


def _window_parser() -> ArgumentParser:
    lines = "\n".join(f"  srstudio {verb.name:<10}{verb.help}" for verb in VERBS)
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
