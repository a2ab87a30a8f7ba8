"""The pictures and maps that a view holds, by source."""

from __future__ import annotations

from collections.abc import Iterator

from srstudio.compare.comparison import Comparison
from srstudio.compare.sources import Source
from srstudio.gui.viewer.pyramid import Pyramid, Rgb
from srstudio.gui.viewer.tiles import Layer
from srstudio.metrics.maps import ColourBar

PICTURE = "picture"


class Gallery:
    """Sources, what they look like and what is written on them."""

    def __init__(self) -> None:
        self.sources: tuple[Source, ...] = ()
        self.bars: dict[str, ColourBar] = {}
        self._layers: dict[tuple[str, str], Layer] = {}
        self._labels: dict[str, str] = {}

    def set_sources(self, sources: tuple[Source, ...]) -> None:
        """Take other sources; what belongs to one that is gone goes with it."""
        self.sources = sources
        keys = {source.key for source in sources}
        self._layers = {name: at for name, at in self._layers.items() if name[1] in keys}
        self._labels = {key: text for key, text in self._labels.items() if key in keys}

    def put(self, kind: str, key: str, pyramid: Pyramid | None) -> None:
        """Set, or with None take away, the picture or a map of a source."""
        if pyramid is None:
            self._layers.pop((kind, key), None)
        else:
            self._layers[kind, key] = Layer((kind, key), pyramid)

    def clear(self) -> None:
        """Let all pictures and maps go."""
        self._layers.clear()

    def picture(self, key: str) -> Layer | None:
        """The picture of a source, if there is one."""
        return self._layers.get((PICTURE, key))

    def map_over(self, key: str, comparison: Comparison) -> Layer | None:
        """The map that lies over a source now; never over the ground truth."""
        if comparison.overlay == "off" or key == comparison.reference:
            return None
        return self._layers.get((comparison.overlay, key))

    def set_label(self, key: str, text: str) -> None:
        """What panes with this source say instead of its title; empty brings the title back."""
        self._labels[key] = text

    def label(self, key: str) -> str:
        """What a pane with this source says."""
        return self._labels.get(key) or self.source(key).text

    def source(self, key: str) -> Source:
        """The source of that key."""
        return next(source for source in self.sources if source.key == key)

    def number(self, key: str) -> int:
        """The number key that shows the source, from 1."""
        return self.sources.index(self.source(key)) + 1

    def values_at(self, x: int, y: int, content: tuple[int, int]) -> Iterator[tuple[str, Rgb]]:
        """RGB of every source that has a picture, at a content pixel."""
        for source in self.sources:
            layer = self.picture(source.key)
            if layer is not None:
                width, height = layer.pyramid.size
                at = (x * width // content[0], y * height // content[1])
                yield source.key, layer.pyramid.values(*at)
