"""What can be compared: one entry for each picture of the same content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["lr", "model", "truth"]


@dataclass(frozen=True, slots=True)
class Source:
    """A picture that takes part in a comparison.

    Attributes:
        key: Identifies it; unique within a comparison.
        title: What a pane that shows it says ("FSRCNN x2").
        kind: The low-resolution input brought to size, a model's result, or the ground truth.
        subtitle: A few words more ("bicubic"); may be empty.
    """

    key: str
    title: str
    kind: SourceKind = "model"
    subtitle: str = ""

    @property
    def text(self) -> str:
        """Title and subtitle in one line."""
        return f"{self.title} · {self.subtitle}" if self.subtitle else self.title
