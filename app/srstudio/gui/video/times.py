"""Times of a clip as people read and type them: h:mm:ss.mmm."""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

_TYPED = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?|[.,]\d+)")
HALF_OF_THE_LAST_DIGIT = Fraction(1, 2_000)


def time_text(seconds: Fraction) -> str:
    """To the nearest millisecond: `0:00:12.345`."""
    thousandths = floor(seconds * 1_000 + Fraction(1, 2))
    rest, milliseconds = divmod(abs(thousandths), 1_000)
    minutes, rest = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' * (thousandths < 0)}{hours}:{minutes:02}:{rest:02}.{milliseconds:03}"


def short_time_text(seconds: Fraction, decimals: int) -> str:
    """Without hours that are not needed and with as many decimals: `0:12.5`."""
    text = time_text(seconds)
    text = text.removeprefix("0:").removeprefix("0")
    return text[: len(text) - 3 + decimals] if decimals else text[:-4]


def read_time(text: str) -> Fraction | None:
    """Seconds of what was typed: `83.4`, `1:23.4`, `0:01:23.400`; None if it is no time."""
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (part or "0" for part in match.groups())
    return int(hours) * 3_600 + int(minutes) * 60 + Fraction(seconds.replace(",", ".").strip() or 0)
