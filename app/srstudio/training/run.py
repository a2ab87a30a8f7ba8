"""A run from its request to its last weights: the one function that everything else calls."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import multiprocessing as mp

from srstudio.core.errors import ModelError, UsageError
from srstudio.core.progress import Progress
from srstudio.training.batches import Ahead
from srstudio.training.config import TrainConfig
from srstudio.training.control import Control
from srstudio.training.dataset import Batch, Clip, PatchSampler
from srstudio.training.learner import Learner
from srstudio.training.loop import Loop
from srstudio.training.material import Loader, form_of
from srstudio.training.models import fresh
from srstudio.training.parallel import Group, joined, launched, local_rank, own_device
from srstudio.training.precision import choose_half
from srstudio.training.recorder import FolderRecorder, Listener, NoRecorder, Recorder
from srstudio.training.request import TrainRequest
from srstudio.training.runfolder import RunFolder
from srstudio.training.schedules import schedule_of
from srstudio.training.sources import Data, find_data
from srstudio.training.subject import Subject, subject_of
from srstudio.training.transfer import start_from, weights_to_start_from
from srstudio.training.validation import Validation, check_sizes


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a run: the best validation PSNR in dB, the steps, and the id of the network."""

    model: str
    psnr: float
    iterations: int
    weights: Path


def train(
    request: TrainRequest, progress: Progress, listeners: Sequence[Listener] = ()
) -> Trained | None:
    """Make a run, or go on with one.

    Args:
        request: What is asked for; everything in it is checked before the first step.
        progress: Cancelling it saves the run and ends it.
        listeners: Are told every line of the log as it is written.

    Returns:
        What came of it; None in a process of `torchrun` that is not the first.

    Raises:
        Cancelled: if it was told to stop; it has been saved and can be resumed.
        StudioError: if something does not fit; the sentence says what.
    """
    _check_share(request)
    subject = subject_of(request.config, torch.device("cpu"))
    fresh(subject.spec)
    schedule_of(request.config)
    if request.config.start_from and not request.resume:
        weights_to_start_from(request.config.start_from)
    data = find_data(request.data, request.valid, subject.scales, subject.moving)
    if request.devices == 1:
        device = own_device(request.device, local_rank()) if launched() else request.device
        with joined(device) as group:
            return _train(replace(request, device=device), data, group, progress, listeners)
    with tempfile.TemporaryDirectory() as folder, _workers(request, data, f"{folder}/store"):
        device = own_device(request.device, 0)
        with joined(device, 0, request.devices, f"{folder}/store") as group:
            return _train(replace(request, device=device), data, group, progress, listeners)


def _check_share(request: TrainRequest) -> None:
    size = int(os.environ.get("WORLD_SIZE", "1")) if launched() else request.devices
    if launched() and request.devices > 1:
        raise UsageError("torchrun has started the processes already", "leave --devices out")
    if request.config.batch % size:
        raise UsageError(
            f"a batch of {request.config.batch} cannot be shared by {size} devices",
            f"set batch to a multiple of {size}",
        )
    cards = torch.cuda.device_count() if request.device.startswith("cuda") else size
    if request.devices > cards:
        raise UsageError(f"there are {cards} GPUs, not {request.devices}", "ask for fewer devices")


@contextmanager
def _workers(request: TrainRequest, data: Data, store: str) -> Iterator[None]:
    """The other processes of this machine; they end with this one."""
    context = mp.get_context("spawn")
    threads = torch.get_num_threads()
    share = max(threads // request.devices, 1) if request.device == "cpu" else threads
    workers = [
        context.Process(target=_work, args=(request, data, store, rank, share), daemon=True)
        for rank in range(1, request.devices)
    ]
    for worker in workers:
        worker.start()
    torch.set_num_threads(share)
    try:
        yield
    except RuntimeError as error:
        if all(worker.exitcode in (None, 0) for worker in workers):
            raise
        raise ModelError(
            "another process of the run has ended unexpectedly", "go on with --resume"
        ) from error
    finally:
        torch.set_num_threads(threads)
        for worker in workers:
            worker.join(timeout=5.0)
            worker.terminate()
            worker.join()


def _work(request: TrainRequest, data: Data, store: str, rank: int, threads: int) -> None:
    """One of the other processes; what it is told to do, process 0 tells it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(threads)
    device = own_device(request.device, rank)
    with joined(device, rank, request.devices, store) as group:
        _train(replace(request, device=device), data, group, Progress(), ())


def _train(
    request: TrainRequest,
    data: Data,
    group: Group,
    progress: Progress,
    listeners: Sequence[Listener],
) -> Trained | None:
    config, device = request.config, torch.device(request.device)
    torch.manual_seed(config.seed)
    torch.backends.cudnn.benchmark = device.type == "cuda"  # all patches are of one size
    subject = subject_of(config, device)
    folder = RunFolder(request.out, resume=request.resume) if group.rank == 0 else None
    loader = Loader(config, form_of(config, subject), request.out, group.size)
    own = request.valid is None
    material = loader.load(data, progress, validate=folder is not None, own=own)
    sampler = PatchSampler(material.train, loader.form, config.seed)
    recorder = _recorder(request, folder, subject, material.valid, listeners)
    state = group.share(folder.load_state() if folder else None)
    learner = _learner(request, subject, device)
    loop = Loop(config, learner, group, recorder, Control(request.out / "control", progress))
    if state is not None:
        loop.restore(state)
    if folder is not None:
        folder.rewind(loop.course.iteration)
    for note in material.notes if state is None else ():
        recorder.line(iteration=0, event=note)
    if config.start_from and state is None:
        _start(config, learner, recorder)
    share = config.batch // group.size
    places = range(group.rank * share, (group.rank + 1) * share)

    def make(number: int) -> Batch:
        batch = sampler.batch(number, places)
        return batch.pinned() if device.type == "cuda" else batch

    threads = 1 if device.type == "cpu" else min(8, os.cpu_count() or 1)
    with Ahead(make, loop.course.iteration, threads, depth=2 * threads + 2) as batches:
        psnr = loop.run(batches)
    weights = request.out / "best.safetensors"
    trained = Trained(subject.spec.id, psnr, loop.course.iteration, weights)
    return trained if group.rank == 0 else None


def _recorder(
    request: TrainRequest,
    folder: RunFolder | None,
    subject: Subject,
    clips: list[Clip],
    listeners: Sequence[Listener],
) -> Recorder:
    if folder is None:
        return NoRecorder()
    check_sizes(clips, subject)
    config = request.config
    validation = Validation(subject, clips, config.validate_side, config.previews)
    writers = [_tensorboard(request.out)] if request.tensorboard else []
    folder.save_about(request.about())
    return FolderRecorder(folder, config, subject.saved_spec, validation, [*listeners, *writers])


def _tensorboard(folder: Path) -> Listener:
    from srstudio.training.tensorboard import writer

    return writer(folder / "tensorboard")


def _learner(request: TrainRequest, subject: Subject, device: torch.device) -> Learner:
    config = request.config
    safe = subject.spec.descriptor.half_safe
    half = choose_half(config.amp, device, fast_cpu=request.fast_half, safe=safe)
    return Learner(config, subject, fresh(subject.spec), device, half)


def _start(config: TrainConfig, learner: Learner, recorder: Recorder) -> None:
    """Take other weights over, and say which."""
    report = start_from(learner.module, config.start_from, config.scales[0])
    learner.average.restart()
    recorder.line(
        iteration=0,
        event=f"started from {config.start_from}",
        copied=", ".join(report.copied),
        fresh=", ".join(report.fresh),
    )
