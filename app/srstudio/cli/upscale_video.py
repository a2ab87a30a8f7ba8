"""`srstudio upscale` for videos: a clip in, a clip with everything it had out."""

from __future__ import annotations

import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from srstudio.cli.clips import position
from srstudio.cli.console import Console, Steps
from srstudio.cli.interrupts import on_first_signal
from srstudio.cli.naming import Targets
from srstudio.cli.results import ClipResult
from srstudio.cli.sizes import Planner
from srstudio.cli.walking import Found
from srstudio.core.progress import Cancelled, Progress

if TYPE_CHECKING:
    from srstudio.engine.upscaler import Upscaler
    from srstudio.jobs.export import ExportSettings
    from srstudio.jobs.export_control import Control
    from srstudio.jobs.export_status import Report

_ON_A_TERMINAL, _ELSEWHERE = 0.25, 10.0  # seconds between two lines about how far it is
_UNFINISHED = "the same command with --resume goes on with them"


def add_clip_arguments(parser: ArgumentParser) -> None:
    """How clips are read and written."""
    group = parser.add_argument_group("videos")
    add = group.add_argument
    add("--codec", default="h264", help="h264 (default), h265, av1, prores, ffv1, h264-nvidia, ...")
    add("--crf", metavar="N", type=int, help="quality as the codec counts it; smaller is better")
    add("--preset", help="of the codec, from quick to good (x264: ultrafast ... veryslow)")
    add("--bits", type=int, choices=(8, 10, 16), help="bits a sample (default: as the input)")
    add("--chroma", choices=("420", "422", "444", "rgb"), help="how coarsely colour is stored")
    add("--audio", choices=("copy", "none"), default="copy", help="sound (default: copy)")
    add("--subtitles", choices=("copy", "none"), default="copy", help="subtitles (default: copy)")
    add(
        "--start",
        metavar="AT",
        type=position,
        help="first frame: its number (250) or time (12.5s, 1:30)",
    )
    add("--stop", metavar="AT", type=position, help="frame before which it ends, likewise")
    add("--rate", metavar="FPS", default="", help="of numbered pictures (default: 25)")
    matrices = ("bt601", "bt709", "bt2020")
    add("--matrix", choices=matrices, help="colours of an input whose tags are wrong")
    add("--range", choices=("limited", "full"), help="range of an input whose tags are wrong")
    add("--segment", metavar="N", type=int, help="frames that are made safe at once (default: 250)")
    add("--resume", action="store_true", help="go on with what an earlier run has left")


@dataclass(frozen=True, slots=True)
class Clips:
    """What is the same for every clip of one call.

    Attributes:
        args: What was asked for.
        planner: Says model and size.
        targets: Say where results go.
        upscaler: The engine.
        steps: Progress over all inputs.
        console: Where words go.
    """

    args: Namespace
    planner: Planner
    targets: Targets
    upscaler: Upscaler
    steps: Steps
    console: Console

    def blank(self, found: Found) -> ClipResult:
        """A result of which nothing is known yet."""
        return ClipResult(str(found.path), self.planner.model, self.planner.scale)

    def make(self, found: Found, result: ClipResult) -> None:
        """Do one clip; what comes of it is written into `result`.

        Raises:
            Cancelled: if Ctrl+C was pressed; how to go on has been said then.
            StudioError, ModelFileError: if it cannot be done.
        """
        from srstudio.jobs.export_control import Control
        from srstudio.jobs.export_job import export

        progress = self.steps.step(str(found.path))
        settings = self._settings(found, result)
        control = Control()
        suspend = partial(control.cancel, "suspend")
        with on_first_signal(suspend), self._shown(control, progress, found.path):
            try:
                export(settings, control, resume=self.args.resume, make=self._engine)
            except Cancelled:
                self._say_what_is_left(settings, control.board.report())
                raise
        _fill(result, control.board.report())

    def _engine(self, *_: object) -> Upscaler:
        return self.upscaler

    def _settings(self, found: Found, result: ClipResult) -> ExportSettings:
        from srstudio.jobs.export import SEGMENT, ExportSettings

        args = self.args
        source, start, stop = self._looked_at(found.path)
        plan = self.planner.plan(source)
        result.model, result.scale = plan.choice.spec.id, plan.scale
        suffix = self._suffix(found.path)
        target = self.targets.give(found, result.model, plan.scale, plan.size, suffix)
        whole = plan.size == (source[0] * plan.scale, source[1] * plan.scale)
        return ExportSettings(
            source=str(found.path),
            output=str(target),
            model=plan.choice.name,
            scale=plan.scale,
            size=None if whole else plan.size,
            codec=args.codec,
            quality=args.crf if args.quality is None else args.quality,
            preset=args.preset,
            bits=args.bits or args.bit_depth,
            chroma=args.chroma,
            start=start,
            stop=stop,
            audio=args.audio == "copy",
            subtitles=args.subtitles == "copy",
            matrix=args.matrix,
            full_range=None if args.range is None else args.range == "full",
            rate=args.rate,
            device=args.device,
            precision=args.precision,
            overwrite=args.overwrite,
            segment=SEGMENT if args.segment is None else args.segment,
        )

    def _looked_at(self, path: Path) -> tuple[tuple[int, int], int, int | None]:
        """Width and height of a clip, and the numbers of the frames that were asked for."""
        from srstudio.media.video.opening import open_video

        start, stop = self.args.start, self.args.stop
        with open_video(path) as video:
            size = video.clip.video.size
            first = start.number(video.timeline) if start else 0
            return size, first, stop.number(video.timeline) if stop else None

    def _suffix(self, path: Path) -> str:
        """That of a result in a folder: the input's, where it can hold what is written."""
        from srstudio.media.video.codecs import find_codec

        kept = (*find_codec(self.args.codec).containers, ".gif", ".png", ".tif", ".tiff")
        return path.suffix if path.suffix.lower() in kept else kept[0]

    @contextmanager
    def _shown(self, control: Control, progress: Progress, path: Path) -> Iterator[None]:
        """Say how far it is, as long as the block lasts."""
        over, on_terminal = threading.Event(), sys.stderr.isatty()

        def tell() -> None:
            while not over.wait(_ON_A_TERMINAL if on_terminal else _ELSEWHERE):
                report = control.board.report()
                share = progress.start + (progress.stop - progress.start) * report.fraction
                left = "" if on_terminal else _left(report)  # beside the bar it is said already
                self.steps.retitle(f"{path.name}: {_how_far(report)}{left}", share)

        thread = threading.Thread(target=tell, name="telling")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _say_what_is_left(self, settings: ExportSettings, report: Report) -> None:
        from srstudio.jobs.export_work import Work

        safe = Work(settings.output_path).frames
        if safe:
            kept = f"{safe} of {report.total} frames of {settings.output} are kept"
            self.console.note(f"{kept}; {_UNFINISHED}.")


def _how_far(report: Report) -> str:
    if not report.frames or report.fps is None:
        return report.stage
    frames = f"{report.frames}/{report.total} frames, {report.fps:.1f} frames/s"
    return frames if report.frames < report.total else f"{report.stage} ({frames})"


def _left(report: Report) -> str:
    if report.seconds_left is None:
        return ""
    return f", {timedelta(seconds=round(report.seconds_left))} left"


def _fill(result: ClipResult, report: Report) -> None:
    result.output, result.seconds = str(report.output), report.seconds
    result.frames, result.fps = report.frames, report.fps
    if report.size is not None:
        result.width, result.height = report.size
    result.notes = list(report.notes)
