"""Training runs as processes of their own, which outlive whoever starts them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from srstudio.core.errors import InputError, OutputError
from srstudio.core.files import write_bytes
from srstudio.jobs.launching import launch
from srstudio.jobs.training_process import processes

ORDER, ABOUT, LOG, WORDS, CONTROL = (
    "order.json",
    "config.json",
    "log.jsonl",
    "messages.txt",
    "control",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What `srstudio train` is told.

    Attributes:
        out: Folder of the run.
        recipe: Name of the recipe.
        assignments: `key=value` each.
        data: Folders of training pictures or clips.
        valid: Folder to validate on; empty: some of the training data is held out.
        device: `auto`, `cpu`, `cuda:0`, `mps`.
    """

    out: str
    recipe: str
    assignments: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    valid: str = ""
    device: str = "auto"

    def arguments(self, resume: bool) -> list[str]:
        """The words after `srstudio`."""
        words = ["train", self.recipe, "--out", self.out, "--device", self.device]
        words += ["--data", *self.data] if self.data else []
        words += ["--val", self.valid] if self.valid else []
        for assignment in self.assignments:
            words += ["--set", assignment]
        return [*words, "--resume"] if resume else words


def start(order: Order) -> None:
    """Begin a run; returns as soon as its process is there.

    Raises:
        OutputError: if its folder is in use, or cannot be written.
    """
    refuse_used(order)
    write_bytes(Path(order.out) / ORDER, msgspec.json.format(msgspec.json.encode(asdict(order))))
    launch(order.arguments(resume=False), Path(order.out) / WORDS)


def refuse_used(order: Order) -> None:
    """Raise the error of a run whose folder is taken, or has no name, if it is so.

    Raises:
        OutputError: if it is.
    """
    folder = Path(order.out)
    if not folder.name:
        raise OutputError("the run has no name", "write one")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} exists already", "choose another name")


def resume(folder: Path, device: str = "") -> None:
    """Go on with a run that has ended, from what it saved last.

    Args:
        folder: Folder of the run.
        device: Where to go on; empty: where it was before.

    Raises:
        InputError: if nobody knows what the run was told.
        OutputError: if its folder cannot be written.
    """
    order = ordered(folder)
    if order is None:
        raise InputError(f"{folder} does not say what was trained", "start another run")
    tell(folder, "")
    again = replace(order, out=str(folder), device=device or order.device)
    launch(again.arguments(resume=True), folder / WORDS)


def pause(folder: Path) -> None:
    """Let a run wait after its step."""
    tell(folder, "pause")


def go_on(folder: Path) -> None:
    """Let a paused run go on."""
    tell(folder, "")


def stop(folder: Path) -> None:
    """Let a run save itself and end; one that has not begun to learn ends at once."""
    tell(folder, "stop")
    process = processes().get(folder.resolve())
    if process is not None and not (folder / LOG).exists():
        process.terminate()


def tell(folder: Path, word: str) -> None:
    """Write a word that the run looks for between steps; an empty one takes it back.

    Raises:
        OutputError: if that is not possible.
    """
    path = folder / CONTROL
    try:
        if word:
            write_bytes(path, word.encode(), overwrite=True)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be removed: {error.strerror}") from error


def told(folder: Path) -> str:
    """What a run is told to do; empty for nothing."""
    try:
        return (folder / CONTROL).read_text("utf-8").strip()
    except OSError:
        return ""


def about(folder: Path) -> dict[str, Any]:
    """What `config.json` says of a run; empty where it is missing or damaged."""
    return _document(folder / ABOUT)


def ordered(folder: Path) -> Order | None:
    """What a run was told, here or elsewhere."""
    try:
        return msgspec.convert(_document(folder / ORDER), Order)
    except msgspec.ValidationError:
        pass
    saved = about(folder)
    try:
        order = {"out": str(folder), "recipe": saved["recipe"], "data": saved["data"]}
        return msgspec.convert({**order, "valid": saved.get("valid") or ""}, Order)
    except (msgspec.ValidationError, KeyError):
        return None


def last_words(folder: Path) -> str | None:
    """The sentence with which the process ended: empty if it said none, None if nobody listened."""
    try:
        text = (folder / WORDS).read_text("utf-8", errors="replace")
    except OSError:
        return None
    last = text.rstrip().rpartition("\n")[2]
    return last.removeprefix("srstudio: ") if last.startswith("srstudio: ") else ""


def _document(path: Path) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
