"""Weight files of others, made models of the window off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from srstudio.core.errors import StudioError
from srstudio.gui.background import Background
from srstudio.gui.document import Document
from srstudio.gui.lineup import family
from srstudio.jobs.checkpoints import Checkpoint, describe, model_id
from srstudio.jobs.warmup import import_torch
from srstudio.settings.models import available_catalog, install
from srstudio_models import Catalog, ModelFileError, ModelSpec
from srstudio_models.spec import scales_text

WEIGHT_SUFFIXES = (".pt", ".pth", ".safetensors")


def is_weights(path: Path) -> bool:
    """Whether a file is one of weights, by its name."""
    return path.suffix.lower() in WEIGHT_SUFFIXES


@dataclass(frozen=True, slots=True)
class Installed:
    """What came of some files.

    Attributes:
        specs: The models that they are.
        problems: A sentence for each of the others.
        catalog: Every model there is now.
    """

    specs: tuple[ModelSpec, ...]
    problems: tuple[str, ...]
    catalog: Catalog

    def text(self, shown: Collection[str]) -> str:
        """What to tell a person who sees the models of these families."""
        parts = [f"Installed {', '.join(spec.title for spec in self.specs)}."] if self.specs else []
        hidden = [spec for spec in self.specs if family(spec) not in shown]
        parts += [f"{spec.title} is shown at {scales_text(spec.scales)}." for spec in hidden]
        return " ".join([*parts, *self.problems])


class Installer(QObject):
    """Installs weight files, one after the other, and shows the models that they are.

    Args:
        document: Gets the new catalogue.
        background: Does the reading.

    Signals:
        reading: The names of what is being read.
        installed: An `Installed`.
        failed: A `StudioError`, if nothing could be tried at all.
    """

    reading = Signal(str)
    installed = Signal(object)
    failed = Signal(object)

    def __init__(self, document: Document, background: Background) -> None:
        super().__init__()
        self._document = document
        self._background = background
        self._running = 0

    @property
    def busy(self) -> bool:
        """Whether a file is being read."""
        return self._running > 0

    def install(self, paths: Sequence[Path]) -> None:
        """Install files; `installed` follows, or `failed`."""
        names = ", ".join(path.name for path in paths)
        self._start(names, lambda: install_all([(path, None) for path in paths]))

    def install_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Install weights of a training run, under its name; `installed` follows, or `failed`."""
        known = {spec.id: spec for spec in self._document.catalog}

        def work() -> Installed:
            name = model_id(checkpoint, describe(checkpoint, known))
            return install_all([(checkpoint.path, name)])

        self._start(checkpoint.title, work)

    def _start(self, names: str, work: Callable[[], Installed]) -> None:
        self._running += 1
        self.reading.emit(names)
        self._background.submit(work, self._done, self._fail)

    def _done(self, done: Installed) -> None:
        self._running -= 1
        if done.specs:
            self._document.replace_catalog(done.catalog)
            self._document.show_models(map(family, done.specs))
        self.installed.emit(done)

    def _fail(self, error: StudioError) -> None:
        self._running -= 1
        self.failed.emit(error)


def install_all(files: Sequence[tuple[Path, str | None]]) -> Installed:
    """Install files, and read the catalogue anew; slow, and imports torch.

    Args:
        files: Each with the id it gets; None: the usual one.
    """
    import_torch()
    specs, problems = [], []
    for path, name in files:
        try:
            specs.append(install(path, name))
        except (ModelFileError, StudioError) as error:
            problems.append(str(error))
    return Installed(tuple(specs), tuple(problems), available_catalog())
