"""Text on pictures: a font that comes with Pillow, sized to the room it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

_LEGIBLE, _SMALLEST, _LARGEST = 11, 14, 64
_LETTERS_A_WIDTH = 26  # of which the numbers of a panel fill three quarters
_DARKER = 0.3
_LEFT_OUT = "..."


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text that fits where it goes.

    Attributes:
        words: What it says.
        size: Of the letters, in pixels.
        below: Pixels from the top of the line, so that letters of all sizes stand on one.
    """

    words: str
    size: int
    below: int = 0

    @property
    def width(self) -> int:
        """Pixels that it takes."""
        return ceil(_font(self.size).getlength(self.words))

    def write(self, draw: ImageDraw.ImageDraw, place: tuple[int, int], colour: Colour) -> None:
        """Write it from the top-left corner of its line on."""
        draw.text((place[0], place[1] + self.below), self.words, colour, _font(self.size))


@dataclass(frozen=True, slots=True)
class Lettering:
    """How large text is, and the room around it; in pixels."""

    size: int

    @classmethod
    def for_width(cls, width: int) -> Lettering:
        """Letters in which a line of numbers fits into a panel of that width."""
        return cls(min(max(_SMALLEST, width // _LETTERS_A_WIDTH), _LARGEST))

    @property
    def line(self) -> int:
        """From one line to the next."""
        return round(self.size * 1.4)

    @property
    def gap(self) -> int:
        """Around panels."""
        return self.size * 3 // 4

    def fitted(self, words: str, width: int) -> Text:
        """The words in a size in which they fit, somewhat smaller if need be.

        What fits in no such size is cut; three dots say so.
        """
        smallest = max(_LEGIBLE, self.size * 3 // 4)
        for size in range(self.size, smallest - 1, -1):
            text = Text(words, size, (self.size - size) * 3 // 4)
            if text.width <= width:
                return text
        while words and Text(words + _LEFT_OUT, smallest).width > width:
            words = words[:-1]
        return Text(words.rstrip() + _LEFT_OUT, smallest, (self.size - smallest) * 3 // 4)


def shade(image: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Darken a rectangle, so that light text on it can be read."""
    box = (max(box[0], 0), max(box[1], 0), min(box[2], image.width), min(box[3], image.height))
    if box[0] < box[2] and box[1] < box[3]:
        part = image.crop(box)
        image.paste(part.point(lambda value: value * _DARKER), box[:2])


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
