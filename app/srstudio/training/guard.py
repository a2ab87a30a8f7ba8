"""Watches the loss: what is a spike, what is the end of the run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["keep", "skip", "broken"]
_DECAY = 0.99
_LEARN_STEPS = 20


@dataclass(slots=True)
class LossGuard:
    """The running loss, and the judgement of each new one by it.

    Attributes:
        limit: A loss this many times the running one is a spike; 0: none is.
        running: Exponential mean of the losses, each counted as no more than a spike.
        seen: Losses so far; none of the first few is a spike.
    """

    limit: float
    running: float = 0.0
    seen: int = 0

    def judge(self, loss: float) -> Verdict:
        """Say what to do with a step, and take its loss into the running one."""
        if not math.isfinite(loss):
            return "broken"
        spike = bool(self.limit) and self.seen >= _LEARN_STEPS and loss > self.limit * self.running
        # A loss that stays high raises the running one, so that not everything is skipped.
        counted = self.limit * self.running if spike else loss
        decay = min(_DECAY, self.seen / (self.seen + 1.0))
        self.running = decay * self.running + (1.0 - decay) * counted
        self.seen += 1
        return "skip" if spike else "keep"
