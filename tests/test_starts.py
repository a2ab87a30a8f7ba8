"""Weights to start from: grafts keep what the donor does, and known motion is what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load

import campaign
import starts
from srstudio.core.frame import Frame
from srstudio.media.still import write_picture
from srstudio_models import read_catalog
from srstudio_models.archs.spynet import SPyNet
from srstudio_models.catalog import weights_path
from srstudio_models.layers.flow import warp
from srstudio_models.layers.resize import imresize
from srstudio_models.loader import build, dump, read_model


def textures(count: int, side: int) -> torch.Tensor:
    """Pictures in which every motion can be seen, (count, 3, side, side) `uint8`."""
    noise = torch.rand(count, 3, side // 8, side // 8, generator=torch.Generator().manual_seed(1))
    smooth = torch.nn.functional.interpolate(noise, side, mode="bicubic")
    return (255 * smooth).clamp(0, 255).byte()


def test_srresnet_with_grafts_does_what_edsr_does(tmp_path: Path) -> None:
    table = campaign.weights_of("srresnet-x4")
    for number, picture in enumerate(textures(3, 200)):
        pixels = picture.permute(1, 2, 0).numpy()
        write_picture(Frame(np.ascontiguousarray(pixels)), tmp_path / f"some/{number}.png")
    content = starts.write_start(
        "srresnet-x4", {**table, "calibrated": "some"}, tmp_path, [], tmp_path
    )
    ours = build(read_catalog()["srresnet-x4"])
    ours.load_state_dict(load(content))
    theirs = read_model(weights_path(read_catalog()["edsr-baseline-x4"]))[1].float()
    x = textures(1, 160).float() / 255
    with torch.no_grad():
        expected, made = theirs.eval()(x), ours.eval()(x)
    # At the border EDSR sees the mean, where SRResNet sees black.
    inside = (..., slice(160, -160), slice(160, -160))
    torch.testing.assert_close(made[inside], expected[inside], atol=2e-3, rtol=0)


def test_without_motion_the_variant_with_flow_does_what_5_parallel_does() -> None:
    table = {"grafts": campaign.weights_of("flow-2d3d-x4")["grafts"][:1]}
    ours = build(read_catalog()["flow-2d3d-x4"].stages[-1].spec)
    ours.load_state_dict(load(starts.write_start("flow-2d3d-x4", table, Path(), [], Path())))
    theirs = read_model(weights_path(read_catalog()["5-parallel-x4"]))[1].float()
    x = textures(5, 64).float()[None, :, :1] / 255
    with torch.no_grad():
        torch.testing.assert_close(ours.eval()(x), theirs.eval()(x), atol=1e-5, rtol=0)


def test_a_graft_that_fits_nothing_is_refused() -> None:
    table = {"grafts": [["fsrcnn-x2", "nowhere", "x"]]}
    with pytest.raises(SystemExit, match="nothing of fsrcnn-x2 is called nowhere"):
        starts.write_start("fsrcnn-x3", table, Path(), [], Path())


def test_a_deeper_network_begins_as_the_shallower_one(tmp_path: Path) -> None:
    table = campaign.weights_of("vdsr")
    with pytest.raises(SystemExit, match="train vdsr-shallow first"):
        starts.write_start("vdsr", table, Path(), [], tmp_path)
    depth = campaign.weights_of("vdsr-shallow")["set"]["options.depth"]
    spec = read_catalog()["vdsr"]
    shallow = replace(spec, options={**spec.options, "depth": depth})
    torch.manual_seed(3)
    theirs = build(shallow)
    (tmp_path / "vdsr-shallow").mkdir()
    (tmp_path / "vdsr-shallow/best.safetensors").write_bytes(dump(theirs, shallow))
    ours = build(spec)
    ours.load_state_dict(load(starts.write_start("vdsr", table, Path(), [], tmp_path)))
    x = textures(1, 48).float()[:, :1] / 255
    with torch.no_grad():
        assert (theirs(x, 2) - imresize(x, 2)).abs().mean() > 0.01, "it does something"
        torch.testing.assert_close(ours(x, 2), theirs(x, 2), atol=1e-5, rtol=0)


def test_the_neighbour_moved_by_the_flow_is_the_reference() -> None:
    generator = torch.Generator().manual_seed(2)
    frames = textures(6, 120)
    reference, neighbour, flow = starts.known_motion(frames, generator)
    moved = warp(neighbour, flow, "border")
    inside = warp(torch.ones_like(flow[:, :1]), flow, "zeros") > 0.999
    error, still = ((moved - reference).abs(), (neighbour - reference).abs())
    assert error[inside.expand_as(error)].mean() < 0.2 * still.mean()


def test_motion_is_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, picture in enumerate(textures(3, 120)):
        pixels = np.ascontiguousarray(picture.permute(1, 2, 0).numpy())
        write_picture(Frame(pixels), tmp_path / f"clip/{number}.png")
    monkeypatch.setattr(starts, "BATCH", 4)
    torch.manual_seed(0)
    early = starts.learn_motion(SPyNet(8), 5, [str(tmp_path)])
    torch.manual_seed(0)
    late = starts.learn_motion(SPyNet(8), 25, [str(tmp_path)])
    assert late < 0.95 * early
