"""What can come of an export: videos by codec, numbered pictures, an animated GIF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from srstudio.media.video.codecs import Scale, VideoCodec

_NUMBERED = "%05d"


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of result.

    Attributes:
        key: What it is remembered by: the codec's name, or `png`, `tiff`, `gif`.
        title: What people read.
        suffixes: Of its files; the first is the usual one.
        depths: Bits of a sample that it can hold.
        codec: Where it is a video.
        remark: What is worth knowing of it, a sentence.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    depths: tuple[int, ...]
    codec: VideoCodec | None = None
    remark: str = ""

    @property
    def numbered(self) -> bool:
        """Whether it is one picture for each frame."""
        return self.codec is None and self.key != "gif"

    @property
    def scale(self) -> Scale | None:
        """Of its quality."""
        return None if self.codec is None else self.codec.scale

    def file_name(self, stem: str, suffix: str) -> str:
        """The name of the result; of numbered pictures in a folder of their own."""
        return f"{stem}/{_NUMBERED}{suffix}" if self.numbered else stem + suffix


PICTURES = (
    Output("png", "PNG pictures", (".png",), (8, 16), remark="A file a frame, without loss."),
    Output("tiff", "TIFF pictures", (".tif",), (8, 16), remark="A file a frame, without loss."),
    Output("gif", "Animated GIF", (".gif",), (8,), remark="256 colours, silent; for short parts."),
)
_REMARKS = {
    "h264": "Played everywhere.",
    "h265": "About half the size of H.264; not played by every browser.",
    "av1": "The smallest; slow to write, not played by old devices.",
    "prores": "Large; for editing.",
    "ffv1": "Large; every value is kept.",
}


def outputs(codecs: Sequence[VideoCodec]) -> tuple[Output, ...]:
    """All kinds of results, where these codecs work."""
    return (*map(_video, codecs), *PICTURES)


def _video(codec: VideoCodec) -> Output:
    depths = tuple(sorted({bits for bits, _ in codec.formats}))
    remark = "Quick; larger at the same quality." if codec.is_hardware else ""
    remark = remark or _REMARKS.get(codec.name, "")
    return Output(codec.name, codec.title, codec.containers, depths, codec, remark)


# From which distance to the usual quality on, in 51sts of the scale, a quality is called so.
_WORDS = (
    (-10, "as good as without loss; very large"),
    (-3, "no loss that can be seen; large"),
    (3, "loss is hard to see; recommended"),
    (8, "good; smaller"),
    (15, "loss can be seen; small"),
)


def quality_words(scale: Scale, quality: int) -> str:
    """What a quality means."""
    distance = (quality - scale.usual) * 51 / (scale.worst - scale.best)
    return next((words for limit, words in _WORDS if distance < limit), "poor; tiny")
