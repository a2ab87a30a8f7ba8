"""Where the results of `srstudio upscale` go: never two to one place, never over an input."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from srstudio.cli.choice import Choice
from srstudio.cli.walking import Found
from srstudio.core.errors import OutputError, UsageError

STEM = "{stem}"


def is_one_file(out: str, inputs: Sequence[Path], suffixes: Collection[str]) -> bool:
    """Whether `out` names a file for one result, and not a folder for all of them.

    Raises:
        UsageError: if `out` is a file and the inputs are several, or its suffix no format.
    """
    path, formats = Path(out), ", ".join(sorted(suffixes))
    single = len(inputs) == 1 and not inputs[0].is_dir()
    if path.is_dir() or out.endswith(("/", os.sep)):
        return False
    if path.suffix.lower() in suffixes:
        if single:
            return True
        raise UsageError(f"several pictures cannot go into the one file {out}", "give a folder")
    if path.exists() or (single and path.suffix):
        cause = f"{out} is neither a folder nor a picture that can be written"
        raise UsageError(cause, f"end it in {formats}, or a folder's name in /")
    return False


class Targets:
    """Gives each input the file its result is written to.

    Args:
        out: A folder, which then holds the tree of the inputs, or the one file.
        one_file: Whether `out` is the one file.
        template: Name of a file in a folder, without suffix; {stem}, {model} and {scale} are
            filled in.
        suffixes: What can be written; a result of another format becomes a PNG.
        overwrite: Whether files that exist may be replaced.

    Raises:
        UsageError: if the template cannot be filled in.
    """

    def __init__(
        self, out: Path, one_file: bool, template: str, suffixes: Collection[str], overwrite: bool
    ) -> None:
        _fill(template, "", "", 1)
        self._out = out
        self._one_file = one_file
        self._template = template
        self._suffixes = suffixes
        self._overwrite = overwrite
        self._taken: dict[str, Path] = {}

    def give(self, found: Found, choice: Choice, scale: int) -> Path:
        """The file for the result of `found`.

        Raises:
            OutputError: if it is the input itself, already the result of another input, or
                exists and may not be replaced.
        """
        target = self._out if self._one_file else self._in_folder(found, choice, scale)
        if target.exists() and target.samefile(found.path):
            advice = "give another folder with -o, or another name with --template"
            raise OutputError(f"the result would take the place of {found.path} itself", advice)
        key = os.path.normcase(target.absolute())
        if key in self._taken:
            cause = f"{target} is already the result of {self._taken[key]}"
            raise OutputError(cause, "give this one another folder with -o")
        if target.exists() and not self._overwrite:
            raise OutputError(f"{target} exists already", "--overwrite replaces it")
        self._taken[key] = found.path
        return target

    def _in_folder(self, found: Found, choice: Choice, scale: int) -> Path:
        suffix = found.path.suffix
        if suffix.lower() not in self._suffixes:
            suffix = ".png"
        name = _fill(self._template, found.path.stem, choice.spec.id, scale)
        return self._out / found.folder / (name + suffix)


def _fill(template: str, stem: str, model: str, scale: int) -> str:
    advice = "it may hold {stem}, {model} and {scale}, as in {stem}_{scale}x"
    try:
        name = template.format(stem=stem, model=model, scale=scale)
    except (KeyError, IndexError, ValueError, AttributeError):
        raise UsageError(f"the template {template!r} cannot be filled in", advice) from None
    if not template or "/" in template or os.sep in template:
        raise UsageError(f"the template {template!r} is no name of a file", advice)
    return name
