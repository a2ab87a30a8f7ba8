"""Names for results."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srstudio.core.errors import UsageError
from srstudio.media.still import free_path, name_from_template


def name(template: str, stem: str = "cat", model: str = "fsrcnn-x2") -> str:
    return name_from_template(template, stem=stem, model=model, scale=2, width=640, height=480)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{stem}_{model}_{scale}x", "cat_fsrcnn-x2_2x"),
        ("{stem} {width}x{height}", "cat 640x480"),
        ("{width:05d}", "00640"),
        ("plain", "plain"),
        ("{{{stem}}}", "{cat}"),
        ('a/b\\c:d*e?f"g<h>i|j\nk', "a_b_c_d_e_f_g_h_i_j_k"),
        ("../{stem}", "_cat"),
        ("..", "_"),
        ("", "_"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("{stem}. ", "cat"),
    ],
)
def test_templates(template: str, expected: str) -> None:
    assert name(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{size}",
        "{}",
        "{0}",
        "{stem.__class__}",
        "{stem[0]}",
        "{stem",
        "stem}",
        "{stem!x}",
        "{scale:s}",
    ],
)
def test_what_is_wrong_with_a_template_is_told(template: str) -> None:
    with pytest.raises(UsageError, match=r"\{stem\}, \{model\}, \{scale\}, \{width\}, \{height\}"):
        name(template)


def test_the_unknown_field_is_named() -> None:
    with pytest.raises(UsageError, match=r"has the unknown field \{size\}; use"):
        name("{stem}_{size}")


def test_a_long_stem_leaves_what_tells_results_apart() -> None:
    result = name("{stem}_{model}", stem="\N{SNOWMAN}" * 200)
    assert result.endswith("_fsrcnn-x2")
    assert len(result.encode()) <= 200


@given(st.text(max_size=300), st.text(max_size=300))
def test_every_name_is_one_safe_part_of_a_path(stem: str, model: str) -> None:
    result = name("{stem}_{model}", stem, model)
    assert Path(result).name == result
    assert result not in (".", "..")
    assert 0 < len(result.encode()) <= 201
    assert not result.endswith((".", " "))
    assert not set(result) & set('<>:"/\\|?*\n\t\0')


def test_free_paths(tmp_path: Path) -> None:
    path = tmp_path / "cat.v2.png"
    assert free_path(path) == path
    path.touch()
    assert free_path(path) == tmp_path / "cat.v2 (2).png"
    (tmp_path / "cat.v2 (2).png").touch()
    (tmp_path / "cat.v2 (3).png").symlink_to(tmp_path / "gone")
    assert free_path(path) == tmp_path / "cat.v2 (4).png"
