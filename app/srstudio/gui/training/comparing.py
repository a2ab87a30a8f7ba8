"""The weights of training runs as sources of the comparison, at the step a slider says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.lineup import family
from srstudio.gui.training.training import Training
from srstudio.jobs.checkpoints import Checkpoint, describe
from srstudio.jobs.training_runs import Snapshot
from srstudio_models import ModelSpec

# A slider that is being dragged is not followed at every step.
_SETTLE_MS = 120


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that is compared.

    Attributes:
        run: As it was found last.
        place: Which of its checkpoints is shown.
        newest: Whether a newer checkpoint takes its place.
    """

    run: Snapshot
    place: int
    newest: bool

    @property
    def checkpoint(self) -> Checkpoint:
        """What is shown."""
        return self.run.checkpoints[self.place]


class ComparedRuns(QObject):
    """Puts checkpoints into the document, one of each run at a time.

    Args:
        document: Gets them as models.
        training: Says which checkpoints there are.
        background: Reads their headers.

    Signals:
        changed: Which runs are compared, or at which step.
        added: Id of the model that a run has become in the document.
        failed: A `StudioError`.
    """

    changed = Signal()
    added = Signal(str)
    failed = Signal(object)

    def __init__(self, document: Document, training: Training, background: Background) -> None:
        super().__init__()
        self._document, self._training, self._background = document, training, background
        self.shown: dict[Path, Shown] = {}
        self._specs: dict[Path, ModelSpec] = {}
        self._waiting: set[Path] = set()
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._read)
        training.changed.connect(self._follow)

    def show(self, run: Snapshot, place: int) -> None:
        """Compare a run from now on, at one of its checkpoints; the last one is followed."""
        self._set(Shown(run, place, newest=place == len(run.checkpoints) - 1))

    def choose(self, folder: Path, place: int) -> None:
        """Show another checkpoint of a compared run."""
        shown = self.shown.get(folder)
        if shown is not None and place != shown.place:
            self._set(replace(shown, place=place, newest=place == len(shown.run.checkpoints) - 1))

    def hide(self, folder: Path) -> None:
        """Compare a run no more."""
        self.shown.pop(folder, None)
        spec = self._specs.pop(folder, None)
        if spec is not None:
            self._document.take_model_away(spec)
        self.changed.emit()

    def hide_all(self) -> None:
        """Leave nothing behind in what is remembered."""
        for folder in list(self.shown):
            self.hide(folder)

    def _set(self, shown: Shown) -> None:
        folder = shown.run.folder
        self.shown[folder] = shown
        self._waiting.add(folder)
        self._settle.start()
        self.changed.emit()

    def _follow(self) -> None:
        """Take over what is new of the runs that are compared."""
        for folder, shown in list(self.shown.items()):
            run = self._training.run(folder)
            if run is None or len(run.checkpoints) <= shown.place:
                self.hide(folder)
            elif run.checkpoints != shown.run.checkpoints:
                place = len(run.checkpoints) - 1 if shown.newest else shown.place
                if run.checkpoints[place] == shown.checkpoint:
                    self.shown[folder] = replace(shown, run=run)
                    self.changed.emit()
                else:
                    self._set(Shown(run, place, shown.newest))

    def _read(self) -> None:
        known = {spec.id: spec for spec in self._document.catalog}
        for folder in self._waiting & self.shown.keys():
            checkpoint = self.shown[folder].checkpoint

            def work(checkpoint: Checkpoint = checkpoint) -> ModelSpec:
                return describe(checkpoint, known)

            def put(
                spec: ModelSpec, folder: Path = folder, checkpoint: Checkpoint = checkpoint
            ) -> None:
                self._put(folder, checkpoint, spec)

            self._background.submit(work, put, self.failed.emit)
        self._waiting.clear()

    def _put(self, folder: Path, checkpoint: Checkpoint, spec: ModelSpec) -> None:
        shown = self.shown.get(folder)
        if shown is None or shown.checkpoint != checkpoint:
            return
        fresh = folder not in self._specs
        self._specs[folder] = spec
        self._document.put_model(spec)
        if fresh:
            self._document.show_models([family(spec)])
            if self._document.scale not in spec.scales:
                self._document.choose_scale(spec.scales[0])
            self.added.emit(spec.id)
