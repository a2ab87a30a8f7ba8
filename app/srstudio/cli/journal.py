"""What an evaluation has measured so far, on disk, so that a second run goes on from there."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srstudio.cli.choice import Choice
from srstudio.cli.console import strict
from srstudio.cli.measured import Row
from srstudio.cli.testsets import TestSet
from srstudio.core.errors import OutputError, UsageError
from srstudio_models import ModelSpec

if TYPE_CHECKING:
    from srstudio.media.datasets import Item

_BEGINNING = '{"key": '


class Journal:
    """A file of one JSON object a line: what was measured, and the numbers.

    Args:
        path: The file, made if it is not there; None keeps no journal.
        scale: Factor of super-resolution.
        precision: That of the engine.

    Raises:
        UsageError: if the file is something else.
    """

    def __init__(self, path: Path | None, scale: int, precision: str) -> None:
        self._path = path
        self._about = {"scale": scale, "precision": precision}
        self._known = {} if path is None else dict(_entries(path))

    def find(self, choice: Choice, test_set: TestSet, item: Item) -> Row | None:
        """What a model reached on an item in an earlier run."""
        from srstudio.metrics.report import Measurement

        known = self._known and self._known.get(self._key(choice, test_set, item))
        if not known:
            return None
        mse, psnr, ssim, seconds = (_number(known[k]) for k in ("mse", "psnr", "ssim", "seconds"))
        measured = Measurement(mse, psnr, ssim, test_set.protocol)
        notes = tuple(known["notes"])
        return Row(choice, test_set.named.name, item.name, measured, seconds, notes)

    def add(self, row: Row, test_set: TestSet, item: Item) -> None:
        """Write down what was measured.

        Raises:
            OutputError: if that is not possible.
        """
        if self._path is None:
            return
        m = row.measured
        numbers = {"mse": m.mse, "psnr": m.psnr, "ssim": m.ssim, "seconds": row.seconds}
        text = json.dumps(strict({**numbers, "notes": list(row.notes)}))
        line = f"{_BEGINNING}{self._key(row.choice, test_set, item)}, {text[1:]}\n"
        try:
            with self._path.open("a+b") as file:
                file.write(_end_of_torn_line(file) + line.encode())
        except OSError as error:
            cause = f"{self._path} cannot be written ({error.strerror})"
            raise OutputError(cause, "name another file with --resume") from error

    def _key(self, choice: Choice, test_set: TestSet, item: Item) -> str:
        """All that the numbers depend on, as JSON."""
        protocol = test_set.protocol
        data = test_set.named.folder.resolve(), test_set.data.low and test_set.data.low.resolve()
        key = {
            "model": choice.spec.id,
            "weights": [_checksum(spec) for spec in _parts(choice.spec)],
            "set": test_set.named.name,
            "folders": [str(folder) for folder in data if folder],
            "item": item.name,
            "degradation": None if test_set.data.low else test_set.how.text,
            "channel": protocol.channel,
            "crop": protocol.crop,
            **self._about,
        }
        return json.dumps(key)


def _entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and numbers of every line; one that the end of a run has torn is left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError):
        raise _no_journal(path) from None
    for line in lines:
        if not (line.startswith(_BEGINNING) or _BEGINNING.startswith(line)):
            raise _no_journal(path)
        try:
            entry = json.loads(line)
            yield json.dumps(entry.pop("key")), entry
        except ValueError:
            continue


def _no_journal(path: Path) -> UsageError:
    return UsageError(f"{path} is no journal of an evaluation", "name another file with --resume")


def _end_of_torn_line(file: Any) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - 1))
    return b"" if file.read(1) in (b"", b"\n") else b"\n"


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _parts(spec: ModelSpec) -> list[ModelSpec]:
    return [stage.spec for stage in spec.stages] or [spec]


def _checksum(spec: ModelSpec) -> str | None:
    """Of the weights: as the catalogue states it, else computed; None where there are none."""
    if spec.sha256 or spec.file is None:
        return spec.sha256
    return _checksum_of(Path(spec.file)) if Path(spec.file).is_file() else None


@cache
def _checksum_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
