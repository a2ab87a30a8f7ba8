"""Names for results: from a template, and never one that is taken."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path
from string import Formatter

from srstudio.core.errors import UsageError

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 200  # bytes; leaves room for a number and a suffix
_LONGEST_STEM = 150  # so that what distinguishes two results of one picture stays


def free_path(path: Path) -> Path:
    """The path itself, or "name (2).png", "name (3).png" ...: the first that does not exist."""
    if not os.path.lexists(path):
        return path
    candidates = (path.with_name(f"{path.stem} ({n}){path.suffix}") for n in count(2))
    return next(each for each in candidates if not os.path.lexists(each))


def name_from_template(
    template: str, *, stem: str, model: str, scale: int, width: int, height: int
) -> str:
    """A safe file name, without suffix, from a template such as `{stem}_{model}_{scale}x`.

    Raises:
        UsageError: if the template is malformed or names an unknown field.
    """
    fields = {
        "stem": _cut(stem, _LONGEST_STEM),
        "model": model,
        "scale": scale,
        "width": width,
        "height": height,
    }
    known = ", ".join(f"{{{name}}}" for name in fields)
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        unknown = next((name for name in names if name not in fields), None)
        if unknown is not None:
            raise UsageError(
                f"the name template {template!r} has the unknown field {{{unknown}}}",
                f"use {known}",
            )
        return _safe(template.format(**fields))
    except (ValueError, IndexError, KeyError) as error:
        raise UsageError(
            f"the name template {template!r} is malformed ({error})", f"use text and {known}"
        ) from None


def _safe(name: str) -> str:
    """Free of what any common file system refuses, and not a path."""
    name = _cut(_FORBIDDEN.sub("_", name), _LONGEST).strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _cut(text: str, length: int) -> str:
    """At most so many bytes of UTF-8, in whole characters."""
    return text.encode(errors="replace")[:length].decode(errors="ignore")
