from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from torch import Tensor, nn

from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio.jobs.events import Event, Failed, Finished, Stopped
from srstudio.jobs.lanes import SerialLane
from srstudio_models.loader import LoadedModel
from srstudio_models.spec import Descriptor, ModelSpec


class Shift(nn.Module):
    """Repeats pixels and adds a constant, so that results tell the models apart."""

    def __init__(self, constant: float, before: Callable[[], None]) -> None:
        super().__init__()
        self.constant, self.before = constant, before

    def forward(self, x: Tensor, scale: int) -> Tensor:
        self.before()
        y = x.repeat_interleave(scale, -1).repeat_interleave(scale, -2)
        return y + self.constant


@dataclass
class Bench:
    """Fake models by id, an engine that runs them, and what it was asked."""

    modules: dict[str, nn.Module | Exception] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    made: list[tuple[str, str]] = field(default_factory=list)
    before_run: Callable[[str], None] = lambda _: None

    def model(self, name: str, constant: float = 0.0) -> ModelSpec:
        def before() -> None:
            self.runs.append(name)
            self.before_run(name)

        self.modules[name] = Shift(constant, before)
        return ModelSpec(name, name, name.title(), Descriptor((2, 3), takes_scale=True))

    def load(self, spec: ModelSpec, _: str) -> LoadedModel:
        self.loads.append(spec.id)
        module = self.modules[spec.id]
        if isinstance(module, Exception):
            raise module
        return LoadedModel(spec, module)

    def make(self, device: str, precision: str) -> Upscaler:
        self.made.append((device, precision))
        return Upscaler(Runtime(Device("cpu", "CPU", "cpu", 1 << 30), "exact", self.load))


@pytest.fixture
def bench() -> Bench:
    return Bench()


class Running:
    """A lane in a thread, with everything it has told."""

    def __init__(self, handler: Callable[..., None]) -> None:
        self.events: list[Event] = []
        self._told = threading.Condition()
        self.lane: SerialLane[Any] = SerialLane(handler, self._tell)
        self._thread = threading.Thread(target=self.lane.run)
        self._thread.start()

    def _tell(self, event: Event) -> None:
        with self._told:
            self.events.append(event)
            self._told.notify_all()

    def wait(self, number: int, seconds: float = 60.0) -> Event:
        """The terminal event of a request."""
        with self._told:
            assert self._told.wait_for(lambda: bool(self.terminal(number)), seconds)
        return self.terminal(number)[0]

    def terminal(self, number: int) -> list[Event]:
        ends = [event for event in self.events if isinstance(event, Finished | Failed | Stopped)]
        return [event for event in ends if event.number == number]

    def close(self) -> None:
        self.lane.close()
        self._thread.join(60.0)
        assert not self._thread.is_alive()


@pytest.fixture
def start() -> Iterator[Callable[[Callable[..., None]], Running]]:
    """Starts lanes for handlers, and closes them at the end."""
    running: list[Running] = []

    def begin(handler: Callable[..., None]) -> Running:
        running.append(Running(handler))
        return running[-1]

    yield begin
    for each in running:
        each.close()
