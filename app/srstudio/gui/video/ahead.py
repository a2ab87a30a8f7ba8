"""What is wanted of a clip next: computed, read and drawn, from the play head on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from srstudio.compare.playhead import Playhead
from srstudio.gui.document import Document, Stage
from srstudio.gui.video.computing import Computing
from srstudio.gui.video.projection import Projection
from srstudio.gui.viewer.comparison_view import ComparisonView
from srstudio.jobs.clip_agenda import Want
from srstudio.jobs.clip_cache import ClipCache
from srstudio_models import ModelSpec

_MOST_AHEAD = 600  # frames
_DRAWN_AHEAD = 8


class Ahead:
    """Asks for what the play head needs, and says whether it is there.

    Args:
        document: Says how far the models are.
        view: Says which sources are seen.
        computing: Computes frames.
        projection: Reads and draws them.

    Attributes:
        models: The chosen models.
        cache: Their frames.
        further: Frames by source, wanted once nothing else is missing.
    """

    def __init__(
        self,
        document: Document,
        view: ComparisonView,
        computing: Computing,
        projection: Projection,
    ) -> None:
        self._document, self._view = document, view
        self._computing, self._projection = computing, projection
        self.models: tuple[ModelSpec, ...] = ()
        self.cache = ClipCache(0)
        self.further: Mapping[str, Collection[int]] = {}

    def plan(self, head: Playhead) -> None:
        """Say what is to be computed, read and drawn next."""
        self.cache.go_to(head.number, head.direction, head.region if head.looped else None)
        visible, working = self._visible(), self._working()
        hidden = [spec for spec in working if spec not in visible]
        upcoming = self._upcoming(head)
        self._computing.want(Want(upcoming, visible, hidden, self.further, head.playing))
        self.draw(head)

    def draw(self, head: Playhead) -> None:
        """Have the next frames read, and drawn where they are seen."""
        shown = {spec.id for spec in self._visible()}
        keys = {spec.id for spec in self._working()}
        frames = {}
        for number in head.upcoming(_DRAWN_AHEAD):
            now = number == head.number and not head.playing
            there = self.cache.at(number)
            frames[number] = {k: f for k, f in there.items() if k in (keys if now else shown)}
        self._projection.want(frames)

    def ready(self, number: int) -> bool:
        """Whether everything that is seen of a frame is there."""
        if self._projection.pair(number) is None:
            return False
        seen = (spec.id for spec in self._visible())
        return all(self._projection.picture(key, number) is not None for key in seen)

    def is_soon(self, head: Playhead, number: int) -> bool:
        """Whether a frame is among those that are drawn."""
        return number in head.upcoming(_DRAWN_AHEAD)

    def share(self, head: Playhead) -> float:
        """How much of what there is room for is computed, 0 to 1."""
        wanted = set(self._upcoming(head))
        kept = [len(wanted & self.cache.numbers(spec.id)) for spec in self._working()]
        return sum(kept) / max(1, len(kept) * len(wanted))

    def _upcoming(self, head: Playhead) -> list[int]:
        """The frames from here on that there is room for."""
        room = self.cache.room_for(self._frame_bytes(), len(self._working()))
        return head.upcoming(min(room, _MOST_AHEAD))

    def _visible(self) -> list[ModelSpec]:
        """The models in the panes that have not failed."""
        shown = self._view.comparison.visible
        return [spec for spec in self._working() if spec.id in shown]

    def _working(self) -> list[ModelSpec]:
        state = self._document.state
        return [spec for spec in self.models if state(spec.id).stage is not Stage.FAILED]

    def _frame_bytes(self) -> int:
        opened = self._document.opened
        if opened is None:
            return 1
        width, height = opened.size
        return width * height * 3 * opened.low.bit_depth // 8
