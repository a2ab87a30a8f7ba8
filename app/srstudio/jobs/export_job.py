"""Does an export from its settings to the closed file, or up to where it is told to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from srstudio.core.errors import OutputError
from srstudio.core.frame import Frame
from srstudio.core.progress import Cancelled, Progress
from srstudio.engine.upscaler import Upscaler
from srstudio.engine.video import ClipUpscaler
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_check import check_plan, remarks
from srstudio.jobs.export_control import Control
from srstudio.jobs.export_pipeline import Pipeline
from srstudio.jobs.export_plan import Plan, make_plan, open_source
from srstudio.jobs.export_preview import Previewer
from srstudio.jobs.export_status import State
from srstudio.jobs.export_targets import Target, target_for
from srstudio.jobs.export_work import Part, Work
from srstudio.jobs.specs import Device, Precision
from srstudio.jobs.viewport import make_upscaler

Make = Callable[[Device, Precision], Upscaler]


def export(
    settings: ExportSettings,
    control: Control,
    *,
    resume: bool = False,
    previews: Path | None = None,
    make: Make = make_upscaler,
    published: Callable[[], None] = lambda: None,
) -> None:
    """Do an export; `control.board` tells how it goes, and at the end what was written.

    Args:
        settings: What is asked for.
        control: Lets it wait and end from other threads.
        resume: Go on with what an earlier run has left, if it has.
        previews: Folder for frames before and after.
        make: Makes the engine.
        published: Called when the output is closed, before what it was made of is deleted.

    Raises:
        Cancelled: if it was told to end; what was asked to be kept is there then.
        StudioError, ModelFileError: if it cannot be done. What is done stays, to be resumed.
    """
    board = control.board
    board.change(state=State.RUNNING, stage="Reading the clip")
    with open_source(settings, control.progress) as video:
        plan = make_plan(settings, video)
        work = Work(plan.output)
        resume = resume and work.exists
        if resume and work.is_published(plan.output, len(plan.frames)):
            _tidy(work, plan, control)
            published()
            return
        _refuse_unfinished(work, plan, resume=resume)
        check_plan(plan, resumed=resume)
        control.progress.check()
        board.change(size=plan.size)
        board.note(remarks(plan))
        work.claim()
        try:
            _Export(plan, work, control, make, previews, published).run(resume=resume)
        finally:
            work.release()


def _tidy(work: Work, plan: Plan, control: Control) -> None:
    """An export that was ended when all was done but this."""
    work.discard()
    control.board.change(size=plan.size)
    control.board.expect(len(plan.frames), len(plan.frames))
    control.board.finish(plan.output)


def _refuse_unfinished(work: Work, plan: Plan, *, resume: bool) -> None:
    """What somebody has waited for is not deleted without being asked."""
    unfinished = work.exists and not work.is_published(plan.output, len(plan.frames))
    if unfinished and not resume and not plan.settings.overwrite:
        cause = f"an unfinished export of {plan.output.name} is there"
        raise OutputError(cause, "resume it, allow overwriting, or choose another name")


@dataclass(frozen=True)
class _Export:
    """An export whose folder is claimed."""

    plan: Plan
    work: Work
    control: Control
    make: Make
    previews: Path | None
    published: Callable[[], None]

    @property
    def target(self) -> Target:
        """Where the frames go."""
        return target_for(self.plan, self.work.folder)

    def run(self, *, resume: bool) -> None:
        """Write the parts that are missing, and the output."""
        board, frames, settings = self.control.board, self.plan.frames, self.plan.settings
        board.change(stage="Loading the model")
        upscaler = self.make(settings.device, settings.precision)
        self.control.frees(upscaler.runtime.forget)
        clips = self._clips(upscaler, resume=resume)
        parts = self.work.parts
        begin = parts[-1].stop if parts else frames.start
        board.change(stage="Super-resolving")
        board.expect(begin - frames.start, len(frames))
        begun = self._write(clips, range(begin, frames.stop))
        board.note(self.plan.video.warnings)
        try:
            self.control.progress.check()
            self._finish(parts, self.control.progress)
        except Cancelled:
            self._end(begun)
            if self.control.ending != "suspend":
                self.work.discard()
            raise
        board.finish(self.plan.output)
        self.published()
        self.work.discard()

    def _clips(self, upscaler: Upscaler, *, resume: bool) -> ClipUpscaler:
        """The engine, and the folder with what belongs to the same length of segments."""
        length = self.plan.settings.length
        if resume:
            length = self.work.header().length or None
        length = length or self._length(ClipUpscaler(upscaler))
        header = self.plan.header(length or 0)
        if resume:
            self.work.go_on(header)
        else:
            self.work.begin(header)
        return ClipUpscaler(upscaler, length=length)

    def _length(self, clips: ClipUpscaler) -> int | None:
        """What fits in memory, but no more than is lost at once; None if it is of no matter."""
        plan = self.plan
        frame = next(plan.video.unbroken(plan.frames.start, plan.frames.start + 1))
        fitting = clips.fitting_length(frame, plan.spec, plan.scale)
        return None if fitting is None else min(fitting, plan.settings.segment)

    def _write(self, clips: ClipUpscaler, wanted: range) -> Part | None:
        """Write what is wanted, segment by segment.

        Returns:
            The part that was begun when it was told to end, which is not in the journal.
        """
        pipeline = Pipeline(self.plan, clips, self.control, self._previewer())
        with closing(pipeline.frames(wanted)) as made:
            frames = self._until_told(made)
            for first in wanted[:: self.plan.settings.segment]:
                count = min(self.plan.settings.segment, wanted.stop - first)
                piece = islice(frames, count)
                head = next(piece, None)
                if head is None:
                    return None
                part = self.target.write(chain((head,), piece), first)
                if part.count < count:
                    return part
                self.work.add(part)
        return None

    def _until_told(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The frames, each counted; no more of them once it is told to end."""
        try:
            for frame in frames:
                self.control.board.advance()
                yield frame
        except Cancelled:
            return

    def _finish(self, parts: Sequence[Part], progress: Progress) -> None:
        """Make the output of its parts."""
        board, target = self.control.board, self.target
        board.change(stage=target.last_stage)
        board.note(target.finish(parts, progress))

    def _end(self, begun: Part | None) -> None:
        """Leave what was asked for."""
        parts = [*self.work.parts, *([begun] if begun else [])]
        done = sum(part.count for part in parts)
        if self.control.ending == "keep" and parts:
            self._finish(parts, Progress())
            kept = f"The first {done} of {len(self.plan.frames)} frames were kept."
            self.control.board.note([kept])
            self.control.board.change(output=self.plan.output)
        elif self.control.ending != "suspend":
            self.target.undo(parts)

    def _previewer(self) -> Previewer | None:
        if self.previews is None:
            return None
        show = self.control.board.change
        return Previewer(self.previews, lambda preview: show(preview=preview))
