"""What only the disk, the model and the encoder know of an export that is being filled in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from srstudio.core.errors import StudioError
from srstudio.gui.exporting.draft import Draft
from srstudio.gui.exporting.naming import free_output, is_taken
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_check import check


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Attributes:
        free: A name that nothing has yet.
        taken: Whether something has the name that was given.
        problem: Why it cannot be made so; empty where it can.
        notes: What is worth knowing, a sentence each.
    """

    free: Path
    taken: bool
    problem: str = ""
    notes: tuple[str, ...] = ()


def examine(draft: Draft, settings: ExportSettings, promised: Collection[str]) -> Checked:
    """Look at a draft without contradictions; slow for long clips.

    Args:
        draft: The draft.
        settings: The same as an export is told.
        promised: Outputs of exports that have not ended.
    """
    path = Path(draft.path)
    free, taken = free_output(path, promised), is_taken(path, promised)
    if taken and not draft.replace:
        return Checked(free, taken)
    try:
        return Checked(free, taken, notes=check(settings))
    except StudioError as error:
        return Checked(free, taken, str(error))
