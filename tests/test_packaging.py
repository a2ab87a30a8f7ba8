"""What is built from the project is complete and runs away from it."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import isolated
from srstudio_models import read_catalog

ROOT = Path(__file__).resolve().parent.parent
OWN_PACKAGES = ["srstudio*", "_editable_impl_srstudio*"]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Built:
    """What `build` made.

    Attributes:
        wheel: The wheel.
        inside: Names in the wheel.
        source: Names in the source archive, without its top folder.
    """

    wheel: Path
    inside: frozenset[str]
    source: frozenset[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The source archive, and the wheel built from that archive."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (wheel,) = out.glob("*.whl")
    (archive,) = out.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        source = frozenset(name.partition("/")[2] for name in tar.getnames())
    return Built(wheel, frozenset(zipfile.ZipFile(wheel).namelist()), source)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel, and nothing of this checkout."""
    python = isolated.make(tmp_path_factory.mktemp("clean") / "venv", without=OWN_PACKAGES)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    run(*pip, "--no-index", "--no-deps", built.wheel, cwd=built.wheel.parent)
    return python


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program to its end and return what it prints; its errors make the test fail."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def tracked(folder: str) -> set[str]:
    """The files below a folder of the checkout, without what running them leaves behind."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in paths if path.suffix != ".pyc"}


def weight_files() -> list[str]:
    catalog = (ROOT / "models/srstudio_models/catalog.toml").read_text(encoding="utf-8")
    return [model["file"] for model in tomllib.loads(catalog)["model"] if "sha256" in model]


def test_the_wheel_holds_every_file_of_the_three_packages(built: Built) -> None:
    for root in ("app/srstudio", "models/srstudio_models", "resources/srstudio_resources"):
        expected = {name.partition("/")[2] for name in tracked(root)}
        assert expected
        assert expected <= built.inside


def test_the_wheel_holds_catalogue_weights_and_type_marks(built: Built) -> None:
    weights = {f"srstudio_models/weights/{name}" for name in weight_files()}
    assert weights <= built.inside
    marks = {"srstudio/py.typed", "srstudio_models/py.typed"}
    assert {"srstudio_models/catalog.toml", *marks} <= built.inside


@pytest.mark.parametrize("folder", ["samples", "icons"])
def test_the_wheel_holds_the_resources(built: Built, folder: str) -> None:
    assert any(name.startswith(f"srstudio_resources/{folder}/") for name in built.inside)


def test_the_wheel_holds_the_licence_and_nothing_beside_the_packages(built: Built) -> None:
    tops = {name.partition("/")[0] for name in built.inside}
    (metadata,) = tops - {"srstudio", "srstudio_models", "srstudio_resources"}
    assert metadata.endswith(".dist-info")
    assert any(name.endswith("/licenses/LICENSE") for name in built.inside)


def test_the_source_archive_can_be_set_up_and_checked(built: Built) -> None:
    assert tracked("tests") | tracked("packaging") <= built.source
    assert {"pyproject.toml", "README.md", "LICENSE", ".pre-commit-config.yaml"} <= built.source


def test_the_installed_program_is_not_this_checkout(installed: Path, tmp_path: Path) -> None:
    names = "srstudio, srstudio_models, srstudio_resources"
    script = f"import {names}; print(*(m.__file__ for m in ({names})), sep='\\n')"
    for line in run(installed, "-c", script, cwd=tmp_path).splitlines():
        assert Path(line).is_relative_to(installed.parent.parent)


def test_the_installed_program_lists_its_models(installed: Path, tmp_path: Path) -> None:
    models = json.loads(run(installed, "-m", "srstudio", "models", "--json", cwd=tmp_path))
    by_id = {model["id"]: model for model in models}
    shipped = [spec.id for spec in read_catalog() if spec.file is None or spec.sha256]
    assert {"raw", "fsrcnn-x2", "fsrcnn-x3", "fsrcnn-x4"} <= set(shipped)
    assert all(by_id[model]["installed"] for model in shipped)


def test_the_installed_program_enlarges_a_picture(installed: Path, tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 20 * 14 * 3).reshape(14, 20, 3).astype(np.uint8)
    Image.fromarray(ramp).save(tmp_path / "small.png")
    command = ["-m", "srstudio", "upscale", "small.png", "-m", "fsrcnn", "-s", "2"]
    run(installed, *command, "-o", "large.png", cwd=tmp_path)
    with Image.open(tmp_path / "large.png") as picture:
        assert picture.size == (40, 28)
        large = np.asarray(picture.convert("RGB"), dtype=np.float64)
    small = large.reshape(14, 2, 20, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - ramp).mean() < 3  # still the same picture
