"""Says before an export is begun what would make it fail."""

from __future__ import annotations

from srstudio.jobs.export import ExportSettings


def check(settings: ExportSettings) -> tuple[str, ...]:
    """Look at everything an export needs: source, model, sizes, codec, name and free space.

    Reads the whole source once for its times, and encodes one frame; for a background thread.

    Returns:
        What is worth knowing beforehand, a sentence each.

    Raises:
        UsageError, InputError, OutputError, ModelFileError: if it cannot be made so.
    """
    raise NotImplementedError
