"""Pictures that were computed, or begun, for the window."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srstudio.engine.canvas import Canvas


@dataclass(frozen=True, slots=True)
class CanvasKey:
    """What a canvas depends on.

    Attributes:
        picture: Key of the opened picture.
        model: Id of the model.
        weights: Checksum or path of its weights, which a new file under an old id changes.
        scale: Integer factor.
        device: Where it is computed: results differ in the last bits.
        precision: `exact` or `fast`.
    """

    picture: str
    model: str
    weights: str | None
    scale: int
    device: str
    precision: str


class CanvasCache:
    """Canvases of one picture, the least recently used dropped first.

    Args:
        memory: Bytes that all of them may take; those in use are kept in any case.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._canvases: OrderedDict[CanvasKey, Canvas] = OrderedDict()

    def __len__(self) -> int:
        return len(self._canvases)

    def get(self, key: CanvasKey) -> Canvas | None:
        """The canvas of that key, now the most recently used one."""
        if key in self._canvases:
            self._canvases.move_to_end(key)
        return self._canvases.get(key)

    def put(self, key: CanvasKey, canvas: Canvas) -> None:
        """Keep a canvas."""
        self._canvases[key] = canvas

    def discard(self, key: CanvasKey) -> None:
        """Forget a canvas if it is there."""
        self._canvases.pop(key, None)

    def keep(self, picture: str, in_use: Collection[CanvasKey]) -> None:
        """Forget other pictures, and what is unfinished and not gone on with now.

        Whoever shows the tiles has dropped them with the model or the device, and they are told
        only once: an unfinished canvas that is taken up later would leave holes there.
        """
        for key, canvas in list(self._canvases.items()):
            if key.picture != picture or not (canvas.complete or key in in_use):
                del self._canvases[key]

    def trim(self, in_use: Collection[CanvasKey]) -> None:
        """Forget the least recently used ones until the rest fits."""
        taken = sum(canvas.nbytes for canvas in self._canvases.values())
        for key in [key for key in self._canvases if key not in in_use]:
            if taken <= self._memory:
                break
            taken -= self._canvases.pop(key).nbytes
