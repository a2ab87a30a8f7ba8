"""Where decoded pixels are kept: in memory as far as it goes, then in a mapped file."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
import psutil

from srstudio.core.errors import OutputError
from srstudio.core.frame import Pixels

_SEGMENT = 1 << 30  # bytes mapped at once; a system limits how many mappings there may be


class PixelStore:
    """Keeps pixels so that they are decoded once.

    What does not fit is written to a file and mapped into memory, which the system reads from
    disk as it is needed. The file has no name where the system allows that, and is gone with the
    last array in it, however the process ends. A context: after it, nothing more can be put in.

    Args:
        folder: Where the file is made, once it is needed.
        limit: Bytes that are kept in memory.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._left = folder, limit
        self._file: IO[bytes] | None = None
        self._mapped = np.empty(0, np.uint8)
        self._taken = self._end = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()  # the mappings stay

    @property
    def on_disk(self) -> int:
        """Bytes in the file."""
        return self._end

    def put(self, pixels: Pixels) -> Pixels:
        """Keep an array of `uint8`, and give the kept one, which may be read only.

        Raises:
            OutputError: if the file cannot be written.
        """
        with self._lock:
            if pixels.nbytes <= self._left:
                self._left -= pixels.nbytes
                return np.ascontiguousarray(pixels)
            try:
                return self._written(np.ascontiguousarray(pixels))
            except OSError as error:
                raise OutputError(
                    f"{self._end / 1e9:.1f} GB of training data did not fit in memory, and "
                    f"{self._folder} takes no more of them ({error.strerror})",
                    "free some space there, or learn from less",
                ) from error

    def _written(self, pixels: Pixels) -> Pixels:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        if self._taken + pixels.nbytes > len(self._mapped):
            self._map_more(pixels.nbytes)
        begin = self._taken
        # Written rather than put into the mapping, where a full disk would end the process.
        self._file.seek(self._end)
        self._file.write(pixels.data)
        self._file.flush()
        self._taken += pixels.nbytes
        self._end += pixels.nbytes
        return self._mapped[begin : self._taken].reshape(pixels.shape)

    def _map_more(self, least: int) -> None:
        """Map another part of the file, which is as long as what will be written to it."""
        assert self._file is not None
        length = max(least, _SEGMENT)
        self._file.truncate(self._end + length)
        mapped = np.memmap(self._file, np.uint8, "r", offset=self._end, shape=(length,))
        self._mapped, self._taken = mapped.view(np.ndarray), 0


def free_share(processes: int) -> int:
    """Bytes that each of the processes on this machine may keep: half of what is free."""
    return int(psutil.virtual_memory().available) // 2 // processes
