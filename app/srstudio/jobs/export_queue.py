"""The exports that wait, run and have ended; kept on disk, whoever comes and goes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import ExportStatus

ENVIRONMENT = "SRSTUDIO_EXPORTS"


def exports_folder() -> Path:
    """Where the queue is kept: `$SRSTUDIO_EXPORTS`, or as usual."""
    override = os.environ.get(ENVIRONMENT)
    if override:
        return Path(override)
    return platformdirs.user_data_path("srstudio", appauthor=False) / "exports"


class ExportQueue:
    """Exports in order, of which one runs at a time in a process of its own.

    Everything is in the folder: the processes outlive whoever has started them, and another
    queue on the same folder goes on with them. Every method does file work only, for one thread
    at a time that is not the window's.

    Args:
        folder: Where the exports are kept; `exports_folder()` if None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or exports_folder()

    def add(self, settings: ExportSettings) -> str:
        """Put an export at the end of the queue; `poll` starts it when its turn comes.

        Returns:
            Its id.

        Raises:
            OutputError: if the queue cannot be written, or the output is that of an export that
                has not ended.
        """
        raise NotImplementedError

    def poll(self) -> tuple[ExportStatus, ...]:
        """All exports in their order, as they are now; starts the next where none is active."""
        raise NotImplementedError

    def move(self, id: str, place: int) -> None:
        """Give an export another place in the order, 0 for the first."""
        raise NotImplementedError

    def remove(self, id: str) -> None:
        """Take an export out of the list. What it has written under its name stays.

        One that is active is cancelled, and leaves nothing; what an unfinished one could be
        resumed from is deleted.
        """
        raise NotImplementedError

    def pause(self, id: str) -> None:
        """Let an active export wait; it gives the device's memory back."""
        raise NotImplementedError

    def resume(self, id: str) -> None:
        """Let an export go on.

        One that is paused does so at once; one that has ended unfinished goes on from its last
        whole segment when its turn comes.
        """
        raise NotImplementedError

    def cancel(self, id: str, *, keep: bool) -> None:
        """End an export; one that has not begun is cancelled at once.

        Args:
            id: The export.
            keep: Whether what is done becomes a file that can be played; else nothing is left.
        """
        raise NotImplementedError

    def retry(self, id: str) -> None:
        """Put an export that has ended in the queue again, to begin from its beginning."""
        raise NotImplementedError
