"""How a run is told to pause or stop: a word in `RUN/control`, or a cancelled token.

`pause` makes the run wait after its step until the file is gone or says something else; `stop`
makes it save and end, as Ctrl+C does. The file is looked at between steps, a few times a second,
and removed when it is obeyed.
"""

from __future__ import annotations

import time
from pathlib import Path

from srstudio.core.progress import Progress

GO, PAUSE, STOP = 0, 1, 2
_WORDS = {"pause": PAUSE, "stop": STOP}
_INTERVAL = 0.25


class Control:
    """What a run is told.

    Args:
        path: The control file.
        progress: A token that can be cancelled from another thread or a signal handler.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self._path, self._progress = path, progress
        self._looked = float("-inf")
        self._word = GO

    def poll(self) -> int:
        """`GO`, `PAUSE` or `STOP`."""
        if self._progress.cancelled:
            return STOP
        if time.monotonic() - self._looked >= _INTERVAL:
            self._looked = time.monotonic()
            self._word = self._read()
        return self._word

    def wait(self) -> int:
        """The same, a moment later."""
        time.sleep(_INTERVAL)
        return self.poll()

    def clear(self) -> None:
        """Forget what was told, so that the run can be resumed."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> int:
        try:
            word = self._path.read_text(encoding="utf-8").strip().lower()
        except OSError:
            return GO
        return _WORDS.get(word, GO)
