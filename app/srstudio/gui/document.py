"""What is at hand in the window: the opened picture, the chosen models, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from srstudio.core.frame import Frame
from srstudio.settings.schema import EngineSettings
from srstudio_models import Catalog, ModelSpec

TRUTH = "truth"
TRUTH_TITLE = "Ground truth"
USUAL_SCALES = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Opened:
    """The picture at hand.

    Attributes:
        key: Sets this picture at this scale apart from every other.
        name: Stem of the file, for titles and the names of results.
        path: The file; None for a picture that was pasted.
        low: The low-resolution picture (LR).
        scale: Factor of super-resolution.
        truth: The ground truth, `scale` times the size of `low`; None if there is none.
        made: Whether `low` was made from the ground truth.
    """

    key: str
    name: str
    path: Path | None
    low: Frame
    scale: int
    truth: Frame | None = None
    made: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the results."""
        return self.low.width * self.scale, self.low.height * self.scale


class Stage(Enum):
    """How far a source is."""

    IDLE = "idle"
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceState:
    """How far a source is, as told in the list.

    Attributes:
        stage: Waiting, working, done or failed.
        fraction: Done so far, while working.
        seconds: Time it took, once done by a model.
        reason: Why it failed.
    """

    stage: Stage = Stage.IDLE
    fraction: float = 0.0
    seconds: float | None = None
    reason: str = ""

    @property
    def text(self) -> str:
        """A few words for the list."""
        if self.stage is Stage.WORKING:
            return f"{self.fraction * 100:.0f} %"
        if self.stage is Stage.DONE:
            return "" if self.seconds is None else f"{self.seconds:.2f} s"
        return {Stage.WAITING: "waiting", Stage.FAILED: "failed"}.get(self.stage, "")


def family(spec: ModelSpec) -> str:
    """The id without the scale: `fsrcnn` for `fsrcnn-x2`, the same at every scale."""
    scale = spec.scales[0]
    return spec.id if spec.descriptor.multi_scale else spec.id.replace(f"-x{scale}", "", 1)


class Document(QObject):
    """The opened picture, the models shown beside it, and what has been computed.

    Args:
        catalog: Every model there is.
        engine: The part of the settings that says which models, scale, device and precision;
            the document writes the user's choices back into it.
    """

    opened_changed = Signal()
    models_changed = Signal()
    scale_changed = Signal()
    scale_asked = Signal(int)
    engine_changed = Signal()
    state_changed = Signal(str)
    result_added = Signal(str)

    def __init__(self, catalog: Catalog, engine: EngineSettings) -> None:
        super().__init__()
        self.catalog = catalog
        self.engine = engine
        self.opened: Opened | None = None
        self.results: dict[str, Frame] = {}
        self._states: dict[str, SourceState] = {}

    @property
    def scale(self) -> int:
        """The factor chosen in the window."""
        return self.engine.scale

    @property
    def scales(self) -> tuple[int, ...]:
        """The factors that can be chosen: the usual ones, and those of trained networks."""
        trained = {s for spec in self.catalog if spec.file for s in spec.scales}
        return tuple(sorted({*USUAL_SCALES, *trained}))

    def ids_at(self, scale: int) -> tuple[str, ...]:
        """Ids of the chosen models that make a scale."""
        chosen = self.engine.models
        return tuple(s.id for s in self.catalog if scale in s.scales and family(s) in chosen)

    @property
    def choices(self) -> tuple[ModelSpec, ...]:
        """Every model that makes the chosen scale."""
        return tuple(spec for spec in self.catalog if self.scale in spec.scales)

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The chosen models, in the order of the catalogue."""
        return tuple(spec for spec in self.choices if family(spec) in self.engine.models)

    @property
    def truth(self) -> Frame | None:
        """The ground truth of the opened picture, if there is one."""
        return None if self.opened is None else self.opened.truth

    def title(self, key: str) -> str:
        """What a person reads for a source."""
        return TRUTH_TITLE if key == TRUTH else self.catalog[key].title

    @property
    def source_keys(self) -> tuple[str, ...]:
        """The sources in the order of their number keys; empty with nothing opened."""
        if self.opened is None:
            return ()
        keys = tuple(spec.id for spec in self.models)
        return (*keys, TRUTH) if self.opened.truth is not None else keys

    @property
    def complete(self) -> bool:
        """Whether every source has its picture, or has failed to get one."""
        ended = (Stage.DONE, Stage.FAILED)
        return all(self.state(key).stage in ended for key in self.source_keys)

    def state(self, key: str) -> SourceState:
        """How far a source is."""
        return self._states.get(key, SourceState())

    def frame(self, key: str) -> Frame | None:
        """The finished picture of a source."""
        return self.truth if key == TRUTH else self.results.get(key)

    def open(self, opened: Opened) -> None:
        """Put another picture, or the same one at another scale, in place of what was there."""
        self.opened = opened
        self.results.clear()
        self._states.clear()
        if opened.truth is not None:
            self._states[TRUTH] = SourceState(Stage.DONE)
        if opened.scale != self.engine.scale:
            self.engine.scale = opened.scale
            self.scale_changed.emit()
        self.opened_changed.emit()

    def choose_models(self, families: Sequence[str]) -> None:
        """Show these models; those of other scales stay chosen for when they fit again."""
        here = {family(spec) for spec in self.choices}
        elsewhere = [name for name in self.engine.models if name not in here]
        self.engine.models = [*dict.fromkeys([*families, *elsewhere])]
        self.models_changed.emit()

    def choose_scale(self, scale: int) -> None:
        """Ask for this factor; with a picture open it is taken when that is ready for it."""
        if self.opened is not None:
            self.scale_asked.emit(scale)
        elif scale != self.engine.scale:
            self.engine.scale = scale
            self.scale_changed.emit()

    def choose_engine(self, device: str, precision: str) -> None:
        """Compute there, in this precision; results computed elsewhere are dropped."""
        if (device, precision) == (self.engine.device, self.engine.precision):
            return
        self.engine.device = device
        self.engine.precision = "fast" if precision == "fast" else "exact"
        self.results.clear()
        self._states = {key: state for key, state in self._states.items() if key == TRUTH}
        self.engine_changed.emit()

    def set_state(self, key: str, state: SourceState) -> None:
        """Note how far a source is."""
        if self._states.get(key) != state:
            self._states[key] = state
            self.state_changed.emit(key)

    def add_result(self, key: str, frame: Frame, seconds: float) -> None:
        """Keep the finished picture of a model."""
        self.results[key] = frame
        self.set_state(key, SourceState(Stage.DONE, 1.0, seconds))
        self.result_added.emit(key)
