"""`srstudio upscale` for pictures: one read, super-resolved and written after the other."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from srstudio.cli.console import Steps
from srstudio.cli.naming import Targets
from srstudio.cli.results import Result
from srstudio.cli.sizes import Plan, Planner
from srstudio.cli.walking import Found

if TYPE_CHECKING:
    from srstudio.core.frame import Frame
    from srstudio.core.progress import Progress
    from srstudio.engine.upscaler import Upscaled, Upscaler
    from srstudio.media.still import SaveOptions


@dataclass(frozen=True)
class Pictures:
    """What is the same for every picture of one call.

    Attributes:
        args: What was asked for.
        planner: Says model and size.
        targets: Say where results go.
        upscaler: The engine.
        steps: Progress over all inputs.
    """

    args: Namespace
    planner: Planner
    targets: Targets
    upscaler: Upscaler
    steps: Steps

    def blank(self, found: Found) -> Result:
        """A result of which nothing is known yet."""
        return Result(str(found.path), self.planner.model, self.planner.scale)

    def make(self, found: Found, result: Result) -> None:
        """Do one picture; what comes of it is written into `result`.

        Raises:
            StudioError, ModelFileError: if it cannot be done.
        """
        from srstudio.media.still import check_writable, read_picture, write_picture
        from srstudio.media.video.animation import is_animation

        progress = self.steps.step(str(found.path))
        if found.problem is not None:
            raise found.problem
        frame = read_picture(found.path)
        plan = self.planner.plan(frame.size)
        result.model, result.scale = plan.choice.spec.id, plan.scale
        target = self.targets.give(found, result.model, plan.scale, plan.size)
        check_writable(target, self._options, plan.size, transparent=frame.alpha is not None)
        made = self._upscaled(frame, plan, progress)
        write_picture(made.frame, target, self._options)
        result.output, result.seconds = str(target), made.seconds
        result.width, result.height = made.frame.size
        result.notes = [*plan.notes, *made.notes, *self.targets.notes(found, target)]
        if is_animation(found.path):
            result.notes.append("Only its first picture; a video or a GIF would have them all.")

    @cached_property
    def _options(self) -> SaveOptions:
        from srstudio.media.still import SaveOptions

        return SaveOptions(
            bit_depth=self.args.bit_depth,
            quality=self.args.quality or 95,
            lossless=self.args.quality is None,
            overwrite=self.args.overwrite,
            flatten=self.args.flatten,
        )

    def _upscaled(self, frame: Frame, plan: Plan, progress: Progress) -> Upscaled:
        spec, upscale = plan.choice.spec, self.upscaler.upscale
        if plan.size == (frame.width * plan.scale, frame.height * plan.scale):
            return upscale(frame, spec, plan.scale, progress)
        from srstudio.engine.resampling import to_size

        made = upscale(frame.quantised(16), spec, plan.scale, progress)  # to be rounded once only
        resampled = to_size(made.frame, plan.size).quantised(frame.bit_depth)
        return replace(made, frame=resampled)
