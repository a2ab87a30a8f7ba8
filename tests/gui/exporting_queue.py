"""A queue of exports that only notes what it is told, and statuses to fill it with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_status import ExportStatus, Report, State


class FakeQueue:
    """Stands in for the queue.

    Attributes:
        jobs: What a poll finds.
        told: What was asked for.
    """

    def __init__(self, *jobs: ExportStatus) -> None:
        self.jobs = list(jobs)
        self.told: list[tuple[Any, ...]] = []

    def add(self, settings: ExportSettings) -> str:
        id = f"job-{len(self.jobs)}"
        self.jobs.append(ExportStatus(id, settings, State.QUEUED, Report()))
        return id

    def poll(self) -> tuple[ExportStatus, ...]:
        return tuple(self.jobs)

    def move(self, id: str, place: int) -> None:
        self.told.append(("move", id, place))
        job = next(job for job in self.jobs if job.id == id)
        self.jobs.remove(job)
        self.jobs.insert(place, job)

    def remove(self, id: str) -> None:
        self.told.append(("remove", id))
        self.jobs = [job for job in self.jobs if job.id != id]

    def pause(self, id: str) -> None:
        self.told.append(("pause", id))

    def resume(self, id: str) -> None:
        self.told.append(("resume", id))

    def cancel(self, id: str, *, keep: bool) -> None:
        self.told.append(("cancel", id, keep))

    def suspend(self, id: str) -> None:
        self.told.append(("suspend", id))

    def retry(self, id: str) -> None:
        self.told.append(("retry", id))

    def show(self, id: str, state: State, **report: Any) -> None:
        """Let an export stand otherwise."""
        self.jobs = [
            replace(job, state=state, report=replace(job.report, **report)) if job.id == id else job
            for job in self.jobs
        ]


def job(
    id: str, state: State = State.QUEUED, *, resumable: bool = False, **report: Any
) -> ExportStatus:
    """An export of `holiday.mp4` whose output is named by its id."""
    settings = ExportSettings(
        source="/clips/holiday.mp4", output=f"/clips/{id}.mkv", model="fsrcnn-x2", scale=2
    )
    return ExportStatus(id, settings, state, Report(**report), resumable)


def running(id: str, **report: Any) -> ExportStatus:
    """An export that is about in the middle."""
    middle: dict[str, Any] = {"stage": "Super-resolving", "fraction": 0.5, "frames": 50}
    pace = {"total": 100, "fps": 12.5, "seconds_left": 4.0}
    return job(id, State.RUNNING, **{**middle, **pace, **report})


def finished(id: str, output: Path) -> ExportStatus:
    """An export that is done."""
    return job(id, State.FINISHED, fraction=1.0, frames=100, total=100, seconds=8.0, output=output)
