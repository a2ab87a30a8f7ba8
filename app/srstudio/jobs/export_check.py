"""Says before an export is begun what would make it fail, and what is worth knowing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
from av.video.format import VideoFormat

from srstudio.core.errors import OutputError, UsageError
from srstudio.core.files import nearest_folder, refuse_source, refuse_unwritable
from srstudio.core.frame import Frame
from srstudio.jobs.export import ExportSettings
from srstudio.jobs.export_plan import Plan, make_plan, open_source
from srstudio.jobs.export_targets import target_for
from srstudio.media.video.codecs import find_codec, pixel_format, refuse_size
from srstudio.media.video.from_rgb import coded_size
from srstudio.media.video.segment import encode_segment
from srstudio.media.video.sequence import is_pattern
from srstudio_models import ModelFileError
from srstudio_models.catalog import installed

# Bits a pixel that come of ordinary film at the usual quality, rather too few than too many.
_LOSSY, _PRORES, _LOSSLESS = 0.05, 2.0, 6.0
_HOLD_ALPHA = "ProRes and FFV1 can hold it"
_SAYS_FORM = ("h264", "h265")  # codecs whose own data say the form of pixels
_LOSES_FORM = (".mkv", ".webm")  # FFmpeg's Matroska does where the codec does not, but not here
_MOST_PIXELS_OF_GIF = 65_535  # a side, as its header counts them


def check(settings: ExportSettings) -> tuple[str, ...]:
    """Look at everything an export needs: source, model, sizes, codec, name and free space.

    Reads the whole source once for its times, and encodes one frame; for a background thread.

    Returns:
        What is worth knowing beforehand, a sentence each.

    Raises:
        UsageError, InputError, OutputError, ModelFileError: if it cannot be made so.
    """
    with open_source(settings) as video:
        plan = make_plan(settings, video)
        check_plan(plan)
        return tuple(remarks(plan))


def check_plan(plan: Plan, *, resumed: bool = False) -> None:
    """Raise what would make an export fail.

    Args:
        plan: The export.
        resumed: Whether it goes on with what is there.

    Raises:
        UsageError, OutputError, ModelFileError: if something would.
    """
    settings = plan.settings
    if settings.segment < 1 or (settings.length is not None and settings.length < 1):
        raise UsageError("a segment has at least one frame", "give a larger number")
    if min(plan.size) < 1:
        raise UsageError("the result has no pixels", "give a larger size")
    if not installed(plan.spec):
        advice = "install some with `srstudio models add FILE`, or choose another model"
        raise ModelFileError(f"{plan.spec.title} has no weights installed", advice)
    _refuse_source(plan)
    target_for(plan, plan.output.parent).refuse(resumed=resumed)
    _check_place(plan, resumed=resumed)
    if not plan.is_pictures:
        _encode_one(plan)


def remarks(plan: Plan) -> Iterator[str]:
    """What is worth knowing about an export, a sentence each."""
    video = plan.video.clip.video
    yield from plan.video.warnings
    if plan.scale == 1 and plan.is_resampled:
        yield "Not larger than the source: only resampled, without the model."
    if video.is_interlaced:
        yield "The source is interlaced; its fields are enlarged together, as they are."
    if plan.is_pictures or plan.is_gif:
        return
    yield from _about_form(plan)
    codec = find_codec(plan.settings.codec)
    if plan.settings.quality is not None and codec.scale is None:
        yield f"{codec.title} has no quality to be chosen."
    name = pixel_format(plan.recipe.encoding, transparent=video.has_alpha)
    width, height = coded_size(plan.size, name)
    if (width, height) != plan.size:
        yield f"{codec.title} stores {width} x {height} pixels; the edge is repeated there."
    if video.has_alpha and not any(part.is_alpha for part in VideoFormat(name).components):
        able = [chroma for (_, chroma), form in codec.formats.items() if form in codec.transparent]
        holder = f"{codec.title} can hold it with chroma {able[0]}" if able else _HOLD_ALPHA
        yield f"Transparency is left out; {holder}."


def _about_form(plan: Plan) -> Iterator[str]:
    """What becomes of the form of pixels."""
    aspect = plan.recipe.sample_aspect
    if aspect != plan.video.clip.video.sample_aspect:
        yield "It is stretched; players show it in the proportions of the source all the same."
    by_container = plan.settings.codec.partition("-")[0] not in _SAYS_FORM
    if aspect != 1 and by_container and plan.output.suffix.lower() in _LOSES_FORM:
        yield (
            f"{plan.output.name} cannot say that its pixels are {aspect.numerator}:"
            f"{aspect.denominator}; choose .mp4 or .mov, or a size with square pixels."
        )


def _refuse_source(plan: Plan) -> None:
    """An export never writes over what it reads."""
    output, source = plan.output, plan.settings.source_path
    refuse_source(output, source)
    same_pattern = is_pattern(source) and output.absolute() == source.absolute()
    if same_pattern or (
        plan.is_pictures and source.is_dir() and _pictures_folder(plan) == source.resolve()
    ):
        raise OutputError(f"the results would lie among {source}", "choose another folder")


def _pictures_folder(plan: Plan) -> Path:
    return (plan.output.parent if is_pattern(plan.output) else plan.output).resolve()


def _check_place(plan: Plan, *, resumed: bool) -> None:
    """Raise an error where the folder is not ours, or the disk certainly too small."""
    refuse_unwritable(plan.output)
    free, needed = shutil.disk_usage(nearest_folder(plan.output)).free, _expected_bytes(plan)
    if not resumed and needed > free:
        raise OutputError(
            f"{plan.output.name} will need some {ceil(needed / 2**20):,} MiB, "
            f"of which {free >> 20:,} MiB are free",
            "free some space, choose another folder or a shorter part",
        )


def _expected_bytes(plan: Plan) -> int:
    """Of parts and output together, rather too few than too many."""
    kinds = {"ffv1": _LOSSLESS, "prores": _PRORES}
    bits = _LOSSLESS if plan.is_gif or plan.is_pictures else kinds.get(plan.settings.codec, _LOSSY)
    twice = 1 if plan.is_pictures else 2  # segments, and the video that is made of them
    return int(twice * len(plan.frames) * plan.size[0] * plan.size[1] * bits / 8)


def _encode_one(plan: Plan) -> None:
    """Have the encoder refuse now what it would refuse later: sizes, formats, options."""
    width, height = plan.size
    if not plan.is_gif:
        refuse_size(plan.size)
    elif max(plan.size) > _MOST_PIXELS_OF_GIF:
        raise OutputError(
            f"a GIF has at most {_MOST_PIXELS_OF_GIF} pixels a side", "choose a smaller size"
        )
    frame = Frame(np.zeros((height, width, 3), np.uint8), time=Fraction(0), duration=Fraction(1))
    with tempfile.TemporaryDirectory() as folder:
        encode_segment([frame], Path(folder) / plan.output.name, plan.recipe)
