"""One device with the models that were used last: runs a model on pixels."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch.nn.utils import (
    convert_conv2d_weight_memory_format,
    convert_conv3d_weight_memory_format,
)

from srstudio.core.frame import FloatPixels
from srstudio.engine import device as devices
from srstudio.engine.device import Device
from srstudio.engine.ensemble import self_ensemble
from srstudio.engine.steps import Step, run_steps
from srstudio_models.loader import LoadedModel, load
from srstudio_models.spec import ModelSpec, Stage

Precision = Literal["exact", "fast"]

_KEPT_MODELS = 4
_OUT_OF_MEMORY = re.compile(
    "out of memory|can't allocate memory|not enough memory|ALLOC_FAILED", re.IGNORECASE
)
_Key = tuple[str, str | None, tuple[tuple[str, object], ...], torch.dtype]


class TooBig(Exception):  # noqa: N818 - a question to the caller, not an error yet
    """The device has not enough memory for so many pixels."""


class Runtime:
    """One device, with the models that were used last.

    Args:
        device: Where networks run.
        precision: `exact` is float32; `fast` is float16 on CUDA and bfloat16 on CPUs that have
            it, for networks that allow it.
        loader: Gives a model for a spec and a device id.
    """

    def __init__(
        self,
        device: Device,
        precision: Precision = "exact",
        loader: Callable[[ModelSpec, str], LoadedModel] = load,
    ) -> None:
        devices.tune_allocator()
        self.device = device
        self.precision = precision
        self._loader = loader
        self._models: OrderedDict[_Key, LoadedModel] = OrderedDict()

    def dtype(self, spec: ModelSpec, *, exact: bool = False) -> torch.dtype:
        """The type a single network computes in here."""
        if exact or self.precision != "fast" or not spec.descriptor.half_safe:
            return torch.float32
        if self.device.kind == "cuda":
            return torch.float16
        return torch.bfloat16 if devices.native_bf16(self.device) else torch.float32

    def uses_half(self, spec: ModelSpec) -> bool:
        """Whether any network of a model computes in half precision here."""
        return any(self.dtype(stage.spec) != torch.float32 for stage in stages_of(spec, 1))

    def loaded(self, spec: ModelSpec) -> bool:
        """Whether `run` can begin without reading the model first."""
        stages = stages_of(spec, 1)
        return all(_key(each.spec, self.dtype(each.spec)) in self._models for each in stages)

    def run(
        self, spec: ModelSpec, pixels: FloatPixels, scale: int, *, exact: bool = False
    ) -> FloatPixels:
        """Super-resolve pixels: colours, frames and chains as the model wants them.

        Args:
            spec: The model.
            pixels: `height x width x 3` RGB in [0, 1], or `frames x height x width x 3`: the
                window of a sliding network, the clip of a recurrent one.
            scale: One of the model's scales.
            exact: Compute in float32 whatever the precision of the runtime.

        Returns:
            `scale * height x scale * width x 3` RGB, not clamped; a recurrent network's clip
            has all its frames.

        Raises:
            TooBig: if the device ran out of memory; what was cached on it is freed.
            BadOutput: if the result is not a picture.
            ModelFileError: if the weights cannot be read.
        """
        for together in (True, False) if spec.ensemble else (True,):
            try:
                return self._infer(spec, pixels, scale, exact=exact, together=together)
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
                reason = str(error)
            # Not in the handler: there the traceback would still keep the tensors alive.
            devices.return_memory(self.device)
        raise TooBig(reason)

    def forget(self) -> None:
        """Drop the loaded models and give their memory back."""
        self._models.clear()
        devices.return_memory(self.device)

    def _infer(
        self, spec: ModelSpec, pixels: FloatPixels, scale: int, *, exact: bool, together: bool
    ) -> FloatPixels:
        steps = self._steps(stages_of(spec, scale), exact=exact)
        with torch.inference_mode():
            x = torch.tensor(np.ascontiguousarray(pixels), device=self.device.id)
            x = x.movedim(-1, -3)[None]
            if spec.ensemble:
                multiple = spec.descriptor.size_multiple
                run = partial(run_steps, steps)
                y = self_ensemble(run, x, scale, multiple, together=together)
            else:
                y = run_steps(steps, x)
            result: FloatPixels = y[0].movedim(-3, -1).cpu().numpy()
            return result

    def _steps(self, stages: Sequence[Stage], *, exact: bool) -> list[Step]:
        """The networks of a model, ready to run; other models are dropped where there are many."""
        steps = []
        for stage in stages:
            dtype = self.dtype(stage.spec, exact=exact)
            model = self._model(stage.spec, dtype)
            steps.append(Step(model, stage.spec.descriptor, stage.scale, dtype))
        while len(self._models) > max(_KEPT_MODELS, len(stages)):
            self._models.popitem(last=False)
        return steps

    def _model(self, spec: ModelSpec, dtype: torch.dtype) -> LoadedModel:
        key = _key(spec, dtype)
        if key not in self._models:
            model = self._loader(spec, self.device.id)
            model.module.to(dtype=dtype)
            convert_conv2d_weight_memory_format(model.module, torch.channels_last)
            convert_conv3d_weight_memory_format(model.module, torch.channels_last_3d)
            self._models[key] = model
        self._models.move_to_end(key)
        return self._models[key]


def stages_of(spec: ModelSpec, scale: int) -> tuple[Stage, ...]:
    """The networks of a model one after the other; one that is no chain is the only one."""
    return spec.stages or (Stage(spec, scale),)


def _key(spec: ModelSpec, dtype: torch.dtype) -> _Key:
    """What makes the network: a self-ensemble or a chain has those of its parts."""
    weights = spec.sha256 or spec.file
    return spec.network, weights, tuple(sorted(spec.options.items())), dtype


def _is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    known = (torch.OutOfMemoryError, MemoryError)
    return isinstance(error, known) or _OUT_OF_MEMORY.search(str(error)) is not None
