"""An export against the bare loop over its network, on the same frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from srstudio.core.bench import BenchRow, Ways, compare_ways
from srstudio.engine.bench import REFERENCE, bare_loop, timed_scale
from srstudio.engine.device import Device
from srstudio.engine.runtime import Runtime
from srstudio.engine.upscaler import Upscaler
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_control import Control
from srstudio.jobs.export_job import export
from srstudio.media.video.bench import moving_picture, recipe_of
from srstudio.media.video.saving import save_video
from srstudio_models import ModelSpec

# Such that the network takes longer than decoding and encoding, and a round some seconds.
_ON_CPU, _ON_GPU = ((128, 96), 40), ((640, 360), 400)


def export_benchmark(
    specs: Sequence[ModelSpec],
    device: Device,
    folder: Path,
    repeats: int,
    clip: tuple[tuple[int, int], int] | None = None,
) -> list[BenchRow]:
    """Whole exports from one H.264 file to another, the model already loaded.

    The reference runs the network as often on a float tensor that is on the device already, and
    does nothing else; a ratio is that of the two frame rates. What it costs to open the clip, to
    make the file safe and to close it is part of an export.

    Args:
        specs: Models; single pictures, at the smallest scale above 1.
        device: Where to run.
        folder: Where files go.
        repeats: Rounds, of which the median counts.
        clip: Width and height of its frames, and how many; what suits the device if None.
    """
    size, count = clip or (_ON_CPU if device.kind == "cpu" else _ON_GPU)
    source = folder / "source.mp4"
    save_video(moving_picture(size, count), source, recipe_of(size), overwrite=True)
    first = next(moving_picture(size, 1))
    upscaler, rows = Upscaler(Runtime(device)), list[BenchRow]()
    for spec in specs:
        settings = ExportSettings(
            source=str(source),
            output=str(folder / "result.mp4"),
            model=spec.id,
            scale=timed_scale(spec),
            overwrite=True,
        )
        loop = bare_loop(spec, timed_scale(spec), first, device)
        case = f"export {spec.id} {size[0]}x{size[1]}, {count} frames"
        rows += compare_ways(case, _ways(loop, count, settings, upscaler), REFERENCE, repeats)
    return rows


def _ways(
    loop: Callable[[], object], count: int, settings: ExportSettings, upscaler: Upscaler
) -> Ways:
    return {
        REFERENCE: lambda: [loop() for _ in range(count)],
        "export": lambda: export(settings, Control(), make=lambda *_: upscaler),
    }
