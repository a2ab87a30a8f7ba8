"""What lossy coding makes of pictures and clips."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srstudio.core.frame import Pixels

if TYPE_CHECKING:
    from av import VideoCodecContext
    from av.video.frame import VideoFrame

_TICK = Fraction(1, 25)
# Looking ahead, x264 decides now and then otherwise about the same frames.
_SETTLED = "rc-lookahead=0:mbtree=0:scenecut=0:b-adapt=0"


def jpeg(frame: Pixels, quality: int, halved: bool) -> Pixels:
    """A picture after JPEG.

    Args:
        frame: `height x width x 3`, RGB, `uint8`.
        quality: 1 to 100.
        halved: Whether colour is kept at half the resolution (4:2:0) or at all of it (4:4:4).
    """
    sampling = "420" if halved else "444"
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}"),
    ]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), options)
    coded: Pixels = cv2.imdecode(data, cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return cv2.cvtColor(coded, cv2.COLOR_BGR2RGB)


def h264(frames: Pixels, crf: int) -> Pixels:
    """A clip after H.264 by x264, in 4:2:0.

    Args:
        frames: `frames x height x width x 3`, RGB, `uint8`.
        crf: Constant rate factor: 0 lossless but for the colour, 23 usual, 51 worst.
    """
    import av

    height, width = frames.shape[1:3]
    # 4:2:0 takes even sides.
    even = np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), "edge")
    encoder = _encoder(even.shape[2], even.shape[1], crf)
    packets = [packet for f in _shown(even) for packet in encoder.encode(f)] + encoder.encode(None)
    decoder: VideoCodecContext = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    coded = [f for packet in packets for f in decoder.decode(packet)] + decoder.decode(None)
    return np.stack([f.to_ndarray(format="rgb24") for f in coded])[:, :height, :width]


def _shown(frames: Pixels) -> Iterator[VideoFrame]:
    """The frames with their times."""
    from av.video.frame import VideoFrame

    for number, pixels in enumerate(frames):
        frame = VideoFrame.from_ndarray(pixels, "rgb24")
        frame.pts, frame.time_base = number, _TICK
        yield frame


def _encoder(width: int, height: int, crf: int) -> VideoCodecContext:
    """An encoder, of which every clip takes a new one."""
    import av

    encoder: VideoCodecContext = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.thread_count = _TICK, 1
    encoder.options = {"crf": str(crf), "preset": "veryfast", "x264-params": _SETTLED}
    return encoder
