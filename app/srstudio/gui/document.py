"""What is at hand in the window: the opened picture, the chosen models, and their results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from srstudio.core.frame import Frame
from srstudio.gui.lineup import FURTHER_SCALES, PLUS, Lineup, family, line_up
from srstudio.settings.schema import EngineSettings
from srstudio_models import Catalog, ModelSpec
from srstudio_models.network import USUAL_SCALES

TRUTH = "truth"
TRUTH_TITLE = "Ground truth"


@dataclass(frozen=True, slots=True)
class Opened:
    """The picture at hand.

    Attributes:
        key: Sets this picture at this scale apart from every other.
        name: Stem of the file, for titles.
        path: The file; None for a picture that was pasted.
        low: The low-resolution picture (LR).
        scale: Factor of super-resolution.
        truth: The ground truth, `scale` times the size of `low`; None if there is none.
        made: Whether `low` was made from the ground truth.
        number: Of a frame of a clip; None for a picture.
        remark: Something more that people should know of it; may be empty.
    """

    key: str
    name: str
    path: Path | None
    low: Frame
    scale: int
    truth: Frame | None = None
    made: bool = False
    number: int | None = None
    remark: str = ""

    @property
    def as_found(self) -> bool:
        """Whether it is a still picture that is not known to have been shrunk from a larger one."""
        return self.truth is None and self.number is None

    @property
    def stem(self) -> str:
        """What the names of results begin with."""
        return self.name if self.number is None else f"{self.name}_{self.number:05d}"

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


class Document(QObject):
    """The opened picture, the models shown beside it, and what has been computed.

    Of a clip, the picture is the frame that is shown: `frame_changed` tells of another frame of
    the same clip, `opened_changed` of all else.

    Args:
        catalog: Every model there is, with its weights or without.
        engine: The part of the settings that says which models, scale, device and precision;
            the document writes the user's choices back into it.

    Attributes:
        opened: The picture at hand.
        results: What models have made of it.
        passing: Whether frames of a clip follow each other by themselves.
    """

    opened_changed = Signal()
    models_changed = Signal()
    scale_changed = Signal()
    scale_asked = Signal(int)
    engine_changed = Signal()
    state_changed = Signal(str)
    frame_changed = Signal()
    result_added = Signal(str)
    result_dropped = Signal(str)

    def __init__(self, catalog: Catalog, engine: EngineSettings) -> None:
        super().__init__()
        self.engine = engine
        self._installed = self._catalog = catalog
        self._further: dict[str, ModelSpec] = {}
        self._lineups: dict[int, Lineup] = {}
        self.opened: Opened | None = None
        self.passing = False
        self.results: dict[str, Frame] = {}
        self._states: dict[str, SourceState] = {}

    @property
    def scale(self) -> int:
        """The factor chosen in the window."""
        return self.engine.scale

    @property
    def catalog(self) -> Catalog:
        """Every model there is, with those that were put in."""
        return self._catalog

    @property
    def further(self) -> frozenset[str]:
        """Ids of the models that were put in."""
        return frozenset(self._further)

    @property
    def scales(self) -> tuple[int, ...]:
        """The factors that can be chosen: the usual ones, those of networks, and far ones."""
        own = {s for spec in self._catalog if spec.parameters for s in spec.scales if s > 1}
        return tuple(sorted({*USUAL_SCALES, *FURTHER_SCALES, *own}))

    def lineup_at(self, scale: int) -> Lineup:
        """Every model that makes a scale."""
        if scale not in self._lineups:
            self._lineups[scale] = line_up(self._catalog, scale)
        return self._lineups[scale]

    @property
    def lineup(self) -> Lineup:
        """Every model that makes the chosen scale."""
        return self.lineup_at(self.scale)

    def ids_at(self, scale: int, as_found: bool) -> tuple[str, ...]:
        """Ids of the models that are shown at a scale.

        Args:
            scale: Factor of super-resolution.
            as_found: As `Lineup.usual`.
        """
        names = self._names(scale, as_found)
        return tuple(spec.id for spec in self.lineup_at(scale).chosen(names))

    @property
    def names(self) -> tuple[str, ...]:
        """Families of the models shown: those that were chosen, else what suits the picture."""
        return self._names(self.scale, self.opened is not None and self.opened.as_found)

    def _names(self, scale: int, as_found: bool) -> tuple[str, ...]:
        chosen = self.engine.models
        return self.lineup_at(scale).usual(as_found) if chosen is None else tuple(chosen)

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The models shown, in the order of the catalogue."""
        return self.lineup.chosen(self.names)

    def spec(self, key: str) -> ModelSpec:
        """The model behind a source: the one place where ids are resolved."""
        return self.lineup[key]

    @property
    def truth(self) -> Frame | None:
        """The ground truth of the opened picture, if there is one."""
        return None if self.opened is None else self.opened.truth

    def title(self, key: str) -> str:
        """What a person reads for a source."""
        return TRUTH_TITLE if key == TRUTH else self.spec(key).title

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

    def show_frame(self, opened: Opened, results: Mapping[str, Frame]) -> None:
        """Put another frame of the clip in place of the one that was there.

        Args:
            opened: The frame.
            results: What models have computed for it.
        """
        self.opened = opened
        self.results = {key: results[key] for key in self.source_keys if key in results}
        for key in self.source_keys:
            failed = self.state(key).stage is Stage.FAILED
            there = key in self.results or key == TRUTH
            if not failed:
                self.set_state(key, SourceState(Stage.DONE if there else Stage.WAITING))
        self.frame_changed.emit()

    def show_models(self, families: Iterable[str]) -> None:
        """Show these models too, at every scale that they make."""
        self.engine.models = [*dict.fromkeys([*self.names, *families])]
        self.models_changed.emit()

    def hide_model(self, name: str) -> None:
        """Show the models of this family no more."""
        self.engine.models = [known for known in self.names if known != name]
        self.models_changed.emit()

    def replace_catalog(self, catalog: Catalog) -> None:
        """Take over what was installed; a shown model with other weights is computed again."""
        before = self.models
        self._installed = catalog
        self._join_catalog()
        if any(spec not in self.models for spec in before):
            self._forget_results()
        self.models_changed.emit()

    def put_model(self, spec: ModelSpec) -> None:
        """Have a model that is not installed, or another in place of the one of its id.

        What it has computed is dropped, and computed again.
        """
        self._further[spec.id] = spec
        self._join_catalog()
        for key in (spec.id, spec.id + PLUS):
            self.results.pop(key, None)
            self._states.pop(key, None)
            self.result_dropped.emit(key)
        self.models_changed.emit()

    def take_model_away(self, spec: ModelSpec) -> None:
        """Have a model no more that was put in, and show it no more."""
        del self._further[spec.id]
        self._join_catalog()
        names = (family(spec), family(spec) + PLUS)
        self.engine.models = [known for known in self.names if known not in names]
        self.models_changed.emit()

    def _join_catalog(self) -> None:
        self._catalog = Catalog([*self._installed, *self._further.values()])
        self._lineups.clear()

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
        self._forget_results()

    def _forget_results(self) -> None:
        self.results.clear()
        self._states = {key: state for key, state in self._states.items() if key == TRUTH}
        self.engine_changed.emit()

    def set_state(self, key: str, state: SourceState) -> None:
        """Note how far a source is."""
        if self._states.get(key) != state:
            self._states[key] = state
            self.state_changed.emit(key)

    def add_result(self, key: str, frame: Frame, seconds: float | None) -> None:
        """Keep the finished picture of a model."""
        self.results[key] = frame
        self.set_state(key, SourceState(Stage.DONE, 1.0, seconds))
        self.result_added.emit(key)
