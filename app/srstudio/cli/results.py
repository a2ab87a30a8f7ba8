"""What became of the inputs of `srstudio upscale`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Result:
    """What became of one input; the fields are those of `--json`."""

    input: str
    model: str
    scale: int | None
    output: str | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    def __str__(self) -> str:
        """In one line, for a person."""
        head = f"{self.input} -> {self.output} ({self.width}x{self.height}, {self._speed()})"
        return " ".join([head, *self.notes])

    def _speed(self) -> str:
        return f"{self.seconds:.2f} s"


@dataclass(slots=True)
class ClipResult(Result):
    """What became of a clip.

    Attributes:
        frames: How many were written.
        fps: Frames in a second that the export made.
    """

    frames: int | None = None
    fps: float | None = None

    def _speed(self) -> str:
        fps = f", {self.fps:.1f} frames/s" if self.fps else ""
        frames = "1 frame" if self.frames == 1 else f"{self.frames} frames"
        return f"{frames}, {self.seconds:.1f} s{fps}"


def about(path: Path, sentence: str) -> str:
    """The sentence with the file's whole path, so that it is clear which one is meant."""
    if str(path) in sentence:
        return sentence
    if sentence.startswith(path.name):
        return f"{path}{sentence.removeprefix(path.name)}"
    return f"{path}: {sentence}"
