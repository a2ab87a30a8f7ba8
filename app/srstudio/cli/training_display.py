"""How a training run shows itself on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from srstudio.cli.console import Console, Steps
from srstudio.core.progress import Progress

Line = Mapping[str, float | int | str]


class TrainingDisplay:
    """Shows the lines of the log: on a terminal in one line that changes, else one below another.

    Args:
        console: Where to.
        iterations: Steps of the run.
    """

    def __init__(self, console: Console, iterations: int) -> None:
        self._console, self._iterations = console, iterations
        self._steps: Steps | None = None
        self._psnr = ""

    @contextmanager
    def shown(self) -> Iterator[Progress]:
        """Show for as long as the context lasts; gives the token of the run."""
        with self._console.steps(1) as self._steps:
            yield self._steps.step("Reading the pictures")
        self._steps = None

    def __call__(self, line: Line) -> None:
        """Show a line of the log."""
        if "event" in line:
            self._console.note(f"step {line['iteration']}: {_event(line)}")
        elif "psnr" in line:
            self._psnr = f"PSNR {line['psnr']:.2f} dB"
            ssim = f"SSIM {line['ssim']:.4f}"
            self._console.note(f"step {line['iteration']}: {self._psnr}, {ssim}")
        elif self._steps is not None:
            fraction = float(line["iteration"]) / self._iterations
            self._steps.retitle(self._step(line), fraction)

    def _step(self, line: Line) -> str:
        iteration, rate = int(line["iteration"]), float(line["iterations_per_second"])
        left = timedelta(seconds=round((self._iterations - iteration) / max(rate, 1e-9)))
        psnr = f", {self._psnr}" if self._psnr else ""
        return (
            f"step {iteration}/{self._iterations}: loss {line['loss']:.5g}, rate {line['lr']:.2g}"
            f"{psnr}, {rate:.2f} steps/s, {left} left"
        )


def _event(line: Line) -> str:
    """What happened, with what was copied from other weights."""
    event = str(line["event"])
    if "copied" not in line:
        return event
    count = len(str(line["copied"]).split(", ")) if line["copied"] else 0
    return f"{event}; {count} tensors copied; fresh: {line['fresh'] or 'nothing'}"
