"""What a model is, on a card: shown as the tool tip of its row."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from srstudio_models import ModelSpec
from srstudio_models.spec import Descriptor, Quality, Stage, scales_text

ENSEMBLE_TIP = "Self-ensemble (+): mean over 8 flips and turns, 8 times the work"
_CROP = {True: "crop = scale", False: "nothing cropped"}
_COLOURS = {
    "rgb": "RGB",
    "luma": "luma (BT.601 Y); the chroma is enlarged bicubically",
}
_WIDTH = 420


def model_card(spec: ModelSpec, missing: bool = False) -> str:
    """The card as rich text: title, and a line for everything that is known.

    Args:
        spec: The model.
        missing: Its weights are not installed: say which file to drop in.
    """
    more = _wanted(spec) if missing else _origin(spec)
    rows = "".join(
        f"<tr><td style='padding-right: 12px'>{name}</td><td>{escape(text)}</td></tr>"
        for name, text in (*_properties(spec), *more)
    )
    return f"<b>{escape(spec.title)}</b><table width={_WIDTH}>{rows}</table>"


def frames_text(descriptor: Descriptor) -> str:
    """Which frames a network looks at, and what that means for a still picture."""
    if descriptor.frames == "single":
        return "one picture at a time"
    seen = "all frames of a clip"
    if descriptor.frames == "sliding":
        seen = f"{descriptor.window} frames of a clip at a time"
    return f"{seen}; a still picture is repeated"


def _properties(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    if spec.suits:
        yield "For", spec.suits
    yield "Scale", scales_text(spec.scales)
    if "kernel" in spec.options:
        yield "Method", str(spec.options["kernel"])
    if spec.stages:
        yield "Steps", ", then ".join(map(_step, spec.stages))
    if spec.ensemble:
        yield "Ensemble", "mean over 8 flips and turns; 8 times the work"
    if spec.parameters:
        yield "Parameters", f"{spec.parameters:,}"
        if not spec.stages:
            yield "Colour", _COLOURS[spec.descriptor.colour]
        yield "Frames", frames_text(spec.descriptor)


def _origin(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    if spec.parameters and spec.licence:
        yield "Licence", spec.licence
    if spec.training:
        yield "Training", spec.training
    if spec.quality:
        yield "Quality", "; ".join(map(_quality, spec.quality)) + _protocol(spec)


def _wanted(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    yield "Weights", "not installed"
    if spec.accepts:
        yield "Drop in", spec.accepts


def _step(stage: Stage) -> str:
    scale = "" if stage.scale in stage.spec.scales else f" x{stage.scale}"
    return f"{stage.spec.title}{scale}"


def _protocol(spec: ModelSpec) -> str:
    """What pictures are measured by, or clips."""
    return f" (Y, {_CROP[spec.descriptor.frames == 'single']}, SSIM 11x11 Gaussian)"


def _quality(quality: Quality) -> str:
    return f"{quality.dataset} x{quality.scale} {quality.psnr:.2f} dB, SSIM {quality.ssim:.4f}"
