"""Event files for TensorBoard, for those who have it."""

from __future__ import annotations

from pathlib import Path

from srstudio.core.errors import UsageError
from srstudio.training.runfolder import Line


class _Writer:
    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder))

    def __call__(self, line: Line) -> None:
        step = int(line["iteration"])
        for key, value in line.items():
            if isinstance(value, str):
                self._writer.add_text(key, value, step)
            elif key != "iteration":
                self._writer.add_scalar(key, value, step)
        self._writer.flush()


def writer(folder: Path) -> _Writer:
    """A listener that writes every value of the log as a curve.

    Raises:
        UsageError: if TensorBoard is not installed.
    """
    try:
        return _Writer(folder)
    except ImportError:
        raise UsageError(
            "TensorBoard is not installed", "install it (pip install tensorboard), or leave it out"
        ) from None
