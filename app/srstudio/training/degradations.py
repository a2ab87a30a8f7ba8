"""How low-resolution pictures are made from ground truth.

The random kinds follow what blind super-resolution trains on (Zhang et al., "Designing a practical
degradation model for deep blind image super-resolution", ICCV 2021): blur, shrinking by various
kernels, noise and coding, in a random order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from srstudio.core.frame import Pixels, crop_to_multiple, peak
from srstudio.training.coding import h264, jpeg
from srstudio_models.layers.resize import imresize

MARGIN = 8  # low-resolution pixels beyond which a pixel has no influence; a block of JPEG
LEAST_CRF = 17  # of H.264, where coding is hardly visible

_KERNELS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
_MIRRORED = cv2.BORDER_REFLECT
_LEAST = 1e-3  # a deviation in pixels that blurs nothing
_Step = Callable[[Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Degradation:
    """Ranges that each patch draws from, uniformly; as it stands, MATLAB bicubic alone.

    Attributes:
        blur: Greatest standard deviation of the Gaussian, in low-resolution pixels; half of them
            are isotropic, the others stretched in a random direction.
        resampling: Share of the patches that another kernel shrinks (area, linear or cubic), half
            of them by way of a size in between.
        noise: Greatest standard deviation of the noise, white being 1; Gaussian or growing with
            the square root of the value as Poisson noise does, gray or in colour.
        jpeg: Lowest quality of JPEG coding, up to 100; None: not coded.
        crf: Greatest rate factor of H.264 coding, from `LEAST_CRF`; None: not coded.
    """

    blur: float = 0.0
    resampling: float = 0.0
    noise: float = 0.0
    jpeg: int | None = None
    crf: int | None = None

    def weakened(self, strength: float) -> Degradation:
        """The same with all ranges multiplied by `strength`; 0 leaves MATLAB bicubic."""
        if strength == 0.0:
            return Degradation()
        return Degradation(
            self.blur * strength,
            self.resampling * strength,
            self.noise * strength,
            None if self.jpeg is None else round(100 - strength * (100 - self.jpeg)),
            None if self.crf is None else round(LEAST_CRF + strength * (self.crf - LEAST_CRF)),
        )


BICUBIC = Degradation()
DEGRADATIONS = {
    "bicubic": BICUBIC,
    "unknown": Degradation(blur=0.7, resampling=0.5),
    "photo": Degradation(blur=0.7, resampling=0.5, noise=0.06, jpeg=40),
    "video": Degradation(blur=0.5, resampling=0.5, noise=0.02, crf=35),
}


@dataclass(frozen=True, slots=True)
class Shrinking:
    """How a low-resolution picture is made without chance; as it stands, MATLAB bicubic.

    Attributes:
        blur: Standard deviation of a Gaussian before, in low-resolution pixels.
        jpeg: Quality of JPEG coding after, with colour at half the resolution; None: not coded.
    """

    blur: float = 0.0
    jpeg: int | None = None

    @property
    def text(self) -> str:
        """As it is stated beside what was measured."""
        blur = f"blur {self.blur:g} px, " if self.blur else ""
        return f"{blur}MATLAB bicubic{'' if self.jpeg is None else f', JPEG quality {self.jpeg}'}"

    def apply(self, pixels: Pixels, scale: int) -> Pixels:
        """Shrink a picture whose sides are multiples of the scale.

        Args:
            pixels: `height x width x channels`; `uint8` with 1 or 3 channels where it is coded.
            scale: Integer factor by which both sides shrink.
        """
        if self.blur:
            deviation = self.blur * scale
            pixels = cv2.GaussianBlur(pixels, (0, 0), deviation, borderType=_MIRRORED)
            pixels = pixels.reshape(*pixels.shape[:2], -1)
        low = bicubic(pixels, scale)
        if self.jpeg is None:
            return low
        coded = jpeg(np.broadcast_to(low, (*low.shape[:2], 3)), self.jpeg, halved=True)
        return coded[..., : low.shape[2]]


PLAIN = Shrinking()


def bicubic(pixels: Pixels, scale: int) -> Pixels:
    """Shrink a picture as the benchmarks were: MATLAB's `imresize` on its integer values.

    Args:
        pixels: `height x width` or `height x width x channels`, `uint8`, `uint16` or `float32`.
        scale: Integer factor by which both sides shrink (rounded up).

    Returns:
        The same type and range; integers are rounded between the two passes, as MATLAB does.
    """
    top = peak(pixels)
    levels = None if pixels.dtype == np.float32 else int(top)
    planes = pixels.reshape(*pixels.shape[:2], -1).transpose(2, 0, 1)
    # Sums of 8-bit values with these scales' weights, multiples of 2**-12, are exact in float32.
    exact = pixels.dtype == np.uint8 and scale in (2, 4)
    x = torch.from_numpy(planes.astype(np.float32 if exact else np.float64)) / top
    small = imresize(x, 1.0 / scale, levels=levels).clamp(0.0, 1.0) * top
    if levels is not None:
        small = torch.round(small)
    result: Pixels = small.permute(1, 2, 0).numpy().astype(pixels.dtype)
    return result.reshape(*result.shape[:2], *pixels.shape[2:])


def shrunk(frames: Pixels, scale: int) -> Pixels:
    """Every frame, cropped from the top left to a multiple of the scale, in bicubic resolution."""
    return _each(frames, lambda frame: bicubic(crop_to_multiple(frame, scale), scale))


def degraded(
    high: Pixels, scale: int, degradation: Degradation, rng: np.random.Generator
) -> Pixels:
    """Low resolution of a clip, all of whose frames are treated alike but for the noise.

    Args:
        high: `frames x height x width x 3`, `uint8`; the sides are multiples of `scale`.
        scale: Integer factor by which both sides shrink.
        degradation: What is drawn from.
        rng: What draws; the same state gives the same pixels.

    Returns:
        `frames x height/scale x width/scale x 3`, `uint8`. The outer `MARGIN` pixels are as they
        would be if the picture were mirrored at its border, or coded from there.
    """
    size = high.shape[1] // scale, high.shape[2] // scale
    steps = [
        *_blur(degradation, size, rng),
        _shrinking(degradation, scale, size, rng),
        *_noise(degradation, rng),
        *_jpeg(degradation, rng),
    ]
    for place in rng.permutation(len(steps)):
        high = steps[place](high)
    return _filmed(high, degradation, rng)


def _each(frames: Pixels, change: _Step) -> Pixels:
    return np.stack([change(frame) for frame in frames])


def _blur(how: Degradation, size: tuple[int, int], rng: np.random.Generator) -> list[_Step]:
    if not how.blur:
        return []
    deviations = rng.uniform(0.0, how.blur, size=2)
    isotropic = rng.random() < 0.5
    angle = float(rng.uniform(0.0, np.pi))

    def blur(frames: Pixels) -> Pixels:
        here = deviations * (frames.shape[1] / size[0])
        if isotropic:  # in two passes, twenty times as fast
            return _each(
                frames,
                lambda f: cv2.GaussianBlur(f, (0, 0), max(here[0], _LEAST), borderType=_MIRRORED),
            )
        kernel = gaussian(here, angle)
        return _each(frames, lambda f: cv2.filter2D(f, -1, kernel, borderType=_MIRRORED))

    return [blur]


def gaussian(deviations: Pixels, angle: float) -> Pixels:
    """Kernel of a Gaussian whose axes are turned by an angle.

    Args:
        deviations: Standard deviations along both axes, in pixels.
        angle: Of the first axis, in radians.

    Returns:
        `side x side`, `float32`, of sum 1; three deviations on each side.
    """
    radius = max(int(np.ceil(3.0 * deviations.max())), 1)
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    first, second = np.maximum(deviations, _LEAST)
    kernel = np.exp(-0.5 * ((along / first) ** 2 + (across / second) ** 2))
    result: Pixels = (kernel / kernel.sum()).astype(np.float32)
    return result


def _shrinking(
    how: Degradation, scale: int, size: tuple[int, int], rng: np.random.Generator
) -> _Step:
    """The step to the final size."""
    if rng.random() >= how.resampling:
        return lambda frames: _each(frames, lambda frame: bicubic(frame, scale))
    first, second = (int(kernel) for kernel in rng.choice(_KERNELS, size=2))
    factor = float(rng.uniform(1.0, scale)) if rng.random() < 0.5 else 1.0
    between = round(size[1] * factor), round(size[0] * factor)

    def shrink(frame: Pixels) -> Pixels:
        if factor > 1.0:
            frame = cv2.resize(frame, between, interpolation=first)
        return cv2.resize(frame, size[::-1], interpolation=second)

    return lambda frames: _each(frames, shrink)


def _noise(how: Degradation, rng: np.random.Generator) -> list[_Step]:
    if not how.noise:
        return []
    deviation = float(rng.uniform(0.0, how.noise)) * 255.0
    channels = int(rng.choice([1, 3]))
    poisson = rng.random() < 0.5

    def add_noise(frames: Pixels) -> Pixels:
        noise = rng.standard_normal((*frames.shape[:3], channels), np.float32)
        noise *= np.float32(deviation)
        if poisson:
            noise = noise * np.sqrt(frames / np.float32(127.5))
        noisy = np.rint(noise + frames)
        return np.clip(noisy, 0.0, 255.0, out=noisy).astype(np.uint8)

    return [add_noise]


def _jpeg(how: Degradation, rng: np.random.Generator) -> list[_Step]:
    if how.jpeg is None:
        return []
    quality = int(rng.integers(how.jpeg, 101))
    halved = rng.random() < 0.5
    return [lambda frames: _each(frames, lambda frame: jpeg(frame, quality, halved))]


def _filmed(frames: Pixels, how: Degradation, rng: np.random.Generator) -> Pixels:
    if how.crf is None:
        return frames
    return h264(frames, int(rng.integers(LEAST_CRF, how.crf + 1)))
