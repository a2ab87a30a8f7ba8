"""The clips of a run, read as its configuration says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from srstudio.core.errors import InputError
from srstudio.core.progress import Progress
from srstudio.training.config import TrainConfig
from srstudio.training.dataset import Clip, PatchForm
from srstudio.training.degradations import DEGRADATIONS, Degradation
from srstudio.training.keeping import PixelStore, free_share
from srstudio.training.reading import Loaded, Reading, read_clips
from srstudio.training.sources import ClipFiles, Data
from srstudio.training.subject import Subject

_NAMED = 3
# Of the windows that are learnt from: short clips are mostly ends, and else such windows, in which
# everything turns back, are not known.
_AT_ENDS = 0.1


@dataclass(frozen=True, slots=True)
class Material:
    """What a run learns from, what it validates on, and what there is to say about it."""

    train: list[list[Clip]]
    valid: list[Clip]
    notes: list[str] = field(default_factory=list)


def form_of(config: TrainConfig, subject: Subject) -> PatchForm:
    """What the batches of a run look like."""
    descriptor = subject.spec.descriptor
    mirrored = descriptor.frames == "sliding" and descriptor.edges == "mirror"
    return PatchForm(
        subject.scales,
        config.patch,
        subject.frames,
        subject.moving,
        subject.low_colour,
        subject.high_colour,
        degradation_of(config),
        _AT_ENDS if mirrored else 0.0,
    )


def degradation_of(config: TrainConfig) -> Degradation:
    """How the low resolution of a run is made."""
    return DEGRADATIONS[config.degradation].weakened(config.strength)


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads the data of a run.

    Attributes:
        config: The run.
        form: Of its batches.
        folder: Where a file is made for what does not fit in memory.
        processes: How many share the memory of this machine.
    """

    config: TrainConfig
    form: PatchForm
    folder: Path
    processes: int = 1

    def load(self, data: Data, progress: Progress, validate: bool, own: bool) -> Material:
        """Read everything, before the first step.

        Args:
            data: The files.
            progress: Tells how long it takes.
            validate: Whether what is validated on is needed, too.
            own: Whether that is of the training data, and made smaller like it.

        Raises:
            InputError: if something does not fit; the sentence says which file.
            OutputError: if there is no room for it.
        """
        valid = data.valid if validate else []
        parts = _parts([*data.train, valid], progress)
        sample = self._how(sample=self.form.frames, shrink=self.config.shrink if own else 1)
        with PixelStore(self.folder, free_share(self.processes)) as store:
            loaded = [
                read_clips(items, self._how(), store, part)
                for items, part in zip(data.train, parts, strict=False)
            ]
            held = read_clips(valid, sample, store, parts[-1]) if valid else Loaded([])
        notes = [
            *data.notes,
            *_about_damage([sentence for part in [*loaded, held] for sentence in part.left_out]),
            *self._about_small([clip for part in loaded for clip in part.clips]),
        ]
        if store.on_disk:
            notes.append(f"{store.on_disk / 1e9:.1f} GB of it are kept in a file, not in memory")
        return Material([part.clips for part in loaded], held.clips, notes)

    def _how(self, sample: int = 0, shrink: int = 0) -> Reading:
        config = self.config
        return Reading(
            self.form.scales,
            self.form.degradation,
            patches=not sample,
            shrink=shrink or config.shrink,
            strict=config.strict,
            seed=config.seed,
            sample=sample,
        )

    def _about_small(self, clips: Sequence[Clip]) -> list[str]:
        """A note on what no patch can be cut from; an error where that is not allowed."""
        form = self.form
        small = [c for c in clips if not c.holds(form.scales, form.patch, form.frames)]
        if not small or len(small) == len(clips):  # of the latter the sampler tells
            return []
        side, length = form.patch * max(form.scales), form.frames
        frames, height, width = small[0].high.shape[:3]
        needed = f"{side}x{side} pixels" + (f" and {length} frames" if length > 1 else "")
        size = f"{width}x{height}" + (f", {frames} frames" if length > 1 else "")
        cause = (
            f"{len(small)} of {len(clips)} have less than the {needed} of a patch and are left "
            f"out, as {small[0].name} ({size})"
        )
        if self.config.strict:
            raise InputError(cause, "take them away, choose a smaller patch, or set strict=false")
        return [cause]


def _parts(sets: Sequence[Sequence[ClipFiles]], progress: Progress) -> list[Progress]:
    """A part of the progress for each set, by how many items it has."""
    total = max(sum(map(len, sets)), 1)
    ends = [sum(map(len, sets[: n + 1])) / total for n in range(len(sets))]
    return [progress.part(a, b) for a, b in zip([0.0, *ends], ends, strict=False)]


def _about_damage(sentences: Sequence[str]) -> list[str]:
    """A note for each of the first files that could not be read, and how many more there are."""
    notes = [f"left out: {sentence}" for sentence in sentences[:_NAMED]]
    more = len(sentences) - _NAMED
    return [*notes, f"left out: {more} more that cannot be read"] if more > 0 else notes
