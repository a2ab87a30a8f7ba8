"""From the command line to the running program: set up, then hand over to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import python_environment
import system_libraries
from steps import SetupError, say
from system_packages import MissingPackagesError

ROOT = Path(__file__).resolve().parent.parent


def launch(arguments: Sequence[str]) -> None:
    """Set up what is missing and become the program that `arguments` ask for."""
    open_standard_input()
    try:
        command = _set_up(arguments)
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        say("\nInterrupted. The next start repairs what is half done.")
        sys.exit(130)
    become(command)


def _set_up(arguments: Sequence[str]) -> list[str]:
    testing = list(arguments[:1]) == ["test"]
    try:
        environment = python_environment.prepare(ROOT, ["dev"] if testing else [])
    except MissingPackagesError as error:  # one line for all, not a second one at the next start
        expected = system_libraries.expected_packages(os.environ, testing=testing)
        raise MissingPackagesError([*error.packages, *expected]) from None
    system_libraries.require(environment.folder, os.environ, testing=testing)
    return [str(environment.python), *program(arguments, os.environ, testing=testing)]


def program(arguments: Sequence[str], variables: Mapping[str, str], *, testing: bool) -> list[str]:
    """What the interpreter of the project is to run."""
    if testing:
        return [str(ROOT / "packaging" / "checks.py"), *arguments[1:]]
    if has_display(variables):
        return ["-m", "srstudio", *(arguments or ["--sample"])]
    say("There is no display, so SR Studio shows on its sample what it does without a window.")
    if arguments:
        say("For files of your own: .venv/bin/srstudio upscale --help")
    return ["-m", "srstudio.demo"]


def has_display(variables: Mapping[str, str]) -> bool:
    """Whether a window can be opened; only Linux may be without a desktop."""
    on_linux = sys.platform == "linux"
    return not on_linux or bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))


def open_standard_input() -> None:
    """Give the programs started from here an empty standard input where it was closed.

    Otherwise the first file they open becomes their standard input.
    """
    if sys.stdin is None:
        os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)


def become(command: list[str]) -> None:
    """Replace this process, so that signals and the exit code are the program's own."""
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))
