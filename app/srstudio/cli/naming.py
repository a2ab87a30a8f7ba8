"""Where the results of `srstudio upscale` go: never two to one place, never over an input."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from srstudio.cli.walking import Found
from srstudio.core.errors import OutputError, UsageError
from srstudio.media.naming import name_from_template

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


def is_one_clip(out: str, inputs: Sequence[Path]) -> bool:
    """Whether `out` names what comes of one clip, and not a folder for all results.

    Raises:
        UsageError: if it does, and the inputs are several.
    """
    path = Path(out)
    if path.is_dir() or out.endswith(("/", os.sep)) or not path.suffix:
        return False
    if len(inputs) > 1:
        raise UsageError(f"several inputs cannot go into the one file {out}", "give a folder")
    return True


class Targets:
    """Gives each input the file its result is written to.

    Args:
        out: A folder, which then holds the tree of the inputs, or the one file.
        one_file: Whether `out` is the one file.
        template: Name of a file in a folder, without suffix, as `name_from_template` reads it.
        suffixes: What can be written; a result of another format becomes a PNG.
        overwrite: Whether files that exist may be replaced.

    Raises:
        UsageError: if the template cannot be filled in.
    """

    def __init__(
        self, out: Path, one_file: bool, template: str, suffixes: Collection[str], overwrite: bool
    ) -> None:
        self._out = out
        self._one_file = one_file
        self._template = template
        self._suffixes = suffixes
        self._overwrite = overwrite
        self._taken: dict[str, Path] = {}
        self._name("stem", "model", 1, (1, 1))

    def give(
        self, found: Found, model: str, scale: int, size: tuple[int, int], suffix: str = ""
    ) -> Path:
        """The file for the result of `found`, made by `model` and of `size` (width, height).

        In a folder it has the given suffix; without one, that of the input where it is a picture
        that can be written.

        Raises:
            OutputError: if it is the input itself, already the result of another input, or
                exists and may not be replaced.
        """
        target = self._out
        if not self._one_file:
            name = self._name(found.path.stem, model, scale, size)
            target = self._out / found.folder / (name + (suffix or self._suffix(found.path)))
        self._check(target, found.path)
        self._taken[_key(target)] = found.path
        return target

    def notes(self, found: Found, target: Path) -> list[str]:
        """What is worth saying about a target: that it is not of the input's format."""
        if self._one_file or target.suffix == found.path.suffix:
            return []
        return [f"{found.path.suffix or 'This format'} cannot be written; saved as PNG."]

    def _name(self, stem: str, model: str, scale: int, size: tuple[int, int]) -> str:
        if self._template == STEM:
            return stem
        width, height = size
        return name_from_template(
            self._template, stem=stem, model=model, scale=scale, width=width, height=height
        )

    def _suffix(self, path: Path) -> str:
        return path.suffix if path.suffix.lower() in self._suffixes else ".png"

    def _check(self, target: Path, source: Path) -> None:
        if target.exists() and target.samefile(source):
            advice = "give another folder with -o, or another name with --template"
            raise OutputError(f"the result would take the place of {source} itself", advice)
        if _key(target) in self._taken:
            cause = f"{target} is where the result of {self._taken[_key(target)]} goes"
            raise OutputError(cause, "give this one another folder with -o")
        if target.exists() and not self._overwrite:
            raise OutputError(f"{target} exists already", "--overwrite replaces it")


def _key(path: Path) -> str:
    return os.path.normcase(path.absolute())
