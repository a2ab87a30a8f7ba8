"""Measured rows as tables: for the terminal, for Markdown and for LaTeX."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table

from srstudio.cli.measured import Row, means

_LATEX = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}"})


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words, whatever it is written in.

    Attributes:
        title: What it shows.
        note: The convention of the numbers.
        names: Headings of the first columns, which hold words.
        figures: Headings of the others, which hold numbers.
        rows: A word for each column.
    """

    title: str
    note: str
    names: tuple[str, ...]
    figures: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def slides(rows: Sequence[Row], scale: int) -> list[Grid]:
    """A table for each set: models below one another; MSE, SSIM and PSNR beside."""
    grids = []
    for name in dict.fromkeys(row.set for row in rows):
        mine = means(row for row in rows if row.set == name)
        lines = tuple((row.choice.spec.title, *_figures(row)) for row in mine)
        title = f"{name}, x{scale}, mean of {mine[0].pictures}"
        grids.append(Grid(title, _note(mine), ("",), ("MSE", "SSIM", "PSNR"), lines))
    return grids


def papers(rows: Sequence[Row], scale: int) -> list[Grid]:
    """One table: sets below one another, models beside, PSNR/SSIM in the cells."""
    averages = means(rows)
    cells = {(row.set, row.choice.name): _cell(row) for row in averages}
    models = {row.choice.name: row.choice.spec.title for row in averages}
    lines = tuple(
        (name, f"x{scale}", *(cells.get((name, model), "-") for model in models))
        for name in dict.fromkeys(row.set for row in averages)
    )
    title = "Mean PSNR (dB) / SSIM"
    return [Grid(title, _note(averages), ("Set", "Scale"), tuple(models.values()), lines)]


def items(rows: Sequence[Row]) -> Grid:
    """Every picture or clip with every model."""
    lines = tuple((row.set, row.item, row.choice.spec.title, *_figures(row)) for row in rows)
    names = ("Set", "Item", "Model")
    return Grid("Each picture or clip", _note(rows), names, ("MSE", "SSIM", "PSNR"), lines)


def for_terminal(grid: Grid) -> Table:
    """The table as rich draws it; nothing is cut off."""
    table = Table(title=grid.title, caption=grid.note)
    for heading in grid.names:
        table.add_column(heading, overflow="fold")
    for heading in grid.figures:
        table.add_column(heading, justify="right", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    return table


def markdown(grid: Grid) -> str:
    """The table in GitHub's Markdown."""
    ruler = ("---",) * len(grid.names) + ("---:",) * len(grid.figures)
    lines = [(*grid.names, *grid.figures), ruler, *grid.rows]
    table = "\n".join(map(_markdown_line, lines))
    return f"**{grid.title}** ({grid.note})\n\n{table}\n"


def latex(grid: Grid) -> str:
    """The table as a `longtable`, which may be longer than a page."""
    columns = "l" * len(grid.names) + "r" * len(grid.figures)
    lines = [
        f"\\begin{{longtable}}{{{columns}}}",
        f"\\caption{{{_escaped(f'{grid.title} ({grid.note})')}}}\\\\",
        "\\hline",
        f"{_latex_line((*grid.names, *grid.figures))} \\hline",
        *map(_latex_line, grid.rows),
        "\\hline",
        "\\end{longtable}",
    ]
    return "\n".join(lines) + "\n"


def _markdown_line(words: Sequence[str]) -> str:
    return f"| {' | '.join(word.replace('|', '&#124;') for word in words)} |"


def _latex_line(words: Sequence[str]) -> str:
    return f"{' & '.join(map(_escaped, words))} \\\\"


def _escaped(text: str) -> str:
    return text.translate(_LATEX).replace("~", r"\textasciitilde{}").replace("^", r"\^{}")


def _figures(row: Row) -> tuple[str, str, str]:
    m = row.measured
    return _number(m.mse), _number(m.ssim), _number(m.psnr)


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4f}"


def _cell(row: Row) -> str:
    """`28.43/.8109`, as papers print it."""
    ssim = "-" if math.isnan(row.measured.ssim) else f"{row.measured.ssim:.4f}"
    return f"{row.measured.psnr:.2f}/{ssim.removeprefix('0')}"


def _note(rows: Sequence[Row]) -> str:
    """The convention, of each set where they differ."""
    by_set = {row.set: row.measured.protocol.sentence for row in rows}
    if len(set(by_set.values())) == 1:
        return next(iter(by_set.values()))
    return "; ".join(f"{name}: {sentence}" for name, sentence in by_set.items())
