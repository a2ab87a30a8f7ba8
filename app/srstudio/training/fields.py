"""The keys of a configuration as a form or a help text shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a configuration.

    Attributes:
        name: The key.
        type: `int`, `float`, `str`, `bool`, `choice`, `list of int`, `list of float`, `options`.
        choices: What a `choice` chooses from.
        default: Its value in the configuration that was described.
        unit: Of the value ("pixels"); empty where it has none.
        description: What it means, in a sentence.
        minimum: Least value, None where there is none; `open_minimum`: must be above it.
        maximum: Greatest value, likewise with `open_maximum`.
        open_minimum: Whether the minimum itself is excluded.
        open_maximum: Whether the maximum itself is excluded.
    """

    name: str
    type: str
    choices: tuple[str, ...]
    default: Any
    unit: str
    description: str
    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    open_maximum: bool = False

    @property
    def range(self) -> str:
        """The limits in words: `above 0`, `0 to 1`, or the choices."""
        if self.choices:
            return ", ".join(self.choices)
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            below = "below " if self.open_maximum else ""
            return f"{low:g} to {below}{high:g}"
        if low is not None:
            return f"above {low:g}" if self.open_minimum else f"at least {low:g}"
        return ""


def fields(config: Struct) -> list[Field]:
    """Every key of a configuration, in its order, with the values it has there as defaults."""
    hints = get_type_hints(type(config), include_extras=True)
    return [_field(name, hints[name], getattr(config, name)) for name in config.__struct_fields__]


def _field(name: str, hint: Any, default: Any) -> Field:
    base, metas = _taken_apart(hint)
    limits = _limits([*metas, *_element_metas(base)])
    return Field(
        name=name,
        type=_type_name(base),
        choices=get_args(base) if _type_name(base) == "choice" else (),
        default=default,
        unit=next((m.extra["unit"] for m in metas if m.extra), ""),
        description=next((m.description for m in metas if m.description), ""),
        **limits,
    )


def _taken_apart(hint: Any) -> tuple[Any, list[Meta]]:
    if get_origin(hint) is not Annotated:
        return hint, []
    base, *metas = get_args(hint)
    return base, [meta for meta in metas if isinstance(meta, Meta)]


def _element_metas(base: Any) -> list[Meta]:
    """The limits of the elements of a list."""
    return _taken_apart(get_args(base)[0])[1] if get_origin(base) is tuple else []


def _type_name(base: Any) -> str:
    if get_origin(base) is tuple:
        return f"list of {_taken_apart(get_args(base)[0])[0].__name__}"
    if get_origin(base) is dict:
        return "options"
    return "choice" if get_args(base) else str(base.__name__)


def _limits(metas: list[Meta]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meta in metas:
        for name, key in (
            ("minimum", "ge"),
            ("minimum", "gt"),
            ("maximum", "le"),
            ("maximum", "lt"),
        ):
            value = getattr(meta, key)
            if value is not None:
                found |= {name: value, f"open_{name}": key in ("gt", "lt")}
    return found


def as_rows(config: Struct) -> list[dict[str, Any]]:
    """The fields as plain values for JSON."""
    rows: list[dict[str, Any]] = msgspec.to_builtins(fields(config))
    return rows
