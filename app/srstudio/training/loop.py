"""The training loop: steps, and between them what is due."""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass
from typing import Any

import torch

from srstudio.core.errors import ModelError
from srstudio.core.progress import Cancelled
from srstudio.training.batches import Ahead
from srstudio.training.config import TrainConfig
from srstudio.training.control import GO, PAUSE, STOP, Control
from srstudio.training.dataset import Batch
from srstudio.training.guard import LossGuard
from srstudio.training.learner import Learner
from srstudio.training.parallel import Group
from srstudio.training.recorder import Recorder
from srstudio.training.schedules import Plateau, schedule_of

RESTORES = 5


@dataclass(slots=True)
class Course:
    """How far a run has come.

    Attributes:
        iteration: Steps so far.
        best: Best validation PSNR in dB.
        rate: Factor on the learning rate, halved each time a good state was restored.
        restored: How often that was.
    """

    iteration: int = 0
    best: float = float("-inf")
    rate: float = 1.0
    restored: int = 0


@dataclass(slots=True)
class Tally:
    """What happened since the last line of the log."""

    loss: float = 0.0
    steps: int = 0
    skipped: int = 0


@dataclass(slots=True)
class Pace:
    """Seconds of the steps since the last line of the log, and those spent waiting for data."""

    steps: int = 0
    busy: float = 0.0
    waited: float = 0.0

    def as_line(self) -> dict[str, float]:
        """Steps a second, and the share of the time that was waiting."""
        busy = max(self.busy, 1e-9)
        return {
            "iterations_per_second": round(self.steps / busy, 3),
            "waiting": round(self.waited / busy, 4),
        }


class Loop:
    """One run, from the state it is in to its end.

    Args:
        config: The run.
        learner: The network and what learns along with it.
        group: The processes that learn together.
        recorder: Where the run is written down.
        control: Where it is told to pause or stop.
    """

    def __init__(
        self,
        config: TrainConfig,
        learner: Learner,
        group: Group,
        recorder: Recorder,
        control: Control,
    ) -> None:
        self.config, self.learner = config, learner
        self._group, self._recorder, self._control = group, recorder, control
        self._schedule = schedule_of(config)
        self.course, self._tally, self._pace = Course(), Tally(), Pace()
        self._guard = LossGuard(config.skip)
        falls = config.schedule == "plateau"
        self._plateau = Plateau(config.patience, config.decay if falls else 1.0)

    def run(self, batches: Ahead[Batch]) -> float:
        """Train to the end of the configuration; returns the best validation PSNR in dB.

        Args:
            batches: From that of the next step on.

        Raises:
            Cancelled: if the run was told to stop; it has been saved.
            ModelError: if it diverges again and again.
        """
        self._good = self.learner.snapshot()
        while self.course.iteration < self.config.iterations:
            message = self._step(batches)
            self._do_what_is_due()
            if message != GO:
                self._obey(message)
        return self.course.best

    def state(self) -> dict[str, Any]:
        """Everything that the course of the run depends on."""
        return {
            "course": asdict(self.course),
            "tally": asdict(self._tally),
            "guard": asdict(self._guard),
            "plateau": asdict(self._plateau),
            "learner": self.learner.state(),
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self.course, self._tally = Course(**state["course"]), Tally(**state["tally"])
        self._guard, self._plateau = LossGuard(**state["guard"]), Plateau(**state["plateau"])
        self.learner.restore(state["learner"])
        torch.set_rng_state(state["random"])

    @property
    def _rate(self) -> float:
        """Factor on the first learning rates, at the next step."""
        return self._schedule(self.course.iteration) * self._plateau.factor * self.course.rate

    def _step(self, batches: Ahead[Batch]) -> int:
        began, waited = time.perf_counter(), batches.waited
        stepped = self.learner.step(
            next(batches),
            self.course.iteration,
            self._rate,
            self._guard,
            self._group,
            self._control.poll(),
        )
        self.course.iteration += 1
        if stepped.verdict == "broken":
            self._recover(f"the loss is {stepped.loss}")
        else:
            self._tally.loss += stepped.loss
            self._tally.steps += 1
            self._tally.skipped += stepped.verdict == "skip"
        self._pace.steps += 1
        self._pace.busy += time.perf_counter() - began
        self._pace.waited += batches.waited - waited
        return stepped.message

    def _do_what_is_due(self) -> None:
        iteration, config = self.course.iteration, self.config
        last = iteration == config.iterations
        logs = last or iteration % config.log_every == 0
        validates = last or iteration % config.validate_every == 0
        saves = bool(config.save_every) and iteration % config.save_every == 0
        if logs or validates:
            self._keep_good_state()
        if logs:
            self._log()
        if validates:
            self._validate()
        if validates or saves:
            self._recorder.save(self.state())

    def _keep_good_state(self) -> None:
        if self.learner.sound():
            self._good = self.learner.snapshot()
        else:
            self._recover("a weight is not a number")

    def _recover(self, cause: str) -> None:
        """Go back to the last good weights, and on more slowly."""
        self.course.restored += 1
        if self.course.restored > RESTORES:
            raise ModelError(
                f"training diverges: {cause} at step {self.course.iteration}, after the rate was "
                f"halved {RESTORES} times",
                "set a lower lr, a clip, or amp=off",
            )
        self.learner.restore(copy.deepcopy(self._good))
        self.course.rate *= 0.5
        self._event(f"{cause}: the last good weights are restored, the learning rate is halved")

    def _log(self) -> None:
        counts = self.learner.precision.take_counts()
        self._recorder.line(
            iteration=self.course.iteration,
            loss=self._tally.loss / max(self._tally.steps, 1),
            smoothed_loss=self._guard.running,
            lr=self.learner.optimiser.param_groups[0]["lr"],
            **self._pace.as_line(),
            grad_scale=self.learner.precision.scale,
            skipped=self._tally.skipped,
            overflow=counts.overflow,
            underflow=counts.underflow,
        )
        self._tally, self._pace = Tally(), Pace()

    def _validate(self) -> None:
        average = self.learner.average.module
        measured = self._recorder.validate(average, self.course.iteration, self.course.best)
        psnr = self._group.share(measured)
        self.course.best = max(self.course.best, psnr)
        if self._plateau.validated(psnr):
            self._event("validation gains no more: the learning rate falls")

    def _obey(self, message: int) -> None:
        """Wait for as long as the run is paused; save and end where it is to stop."""
        if message == PAUSE:
            self._recorder.save(self.state())
            self._event("paused")
            while message == PAUSE:
                _, message = self._group.agree(0.0, self._control.wait())
            if message == GO:
                self._event("resumed")
        if message == STOP:
            self._recorder.save(self.state())
            self._control.clear()
            raise Cancelled

    def _event(self, event: str) -> None:
        self._recorder.line(iteration=self.course.iteration, event=event)
