"""Still pictures, in and out: what the rest of SR Studio uses."""

from srstudio.media.naming import free_path, name_from_template
from srstudio.media.reading import READ_SUFFIXES, decode_picture, read_picture
from srstudio.media.writing import (
    WRITE_FORMATS,
    WRITE_SUFFIXES,
    SaveOptions,
    check_writable,
    write_picture,
)

__all__ = [
    "READ_SUFFIXES",
    "WRITE_FORMATS",
    "WRITE_SUFFIXES",
    "SaveOptions",
    "check_writable",
    "decode_picture",
    "free_path",
    "name_from_template",
    "read_picture",
    "write_picture",
]
