"""A training run that is being put together: what is filled in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from srstudio.core.errors import UsageError
from srstudio.training.config import TrainConfig, changed
from srstudio.training.fields import Field, fields
from srstudio.training.recipes import RECIPES, SHORT

# What nearly everybody looks at; the rest is folded away.
COMMON = ("scales", "iterations", "batch", "patch", "lr", "amp")
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "list of int": "whole numbers, with commas between",
    "list of float": "numbers, with commas between",
    "options": "option=value, with commas between",
    "choice": "one of",
    "str": "text",
    "bool": "true or false",
}


def as_text(value: Any) -> str:
    """A value of a configuration as it stands in a form."""
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)


@dataclass(frozen=True, slots=True)
class Draft:
    """A recipe, and what a person has written in place of its values.

    Attributes:
        recipe: Name of the recipe.
        texts: What was written, by key; a key that is not here is as in the recipe.
    """

    recipe: str
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> TrainConfig:
        """The recipe as it is."""
        return RECIPES[self.recipe].config

    @property
    def fields(self) -> list[Field]:
        """Every key with its meaning and what the recipe has for it."""
        return fields(self.base)

    @property
    def assignments(self) -> tuple[str, ...]:
        """What was written, as the command line takes it."""
        return tuple(each for key, text in self.texts.items() for each in _assignments(key, text))

    @property
    def config(self) -> TrainConfig:
        """The whole configuration.

        Raises:
            UsageError: if a value does not fit.
        """
        return changed(self.base, list(self.assignments))

    def with_text(self, key: str, text: str) -> Self:
        """With something else written for a key."""
        others = {name: before for name, before in self.texts.items() if name != key}
        as_before = text.strip() == as_text(getattr(self.base, key))
        return replace(self, texts=others if as_before else {**others, key: text})

    def problem(self, wanted: Field) -> str:
        """What is wrong with what was written for a key; empty if it is right."""
        text = self.texts.get(wanted.name)
        try:
            if text is not None:
                changed(self.base, list(_assignments(wanted.name, text)))
        except UsageError:
            return f"Write {needed(wanted)}."
        return ""

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong, by key."""
        found = {each.name: self.problem(each) for each in self.fields}
        return {key: problem for key, problem in found.items() if problem}


def needed(wanted: Field) -> str:
    """What a key takes, in words."""
    if wanted.choices:
        return f"one of {wanted.range}"
    limits = f", {wanted.range}" if wanted.range else ""
    return f"{_KINDS[wanted.type]}{limits}"


def grouped_recipes() -> list[tuple[str, str, bool]]:
    """Name, description and whether it is short, of every recipe: the short ones first."""
    rows = [(each.name, each.line, each.name.endswith(SHORT)) for each in RECIPES.values()]
    return sorted(rows, key=lambda row: not row[2])


def _assignments(key: str, text: str) -> Iterator[str]:
    """What was written for a key, as the command line takes it."""
    parts = [part.strip() for part in text.split(",")]
    if key == "options":
        named = (part.removeprefix("options.") for part in parts if part)
        yield from (f"options.{part}" for part in named)
    else:
        yield f"{key}={','.join(parts)}"
