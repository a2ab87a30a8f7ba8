"""Where and how a result is saved, worked out from the settings; and the writing itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from srstudio.core.frame import Frame
from srstudio.gui.background import Background
from srstudio.gui.document import TRUTH, Document
from srstudio.gui.lineup import family
from srstudio.gui.room import check_room
from srstudio.jobs.warmup import import_torch
from srstudio.media.still import SaveOptions, free_path, name_from_template, write_picture
from srstudio.settings.schema import FormatName, SaveSettings
from srstudio_resources import folder

FORMATS: dict[FormatName, tuple[str, str]] = {
    "png": ("PNG (lossless)", ".png"),
    "tiff": ("TIFF (lossless)", ".tif"),
    "webp": ("WebP", ".webp"),
    "jpeg": ("JPEG", ".jpg"),
}
_FLOAT = 32  # bits that resampling works with
DEEP_FORMATS: tuple[FormatName, ...] = ("png", "tiff")


@dataclass(frozen=True, slots=True)
class Saving:
    """One result as it is going to be written.

    Attributes:
        path: A name that is still free.
        frame: The result.
        options: How it is encoded.
        size: Width and height of the file; the result is resampled to it.
    """

    path: Path
    frame: Frame
    options: SaveOptions
    size: tuple[int, int]

    def write(self) -> Path:
        """Write it; slow for large pictures, and imports torch where it has to resample."""
        frame = self.frame
        if self.size != frame.size:
            import_torch()
            from srstudio.engine.resampling import to_size

            frame = to_size(frame, self.size)
        write_picture(frame, self.path, self.options)
        return self.path


def default_folder(path: Path | None, own: str = "Pictures") -> Path:
    """Where results go: the folder of a file, for what was pasted or a sample the user's own.

    Args:
        path: The file; None for what was pasted.
        own: Name of the user's folder; home where there is none.
    """
    if path is not None and not path.is_relative_to(folder("samples")):
        return path.absolute().parent
    place = Path.home() / own
    return place if place.is_dir() else Path.home()


def save_options(settings: SaveSettings) -> SaveOptions:
    """The settings as the writer takes them; what a format does not have is left out."""
    deep = settings.format in DEEP_FORMATS
    return SaveOptions(
        format=settings.format,
        bit_depth=(settings.depth or None) if deep else None,
        quality=settings.quality,
        lossless=settings.lossless,
        flatten=settings.format == "jpeg",
    )


def plan(
    document: Document, key: str, settings: SaveSettings, size: tuple[int, int] | None = None
) -> Saving | None:
    """How a source would be saved; None while it has no finished picture.

    Args:
        document: Has the results.
        key: The source.
        settings: How it is encoded and named.
        size: Width and height of the file; those of the result if None.

    Raises:
        UsageError: if the template cannot be filled in, or a size does not fit into memory.
    """
    opened, frame = document.opened, document.frame(key)
    if opened is None or frame is None:
        return None
    width, height = size or frame.size
    if (width, height) != frame.size:
        check_room((width, height), sources=1, bit_depth=_FLOAT)
    name = name_from_template(
        settings.template,
        stem=opened.stem,
        model=TRUTH if key == TRUTH else family(document.spec(key)),
        scale=opened.scale,
        width=width,
        height=height,
    )
    place = Path(settings.folder) if settings.folder else default_folder(opened.path)
    path = free_path(place / (name + FORMATS[settings.format][1]))
    return Saving(path, frame, save_options(settings), (width, height))


class Saver(QObject):
    """Writes results off the GUI thread.

    Signals:
        started: The path that is being written.
        saved: The path that was written.
        failed: A `StudioError`.
    """

    started = Signal(object)
    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background

    def save(self, saving: Saving) -> None:
        """Write a result; `saved` or `failed` follows."""
        self.started.emit(saving.path)
        self._background.submit(saving.write, self.saved.emit, self.failed.emit)
