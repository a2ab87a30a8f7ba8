"""Tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_text(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A line for the head and for each row, each ended by a line feed; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
