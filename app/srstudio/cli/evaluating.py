"""Every model on every item of every test set, one after the other, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from srstudio.cli import failures
from srstudio.cli.choice import Choice
from srstudio.cli.console import Console
from srstudio.cli.journal import Journal
from srstudio.cli.judging import Clip, Judge
from srstudio.cli.measured import Row
from srstudio.cli.testsets import PairReader, Reader, TestSet, frames_of, shots_for
from srstudio.core.errors import OutputError
from srstudio.core.progress import Cancelled, Progress
from srstudio_models import ModelFileError

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaler
    from srstudio.media.datasets import Item


@dataclass(frozen=True, slots=True)
class Task:
    """One model on one item."""

    test_set: TestSet
    item: Item
    choice: Choice

    @property
    def title(self) -> str:
        """As progress shows it."""
        return f"{self.test_set.named.name} {self.item.name} {self.choice.name}"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The work of one call.

    Attributes:
        upscaler: The engine.
        sets: Test sets.
        choices: Models.
        scale: Factor of super-resolution.
        journal: What was measured before, and is now.
        console: Where results and problems are told.
    """

    upscaler: Upscaler
    sets: Sequence[TestSet]
    choices: Sequence[Choice]
    scale: int
    journal: Journal
    console: Console
    _told: set[str] = field(default_factory=set)
    _unusable: set[str] = field(default_factory=set)

    def rows(self) -> list[Row]:
        """What could be measured, or was before, in the order of sets, items and models."""
        tasks = [Task(s, item, c) for s in self.sets for item in s.data.items for c in self.choices]
        rows = [self.journal.find(task.choice, task.test_set, task.item) for task in tasks]
        left = [index for index, row in enumerate(rows) if row is None]
        if len(left) < len(tasks):
            self.console.note(f"{len(tasks) - len(left)} of {len(tasks)} results are known already")
        with self.console.steps(len(left)) as steps, PairReader(self.sets[0].how) as pairs:
            # The next model wants the last picture too.
            read = lru_cache(maxsize=1)(pairs.read)
            for index in left:
                rows[index] = self._attempt(tasks[index], read, steps.step(tasks[index].title))
        return [row for row in rows if row is not None]

    @property
    def count(self) -> int:
        """How many results there should be."""
        return sum(len(each.data.items) for each in self.sets) * len(self.choices)

    def _attempt(self, task: Task, read: Reader, progress: Progress) -> Row | None:
        """One result; what goes wrong with it is told, and does not stop the others."""
        if task.choice.name in self._unusable:
            return None
        try:
            row = self._measure(task, read, progress)
            self.journal.add(row, task.test_set, task.item)
        except (Cancelled, OutputError):
            raise
        except Exception as error:
            if isinstance(error, ModelFileError):
                self._unusable.add(task.choice.name)
            self._complain(task, error)
            return None
        m = row.measured
        self.console.say(f"{task.title}: MSE {m.mse:.2f}, SSIM {m.ssim:.4f}, PSNR {m.psnr:.2f} dB")
        return row

    def _measure(self, task: Task, read: Reader, progress: Progress) -> Row:
        judge = Judge(self.upscaler, task.test_set.protocol, self.scale)
        shots = shots_for(task.choice, task.item)
        frames = frames_of(shots, self.scale, read)
        clip = Clip(task.test_set.named.name, task.item.name, frames, len(shots))
        return judge.judge_clip(task.choice, clip, progress)

    def _complain(self, task: Task, error: Exception) -> None:
        """Say what went wrong: once, though every model meets the same bad file."""
        sentence = failures.sentence(error)
        if isinstance(error, ModelFileError):
            sentence = f"{task.choice.name}: {sentence}"
        elif not (Path(task.item.name).suffix and task.item.name in sentence):
            sentence = f"{task.test_set.named.name} {task.item.name}: {sentence}"
        if sentence not in self._told:
            self._told.add(sentence)
            self.console.complain(sentence, error)
