"""Video files opened by FFmpeg, and why they cannot be, in one sentence."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from srstudio.core.errors import InputError
from srstudio.media.video.completeness import lacks_contents

# Playlists and scripts may name other files; nothing outside this machine is ever asked for.
_OPTIONS = {"protocol_whitelist": "file"}
# FFmpeg draws any text as a terminal would, and plays a picture as a clip of one frame.
_OTHERS = {**dict.fromkeys(("tty", "bin", "xbin", "adf", "idf"), "text"), "pipe": "a picture"}
_ENCRYPTED_TAG = "encv"


def open_container(path: Path) -> InputContainer:
    """A video file ready to be read, by its content, whatever its name says.

    Raises:
        InputError: if it is missing, empty, damaged, or no video.
    """
    try:
        _check_file(path)
        container = av.open(str(path), options=dict(_OPTIONS), metadata_errors="replace")
    except FFmpegError as error:
        raise InputError(*_unreadable(path, error)) from error
    except OSError as error:
        causes = {FileNotFoundError: "does not exist", PermissionError: "may not be read by you"}
        cause = causes.get(type(error), f"cannot be read ({error.strerror or error})")
        raise InputError(f"{path} {cause}", "check the name and its permissions") from error
    other = _OTHERS.get(container.format.name.rpartition("_")[2])
    if other is not None:
        container.close()
        raise InputError(f"{path.name} is {other}, not a video", "choose a video file")
    return container


def video_streams(container: InputContainer, path: Path) -> list[VideoStream]:
    """The streams of moving pictures that can be decoded.

    Raises:
        InputError: if there is none.
    """
    streams = [stream for stream in container.streams.video if not is_cover(stream)]
    if not streams:
        raise InputError(f"{path.name} has no video stream", "choose a file with pictures in it")
    known = [stream for stream in streams if stream.codec_context is not None]
    if not known:
        raise InputError(
            f"{path.name} is coded in a way that no decoder here knows", "convert it first"
        )
    if all(stream.codec_context.codec_tag == _ENCRYPTED_TAG for stream in known):
        raise InputError(f"{path.name} is encrypted (DRM)", "get a copy without protection")
    return known


def is_cover(stream: Stream) -> bool:
    """Whether a video stream is a single picture that belongs to the file as a whole."""
    return bool(stream.disposition & Disposition.attached_pic)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder", "choose a video file, or a folder of pictures")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty (zero bytes)", "get a fresh copy of it")
    with path.open("rb"):
        pass  # a file that may not be read says so better than FFmpeg does


def _unreadable(path: Path, error: FFmpegError) -> tuple[str, str]:
    if isinstance(error, MemoryError):
        return f"{path.name} needs more memory than is free", "close other programs"
    if lacks_contents(path):
        cause = f"{path.name} is cut short: its table of contents, which comes last, is missing"
        return cause, "get a complete copy of it"
    return f"{path.name} is no video that can be read, or damaged", "get a fresh copy of it"
