"""TIFF in: tifffile reads it; what tifffile cannot unpack alone, libtiff (in Pillow) unpacks."""

from __future__ import annotations

import io
import logging

import numpy as np
from PIL import Image
from PIL.ExifTags import IFD, Base
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffPage

from srstudio.core.frame import Pixels
from srstudio.media import xmp
from srstudio.media.color import cmyk_to_rgb
from srstudio.media.metadata import parse, serialised
from srstudio.media.pillow import samples_of
from srstudio.media.raster import Raster, UnreadableError, check_size
from srstudio.media.tiff_strips import STRIP_CODECS, deflated

_PICTURE_CODECS = (
    COMPRESSION.CCITTRLE,
    COMPRESSION.CCITT_T4,
    COMPRESSION.CCITT_T6,
    COMPRESSION.OJPEG,
    COMPRESSION.JPEG,
)
_PACKED_BITS = (2, 4)  # a sample; several in a byte
_ASSOCIATED = 1  # of ExtraSamples
_NO_UNIT = 1  # of ResolutionUnit
_DESCRIPTIVE = (
    Base.ImageDescription,
    Base.Make,
    Base.Model,
    Base.Orientation,
    Base.XResolution,
    Base.YResolution,
    Base.ResolutionUnit,
    Base.Software,
    Base.DateTime,
    Base.Artist,
    Base.HostComputer,
    Base.Copyright,
)

logging.getLogger("tifffile").addHandler(logging.NullHandler())  # not to standard error


def decode(data: bytes) -> Raster:
    """Samples, profile, EXIF and XMP of the first page of a TIFF.

    Raises:
        UnreadableError: if the page is too large or of a kind that is not supported.
    """
    with TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        check_size(page.imagewidth, page.imagelength)
        profile, exif = page.iccprofile, _exif(data, page)
        if page.compression in _PICTURE_CODECS or page.bitspersample in _PACKED_BITS:
            samples = _by_libtiff(data, profile)
            exif.pop(Base.Orientation, None)  # Pillow has applied it, as it does to TIFF only
        elif page.compression in STRIP_CODECS:
            with TiffFile(deflated(data, page)) as repacked:
                samples = _by_tifffile(repacked.pages.first)
        else:
            samples = _by_tifffile(page)
        tag = page.tags.get(xmp.TIFF_TAG)
        described = None if tag is None else xmp.packet(tag.value)
        return Raster(samples, profile, serialised(exif), xmp=described)


def _by_libtiff(data: bytes, profile: bytes | None) -> Pixels:
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
        return samples_of(image, profile)


def _by_tifffile(page: TiffPage) -> Pixels:
    """The page's samples as gray or RGB, with or without alpha."""
    samples = _channels_last(page)
    kind = PHOTOMETRIC(page.photometric)
    if kind == PHOTOMETRIC.PALETTE:
        return _from_palette(samples, page.colormap)
    samples = _in_contract(samples, page.bitspersample)
    if kind == PHOTOMETRIC.SEPARATED:
        return _from_cmyk(samples, page.iccprofile)
    if kind == PHOTOMETRIC.MINISWHITE:
        top = 1 if samples.dtype == np.float32 else np.iinfo(samples.dtype).max
        samples = np.concatenate([top - samples[..., :1], samples[..., 1:]], axis=2)
    elif kind not in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.RGB):
        raise UnreadableError(
            f"is a TIFF of the colour kind {kind.name}", "save it as RGB, gray or CMYK"
        )
    return _with_alpha(samples, 3 if kind == PHOTOMETRIC.RGB else 1, page.extrasamples)


def _channels_last(page: TiffPage) -> Pixels:
    samples: Pixels = page.asarray()
    if page.axes == "SYX":
        return np.moveaxis(samples, 0, 2)
    if page.axes not in ("YX", "YXS"):
        raise UnreadableError("holds a volume, not a picture", "save one slice of it")
    return samples.reshape(page.imagelength, page.imagewidth, -1)


def _in_contract(samples: Pixels, bits: int) -> Pixels:
    """The samples as `uint8`, `uint16`, or `float32` in [0, 1]."""
    if samples.dtype == bool:
        return samples.astype(np.uint8) * np.uint8(255)
    if samples.dtype in (np.uint8, np.uint16) and bits in (8, 16):
        return samples
    if samples.dtype in (np.float16, np.float32):
        if not (samples.min() >= 0.0 and samples.max() <= 1.0):  # false for NaN, too
            raise UnreadableError("holds values outside 0 to 1", "scale them to 0 to 1 first")
        return samples.astype(np.float32)
    raise UnreadableError(
        f"holds {bits}-bit samples ({samples.dtype})", "save it with 8 or 16 bits, or float32"
    )


def _from_palette(indices: Pixels, colours: Pixels | None) -> Pixels:
    """RGB from a colour map of `3 x n` 16-bit values; 8 bits where the map holds no more."""
    if colours is None:
        raise UnreadableError("is a palette picture without its palette", "get a fresh copy of it")
    table = colours.T.astype(np.uint16)
    if (table % 257 == 0).all():
        table = (table // 257).astype(np.uint8)
    elif (table % 256 == 0).all():  # a common fault of writers: 8 bits shifted, not repeated
        table = (table // 256).astype(np.uint8)
    return table[indices[..., 0].astype(np.intp)]


def _from_cmyk(samples: Pixels, profile: bytes | None) -> Pixels:
    if samples.dtype == np.uint8 and samples.shape[2] == 4:
        return np.asarray(cmyk_to_rgb(Image.fromarray(samples, "CMYK"), profile))
    raise UnreadableError("is a CMYK picture of an unusual depth", "save it as RGB")


def _with_alpha(samples: Pixels, colours: int, extra: tuple[int, ...]) -> Pixels:
    """Colour and one alpha channel; premultiplied colour is divided again.

    An extra sample of unstated meaning is taken for alpha, as most writers that omit the tag
    mean it so; further ones are left out.
    """
    samples = samples[..., : colours + 1]
    if samples.shape[2] <= colours or not extra or extra[0] != _ASSOCIATED:
        return samples
    top = 1.0 if samples.dtype == np.float32 else float(np.iinfo(samples.dtype).max)
    alpha = samples[..., colours:].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.where(alpha > 0, samples[..., :colours] * (top / alpha), 0.0)
    if samples.dtype != np.float32:
        colour = np.floor(colour + 0.5)
    colour = np.minimum(colour, top).astype(samples.dtype)
    return np.concatenate([colour, samples[..., colours:]], axis=2)


def _exif(data: bytes, page: TiffPage) -> Image.Exif:
    """The descriptive tags of the first directory with its EXIF and GPS directories."""
    whole = parse(data) or Image.Exif()
    kept = Image.Exif()
    for tag in _DESCRIPTIVE:
        if tag in whole:
            kept[tag] = whole[tag]
    if page.is_shaped or page.is_imagej or page.is_ome:  # tells the layout of this very file
        kept.pop(Base.ImageDescription, None)
    if kept.get(Base.ResolutionUnit) == _NO_UNIT:
        for tag in (Base.XResolution, Base.YResolution, Base.ResolutionUnit):
            kept.pop(tag, None)
    for directory in (IFD.Exif, IFD.GPSInfo):
        if content := whole.get_ifd(directory):
            kept[directory] = content
    return kept
