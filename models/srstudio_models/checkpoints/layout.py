"""How others name and scale the weights of a network, as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt, prod

from torch import Tensor

Tensors = Mapping[str, Tensor]
Options = dict[str, int | float | str | bool]
# A name of the file and ours; `{i}` in both is a number. Ours may also use the options, be made
# by a function of both, or be None where we have no use for the tensor.
Rule = tuple[str, str | Callable[..., str] | None]


class Unsupported(Exception):  # noqa: N818 - a finding; the loader makes the error of it
    """The weights are of a kind that no network here can take; the text says which."""


def unchanged(tensors: Tensors) -> Tensors:
    """The values as they are."""
    return tensors


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to keep the weights of a network in a file.

    Attributes:
        name: Whose it is, as a person is told.
        marker: Keys that tell it from the layouts that come after it in the table.
        networks: Names of our networks that may be in it; none where it is a part of one only.
        options: Reads constructor options off the shapes. May raise `Unsupported`, and
            `KeyError` where a key is missing.
        rules: Names, or their first parts, from theirs to ours; the first that fits is taken,
            and a name that none fits stays.
        convert: Changes the values, under the names of the file.
    """

    name: str
    marker: tuple[str, ...]
    networks: tuple[str, ...]
    options: Callable[[Tensors], Options]
    rules: tuple[Rule, ...] = ()
    convert: Callable[[Tensors], Tensors] = unchanged

    def fits(self, tensors: Tensors) -> bool:
        """Whether a file with these keys is in this layout."""
        return all(key in tensors for key in self.marker)

    def translate(self, tensors: Tensors, options: Options) -> dict[str, Tensor]:
        """The weights as our network has them, by our names."""
        rules = [(_compiled(theirs), ours) for theirs, ours in self.rules]
        named = ((_renamed(k, rules, options), v) for k, v in self.convert(tensors).items())
        return {name: tensor for name, tensor in named if name is not None}


def matching(tensors: Tensors, name: str) -> list[Tensor]:
    """The tensors whose whole name is `name`, with any number where it says `{i}`."""
    pattern = _compiled(name)
    return [tensor for key, tensor in tensors.items() if pattern.fullmatch(key)]


def enlargement(tensors: Tensors, name: str) -> int:
    """The product of the factors of sub-pixel convolutions: F to 4 F channels is x2.

    Raises:
        Unsupported: if it is none of x2, x3, x4.
    """
    scale = prod(isqrt(weight.shape[0] // weight.shape[1]) for weight in matching(tensors, name))
    if scale not in (2, 3, 4):
        raise Unsupported(f"a network for x{scale}, and there are x2, x3 and x4 here")
    return scale


def refused(what: str) -> Callable[[Tensors], Options]:
    """The `options` of a layout that no network here can take."""

    def read(_: Tensors) -> Options:
        raise Unsupported(what)

    return read


def _compiled(name: str) -> re.Pattern[str]:
    number = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\d+)", re.escape(name))
    return re.compile(number + r"(?=\.|$)")


def _renamed(
    key: str,
    rules: list[tuple[re.Pattern[str], str | Callable[..., str] | None]],
    options: Options,
) -> str | None:
    for pattern, ours in rules:
        found = pattern.match(key)
        if found is None:
            continue
        if ours is None:
            return None
        known = {**options, **{name: int(text) for name, text in found.groupdict().items()}}
        head = ours.format(**known) if isinstance(ours, str) else ours(**known)
        return head + key[found.end() :]
    return key
