"""What `srstudio compare` says about a clip: tables and a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from srstudio.cli.compare_measuring import TRUTH
from srstudio.cli.measured import Row, document

if TYPE_CHECKING:
    from srstudio.jobs.curves import Curves, FrameFigures
    from srstudio.metrics.protocol import Protocol

_WORST = 3
_MEAN = "over frames; of PSNR the mean of the frames' PSNRs"


@dataclass(frozen=True, slots=True)
class ClipReport:
    """The figures of a clip, ready to be told.

    Attributes:
        rows: The means of every model.
        curves: The figures of every frame, under the names of the models.
        protocol: The convention.
        scale: Factor of super-resolution.
    """

    rows: Sequence[Row]
    curves: Curves
    protocol: Protocol
    scale: int

    @property
    def document(self) -> dict[str, Any]:
        """The document of `--json`."""
        whole = document(self.protocol, self.scale, self.rows, "source")
        for words in (*whole["rows"], *whole["means"]):
            means = self.curves.means(words["source"])
            words |= {"warping": means["warping"], "flicker": means["flicker"]}
            words["frames"] = len(self.curves.points(words["source"]))
        names = [row.choice.name for row in self.rows]
        whole["mean"] = _MEAN
        whole["truth"] = {"warping": self.curves.means(TRUTH)["warping"]}
        whole["worst"] = {name: [p.number for p in self._worst(name)] for name in names}
        whole["frames"] = [dict(zip(self._columns, row, strict=True)) for row in self.curves.rows()]
        return whole

    def tables(self, title: str) -> tuple[Table, Table]:
        """The means, and the frames that are worst."""
        return self._means(title), self._worst_frames()

    def _means(self, title: str) -> Table:
        frames = len(self.curves.points(self.curves.keys[0]))
        grid = Table(title=title, caption=f"{self.protocol.sentence}; means {_MEAN}")
        grid.add_column("Source", overflow="fold")
        headings = ("MSE", "SSIM", "PSNR (dB)", "Warping", "Flicker", "Time (s)")
        for heading in headings:
            grid.add_column(heading, justify="right", no_wrap=True)
        for row in self.rows:
            means, m = self.curves.means(row.choice.name), row.measured
            numbers = f"{m.mse:.2f}", f"{m.ssim:.4f}", f"{m.psnr:.3f}"
            temporal = _number(means["warping"]), _number(means["flicker"])
            grid.add_row(row.choice.spec.title, *numbers, *temporal, f"{row.seconds:.2f}")
        warping = _number(self.curves.means(TRUTH)["warping"])
        grid.add_row("Ground truth", "", "", "", warping, "", "")
        grid.title = f"{title}, {frames} frames"
        return grid

    def _worst_frames(self) -> Table:
        grid = Table(title="Worst frames by PSNR")
        grid.add_column("Source", overflow="fold")
        grid.add_column("Frame (time, PSNR)", overflow="fold")
        for row in self.rows:
            words = "; ".join(map(_point, self._worst(row.choice.name)))
            grid.add_row(row.choice.spec.title, words)
        return grid

    def _worst(self, name: str) -> Sequence[FrameFigures]:
        return self.curves.worst(name, _WORST)

    @property
    def _columns(self) -> Sequence[str]:
        from srstudio.jobs.curves import COLUMNS

        return COLUMNS


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _point(point: FrameFigures) -> str:
    return f"{point.number} ({point.time:.2f} s, {point.psnr:.2f} dB)"
