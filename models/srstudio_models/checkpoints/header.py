"""What our own weight files say of themselves, read without torch and without the weights."""

from __future__ import annotations

import json
from pathlib import Path

from srstudio_models.catalog import Row
from srstudio_models.registry import REGISTRY

KEY = "srstudio"
# A safetensors file begins with the length of its JSON header, which the format limits.
_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000


def read_about(path: Path) -> Row | None:
    """The entries that `dump` writes: `network`, `options` and more of a row of the catalogue.

    Returns:
        None if the file is not one of ours, or names a network or options that there are not.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            header = json.loads(file.read(length)) if length <= _LONGEST_HEADER else {}
        about = json.loads(header["__metadata__"][KEY])
        REGISTRY[about["network"]].describe(**about["options"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    row: Row = about
    return row
