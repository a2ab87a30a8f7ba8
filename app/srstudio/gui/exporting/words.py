"""Exports in words."""

from __future__ import annotations

from math import floor
from pathlib import Path

from srstudio.gui.panels.status import seconds_left
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import ExportStatus, State

_STATES = {
    State.QUEUED: "waiting",
    State.STARTING: "starting",
    State.RUNNING: "running",
    State.PAUSING: "pausing",
    State.PAUSED: "paused",
    State.CANCELLING: "ending",
    State.FINISHED: "finished",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.INTERRUPTED: "interrupted",
}
_LONGEST_NAME = 32  # in the status bar
_HALFWAY = (State.PAUSING, State.PAUSED, State.INTERRUPTED, State.FAILED, State.CANCELLED)


def name_of(settings: ExportSettings) -> str:
    """The name of what is written; of numbered pictures that of their folder."""
    path = settings.output_path
    return f"{path.parent.name}/{path.name}" if "%" in path.name else path.name


def about(settings: ExportSettings) -> str:
    """The source and what is made of it: `holiday.mp4 · fsrcnn-x2`."""
    return f"{settings.source_path.name} · {model_text(settings)}"


def model_text(settings: ExportSettings) -> str:
    """The model with its factor, where its name does not say it."""
    if settings.scale is None or settings.model.removesuffix("+").endswith(f"-x{settings.scale}"):
        return settings.model
    return f"{settings.model} x{settings.scale}"


def percent(job: ExportStatus) -> int:
    """How far it is; 100 only when the file is closed."""
    if job.state is State.FINISHED:
        return 100
    return min(floor(job.report.fraction * 100), 99)


def state_text(job: ExportStatus) -> str:
    """How it stands and how far, in two words."""
    done = percent(job)
    if job.state is State.RUNNING:
        return f"{done} %"
    text = _STATES[job.state]
    return f"{text} {done} %" if job.state in _HALFWAY and done else text


def pace_text(job: ExportStatus) -> str:
    """How fast it goes and how long it takes, while it runs."""
    report = job.report
    if job.state is not State.RUNNING:
        return ""
    parts = [] if report.fps is None else [rate_text(report.fps)]
    if report.seconds_left is not None:
        parts.append(f"{seconds_left(report.seconds_left)} left")
    return " · ".join(parts)


def progress_text(job: ExportStatus) -> str:
    """State, stage, frames, speed and time left, in a line."""
    report, state = job.report, job.state
    if state is State.FINISHED:
        return f"Finished · {report.frames:,} frames in {seconds_left(report.seconds)}"
    named = report.stage if state is State.RUNNING else ""
    parts = [named or _STATES[state].capitalize()]
    if state is not State.QUEUED and report.total:
        parts.append(f"frame {report.frames:,} of {report.total:,}")
    return " · ".join(filter(None, (*parts, pace_text(job))))


def status_text(job: ExportStatus) -> str:
    """For the status bar: `holiday.mp4: 45 %, 12 min 3 s left`."""
    left = job.report.seconds_left
    running = job.state is State.RUNNING and left is not None
    rest = f", {seconds_left(left or 0)} left" if running else ""
    return f"{shortened(name_of(job.settings))}: {state_text(job)}{rest}"


def shortened(name: str) -> str:
    """A long name without its middle."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[:half]}...{name[-half:]}"


def rate_text(fps: float) -> str:
    """`24.8 fps`, and of slow ones `2.1 s a frame`."""
    return f"{fps:.3g} fps" if fps >= 0.8 or not fps else f"{1 / fps:.2g} s a frame"


def place_of(output: Path) -> Path:
    """What is opened to look at a result: the file, or the folder of numbered pictures."""
    return output.parent if "%" in output.name else output
