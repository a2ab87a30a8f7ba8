"""What videos can be written as, and which of it the FFmpeg at hand can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from srstudio.core.errors import OutputError, UsageError

LARGEST_SIDE = 16_384  # pixels of a video: what the encoders take

Chroma = Literal["420", "422", "444", "rgb"]
Options = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scale:
    """What a quality can be: smaller is better, and larger."""

    best: int
    worst: int
    usual: int


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """A way to encode pictures.

    Attributes:
        name: What people choose by.
        title: What people read.
        encoder: FFmpeg's name.
        formats: Pixel formats by bits and chroma; the first is the usual one.
        containers: Suffixes of files that can hold it; the first is the usual one.
        segment: FFmpeg's name of the container for parts of a video, which keeps every tick.
        scale: Of its quality; None where it has none.
        presets: From the quickest to the best, or of rising size.
        preset: The usual one.
        options: Of the encoder, beside preset and quality.
        quality_option: What the encoder calls the quality.
        preset_option: What the encoder calls the preset.
        transparent: Pixel formats with alpha in the place of those without.
        environment: What keeps an encoder from talking on standard error.
        is_hardware: Whether it needs a device that may not be there.
    """

    name: str
    title: str
    encoder: str
    formats: Mapping[tuple[int, Chroma], str]
    containers: tuple[str, ...]
    segment: str
    scale: Scale | None = None
    presets: tuple[str, ...] = ()
    preset: str = ""
    options: Options = field(default_factory=dict)
    quality_option: str = "crf"
    preset_option: str = "preset"
    transparent: Mapping[str, str] = field(default_factory=dict)
    environment: Options = field(default_factory=dict)
    is_hardware: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a video is to be encoded; None takes what is usual.

    Attributes:
        codec: Name of a `VideoCodec`.
        quality: As its scale says.
        preset: One of its presets.
        bits: Of a sample: 8, 10 or 16.
        chroma: "420" and "422" store colour more coarsely than light; "444" and "rgb" do not.
    """

    codec: str = "h264"
    quality: int | None = None
    preset: str | None = None
    bits: int | None = None
    chroma: Chroma | None = None


_X26X = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)
_NVENC = tuple(f"p{number}" for number in range(1, 8))
_YUV: Mapping[tuple[int, Chroma], str] = {
    (8, "420"): "yuv420p",
    (8, "422"): "yuv422p",
    (8, "444"): "yuv444p",
    (10, "420"): "yuv420p10le",
    (10, "422"): "yuv422p10le",
    (10, "444"): "yuv444p10le",
}


def _on_nvidia(name: str, title: str, encoder: str, containers: tuple[str, ...]) -> VideoCodec:
    return VideoCodec(
        name=name,
        title=f"{title} (NVIDIA)",
        encoder=encoder,
        formats={key: _YUV[key] for key in ((8, "420"), (8, "444")) if encoder != "av1_nvenc"}
        or {(8, "420"): "yuv420p"},
        containers=containers,
        segment="mp4",
        scale=Scale(0, 51, 18),
        presets=_NVENC,
        preset="p4",
        options={"rc": "constqp"},
        quality_option="qp",
        is_hardware=True,
    )


_ALL = (
    VideoCodec(
        name="h264",
        title="H.264",
        encoder="libx264",
        formats=_YUV,
        containers=(".mp4", ".mkv", ".mov"),
        segment="mov",
        scale=Scale(0, 51, 16),
        presets=_X26X,
        preset="veryfast",
    ),
    VideoCodec(
        name="h265",
        title="H.265",
        encoder="libx265",
        formats=_YUV,
        containers=(".mp4", ".mkv", ".mov"),
        segment="mov",
        scale=Scale(0, 51, 18),
        presets=_X26X,
        preset="veryfast",
        options={"x265-params": "log-level=none"},
    ),
    VideoCodec(
        name="av1",
        title="AV1",
        encoder="libsvtav1",
        formats={key: _YUV[key] for key in ((8, "420"), (10, "420"))},
        containers=(".mp4", ".mkv", ".webm"),
        segment="mp4",
        scale=Scale(1, 63, 24),
        presets=tuple(str(speed) for speed in range(13, -1, -1)),
        preset="8",
        environment={"SVT_LOG": "1"},
    ),
    VideoCodec(
        name="prores",
        title="ProRes",
        encoder="prores_ks",
        formats={key: _YUV[key] for key in ((10, "422"), (10, "444"))},
        containers=(".mov", ".mkv"),
        segment="mov",
        presets=("proxy", "lt", "standard", "hq", "4444"),
        preset="hq",
        preset_option="profile",
        transparent={"yuv444p10le": "yuva444p10le"},
    ),
    VideoCodec(
        name="ffv1",
        title="FFV1 (lossless)",
        encoder="ffv1",
        formats={(8, "rgb"): "bgr0", (16, "rgb"): "gbrp16le"},
        containers=(".mkv",),
        segment="nut",
        options={"level": "3", "g": "1", "slicecrc": "1"},
        transparent={"bgr0": "bgra", "gbrp16le": "gbrap16le"},
    ),
    _on_nvidia("h264-nvidia", "H.264", "h264_nvenc", (".mp4", ".mkv", ".mov")),
    _on_nvidia("h265-nvidia", "H.265", "hevc_nvenc", (".mp4", ".mkv", ".mov")),
    _on_nvidia("av1-nvidia", "AV1", "av1_nvenc", (".mp4", ".mkv", ".webm")),
)


def codecs() -> tuple[VideoCodec, ...]:
    """Those that work here; of those for a device one frame is encoded to see, once."""
    return tuple(codec for codec in _ALL if _works(codec.encoder, codec.is_hardware))


def find_codec(name: str) -> VideoCodec:
    """The codec of that name.

    Raises:
        UsageError: if there is none, or it does not work here.
    """
    codec = next((codec for codec in _ALL if codec.name == name), None)
    if codec is None or not _works(codec.encoder, codec.is_hardware):
        why = "is not known" if codec is None else "does not work on this machine"
        known = ", ".join(codec.name for codec in codecs())
        raise UsageError(f"the codec {name!r} {why}", f"use {known}")
    return codec


@lru_cache(maxsize=32)
def _works(encoder: str, is_hardware: bool) -> bool:
    if encoder not in av.codecs_available:
        return False
    try:
        return not is_hardware or _encodes(encoder)
    except (FFmpegError, ValueError):
        return False


def _encodes(encoder: str) -> bool:
    context = av.CodecContext.create(encoder, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = 256, 256, "yuv420p"
    context.time_base = Fraction(1, 25)
    frame = av.VideoFrame(256, 256, "yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    return bool([*context.encode(frame), *context.encode(None)])


def pixel_format(encoding: Encoding, *, transparent: bool = False) -> str:
    """FFmpeg's name of what a codec is given.

    Raises:
        UsageError: if it knows no such combination of bits and chroma.
    """
    codec = find_codec(encoding.codec)
    for (bits, chroma), name in codec.formats.items():
        if encoding.bits in (None, bits) and encoding.chroma in (None, chroma):
            return codec.transparent.get(name, name) if transparent else name
    asked = " and ".join(
        [f"{encoding.bits} bits"] * (encoding.bits is not None)
        + [f"chroma {encoding.chroma}"] * (encoding.chroma is not None)
    )
    known = ", ".join(f"{bits} bits {chroma}" for bits, chroma in codec.formats)
    raise UsageError(f"{codec.title} cannot be written with {asked}", f"use {known}")


def refuse_size(size: tuple[int, int]) -> None:
    """Raise the error of a video that would be larger than encoders take.

    Raises:
        OutputError: if it would.
    """
    if max(size) > LARGEST_SIDE:
        raise OutputError(
            f"a video of {size[0]} x {size[1]} pixels is too large; "
            f"it has at most {LARGEST_SIDE:,} a side",
            "choose a smaller size, or numbered pictures",
        )


def with_depth(encoding: Encoding, bits: int) -> Encoding:
    """The encoding with the fewest bits that are enough for a source, where it says none."""
    if encoding.bits is not None:
        return encoding
    offered = sorted({depth for depth, _ in find_codec(encoding.codec).formats})
    enough = next((depth for depth in offered if depth >= bits), offered[-1])
    return replace(encoding, bits=enough)


def encoder_options(encoding: Encoding) -> dict[str, str]:
    """What the encoder is told.

    Raises:
        UsageError: if the codec knows no such quality or preset.
    """
    codec = find_codec(encoding.codec)
    options = dict(codec.options)
    if codec.scale is not None:
        quality = codec.scale.usual if encoding.quality is None else encoding.quality
        if not codec.scale.best <= quality <= codec.scale.worst:
            extent = f"{codec.scale.best} (best) to {codec.scale.worst}"
            raise UsageError(f"the quality {quality} of {codec.title} is out of range", extent)
        options[codec.quality_option] = str(quality)
    if codec.presets:
        options[codec.preset_option] = _preset(codec, encoding)
    return options


def _preset(codec: VideoCodec, encoding: Encoding) -> str:
    if encoding.preset is None:
        return "4444" if codec.name == "prores" and encoding.chroma == "444" else codec.preset
    if encoding.preset not in codec.presets:
        known = ", ".join(codec.presets)
        raise UsageError(f"{codec.title} has no preset {encoding.preset!r}", f"use {known}")
    return encoding.preset
