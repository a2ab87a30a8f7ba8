"""The files an evaluation writes: CSV, JSON, Markdown and LaTeX, by their suffix."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from srstudio.cli.console import strict
from srstudio.cli.measured import Row, means
from srstudio.cli.tables import Grid, items, latex, markdown
from srstudio.core.errors import UsageError
from srstudio.core.files import refuse_existing, write_bytes
from srstudio.core.tables import csv_text

_STEM = "evaluation"
_COLUMNS = ("kind", "set", "item", "model", "id", "scale", "channel", "crop")
_NUMBERS = ("mse", "ssim", "psnr", "seconds")


@dataclass(frozen=True, slots=True)
class Results:
    """What an evaluation has found.

    Attributes:
        rows: Of every item.
        scale: Factor of super-resolution.
        document: The document of `--json`.
        grids: The tables of means, in the form that was asked for.
    """

    rows: Sequence[Row]
    scale: int
    document: Any
    grids: Sequence[Grid]


def files_of(words: Sequence[str], overwrite: bool) -> list[Path]:
    """The files that `--out` means: those named, or one of each kind in the folder named.

    Raises:
        UsageError: if a suffix is unknown.
        OutputError: if a file exists and may not be replaced.
    """
    files = [Path(word) for word in words]
    if len(files) == 1 and (files[0].is_dir() or not files[0].suffix or words[0].endswith(os.sep)):
        files = [files[0] / f"{_STEM}{suffix}" for suffix in _WRITERS]
    for file in files:
        if file.suffix.lower() not in _WRITERS:
            known = ", ".join(_WRITERS)
            raise UsageError(f"{file} is no kind of table", f"end it in one of {known}")
        if not overwrite:
            refuse_existing(file)
    return files


def write_results(results: Results, files: Sequence[Path], overwrite: bool) -> None:
    """Write every file whole.

    Raises:
        OutputError: if one cannot be written.
    """
    for file in files:
        text = _WRITERS[file.suffix.lower()](results)
        write_bytes(file, text.encode(), overwrite=overwrite)


def _csv(results: Results) -> str:
    """A line for every item, then one for every mean; `kind` tells them apart."""
    kinds = (("item", results.rows), ("mean", means(results.rows)))
    lines = (_csv_line(kind, row, results.scale) for kind, rows in kinds for row in rows)
    return csv_text((*_COLUMNS, *_NUMBERS), lines)


def _csv_line(kind: str, row: Row, scale: int) -> tuple[object, ...]:
    m, spec = row.measured, row.choice.spec
    about = (kind, row.set, row.item, row.choice.name, spec.id, scale)
    convention = (m.protocol.channel, m.protocol.crop)
    return *about, *convention, m.mse, m.ssim, m.psnr, row.seconds


def _json(results: Results) -> str:
    return json.dumps(strict(results.document), indent=2, allow_nan=False) + "\n"


def _markdown(results: Results) -> str:
    return "\n".join(map(markdown, (*results.grids, items(results.rows))))


def _latex(results: Results) -> str:
    tables = map(latex, (*results.grids, items(results.rows)))
    return "\n".join(("% \\usepackage{longtable}", *tables))


_WRITERS: Mapping[str, Callable[[Results], str]] = {
    ".csv": _csv,
    ".json": _json,
    ".md": _markdown,
    ".tex": _latex,
}
