"""What the list of sources says of a document."""

from __future__ import annotations

from collections.abc import Iterator

from srstudio.gui.document import TRUTH, TRUTH_TITLE, Document
from srstudio.gui.lineup import PLUS, has_ensemble
from srstudio.gui.panels.model_card import model_card
from srstudio.gui.panels.source_rows import Group, Row
from srstudio_models import ModelSpec

MISSING = "Weights not installed"
_TRUTH_TIP = "Drop or open a picture that is larger by the scale"


def groups(document: Document, words: str = "") -> list[Group]:
    """What the list shows: what can be chosen, the ground truth, what lacks its weights.

    Args:
        document: Says what there is.
        words: Only models that have all of these in their title or id.
    """
    lineup = document.lineup
    trained = tuple(spec for spec in lineup.networks if spec.id in document.further)
    shipped = tuple(spec for spec in lineup.networks if spec.id not in document.further)
    there = document.truth is not None
    note = "" if there else "none"
    number = _number(document, TRUTH)
    truth = Row(TRUTH, TRUTH_TITLE, _TRUTH_TIP, there, number, None, True, there, note)
    return [
        Group("Resampling", list(_rows(document, lineup.references, words))),
        Group("Networks", list(_rows(document, shipped, words))),
        Group("Training runs", list(_rows(document, trained, words))),
        Group("Reference", [truth]),
        Group(MISSING, [_missing(s) for s in lineup.missing if _matches(s, words)], folded=True),
    ]


def hint(document: Document) -> str:
    """Which of the networks there are suits which input; empty where they are all alike."""
    networks = document.lineup.networks
    real = ", ".join(spec.title for spec in networks if spec.degradation != "bicubic")
    if not real or all(spec.degradation != "bicubic" for spec in networks):
        return ""
    return f"For photographs and pictures from the web: {real}.\nFor clean pictures: the others."


def _rows(document: Document, specs: tuple[ModelSpec, ...], words: str) -> Iterator[Row]:
    """A row for each model, and one for its self-ensemble where that is shown."""
    shown = {spec.id: spec for spec in document.models}
    for spec in specs:
        if not _matches(spec, words):
            continue
        ensemble = shown.get(spec.id + PLUS)
        plus = ensemble is not None if has_ensemble(spec) else None
        number = _number(document, spec.id)
        yield Row(spec.id, spec.title, model_card(spec), spec.id in shown, number, plus)
        if ensemble is not None:
            number = _number(document, ensemble.id)
            yield Row(ensemble.id, ensemble.title, model_card(ensemble), True, number)


def _missing(spec: ModelSpec) -> Row:
    return Row(spec.id, spec.title, model_card(spec, missing=True), fixed=True, usable=False)


def _number(document: Document, key: str) -> str:
    keys = document.source_keys[:9]
    return str(keys.index(key) + 1) if key in keys else ""


def _matches(spec: ModelSpec, words: str) -> bool:
    text = f"{spec.title} {spec.id}".lower()
    return all(word in text for word in words.lower().split())
