"""Weights to start from, made of those that are there already.

campaign.py calls this for a model whose table in `campaign.toml` has one of these:

- `grafts`: tensors of other models, as [model or run, regular expression, name here]. A kernel that
  is smaller than the one it replaces is put into its middle; a mean that only the other model
  subtracts goes into the biases of its ends.
- `fill`: numbers for tensors whose names match regular expressions.
- `identity`: a regular expression of the kernels that hand on what they are given, so that a deeper
  network begins as the shallower one that it was made of (Net2DeeperNet, Chen et al., ICLR 2016).
- `calibrated`: folder of pictures on which batch normalisation is made to change nothing.
- `motion`: so many steps in which the model's SPyNet learns what moves, before anything else learns
  to rely on it, from pictures that are drawn twice, with a flow that is known between.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from srstudio.core.frame import crop_to_multiple
from srstudio.engine.device import choose, native_bf16
from srstudio.media.still import READ_SUFFIXES, read_picture
from srstudio.training.degradations import bicubic
from srstudio.training.soap import SOAP
from srstudio_models import ModelSpec, read_catalog
from srstudio_models.archs.spynet import SPyNet, resized
from srstudio_models.catalog import installed, weights_path
from srstudio_models.layers.flow import warp
from srstudio_models.loader import build, dump, read_model

SIDE, BATCH = 48, 16
# Pictures that normalisation is calibrated on, and the side of what is seen of each.
PICTURES, VIEW = 24, 96
RATE = 2e-3
# Of flows, in pixels: how far the slowest and the fastest go, how much turning and coming nearer
# moves the border, and what is soft bends.
SLOWEST, FASTEST, TURN, BEND = 0.03, 6.0, 0.8, 1.0


def write_start(
    model: str, table: Mapping[str, Any], data: Path, clips: Sequence[str], runs: Path
) -> bytes:
    """The content of a weight file for a model, fresh but for what is known already.

    Args:
        model: Its id; of a two-step model, step 2 is meant.
        table: Of the model in `campaign.toml`.
        data: Where the folder of `calibrated` lies.
        clips: Folders of clips to learn motion from, each a folder of pictures.
        runs: Where the runs lie whose weights are grafted.
    """
    torch.manual_seed(7)
    whole = read_catalog()[model]
    module = build(whole.stages[-1].spec if whole.stages else whole)
    for graft in table.get("grafts", []):
        _graft(module, runs, *graft)
    for pattern, value in table.get("fill", {}).items():
        _fill(module, pattern, value)
    if "identity" in table:
        for kernel in _called(module, table["identity"]):
            nn.init.dirac_(kernel)
    if "calibrated" in table:
        calibrate(module, _low_pictures(data / table["calibrated"]))
    for part in module.modules():
        if isinstance(part, SPyNet) and "motion" in table:
            learn_motion(part, table["motion"], clips)
    return dump(module, whole)


def find_shipped(model: str) -> ModelSpec | None:
    """The model of that id, if its weights are there."""
    return next((spec for spec in read_catalog() if spec.id == model and installed(spec)), None)


def _graft(module: nn.Module, runs: Path, donor: str, pattern: str, name: str) -> None:
    """Take over the tensors of a model, or of the best weights of a run, whose names match.

    Raises:
        SystemExit: if none does.
    """
    run = runs / donor / "best.safetensors"
    shipped = find_shipped(donor)
    if shipped is None and not run.exists():
        raise SystemExit(f"there are neither weights of {donor} nor {run}; train {donor} first")
    other = read_model(run if shipped is None else weights_path(shipped))[1].float()
    if hasattr(other, "mean") and not hasattr(module, "mean"):
        _absorb_mean(other)
    theirs, own = other.state_dict(), module.state_dict()
    matches = [match for key in theirs if (match := re.fullmatch(pattern, key))]
    found = {match.expand(name): match.string for match in matches}
    if not found:
        raise SystemExit(f"nothing of {donor} is called {pattern}")
    grafted = {key: _centred(theirs[there], own[key]) for key, there in found.items()}
    module.load_state_dict(own | grafted)


def _absorb_mean(edsr: nn.Module) -> None:
    """Let the biases of an EDSR do what subtracting and adding the mean does, but at the border."""
    ends = [part for part in edsr.modules() if isinstance(part, nn.Conv2d)]
    first, last, mean = ends[0], ends[-1], edsr.mean
    assert isinstance(mean, Tensor)
    assert first.bias is not None
    assert last.bias is not None
    with torch.no_grad():
        first.bias -= first.weight.sum(dim=(2, 3)) @ mean.flatten()
        last.bias += mean.flatten()


def _centred(tensor: Tensor, like: Tensor) -> Tensor:
    """The tensor itself, or a kernel in the middle of a larger one of zeros."""
    margins = [(b - a) // 2 for a, b in zip(tensor.shape, like.shape, strict=True)]
    return F.pad(tensor, [margin for m in reversed(margins) for margin in (m, m)])


def _fill(module: nn.Module, pattern: str, value: float) -> None:
    for tensor in _called(module, pattern):
        tensor.fill_(value)


def _called(module: nn.Module, pattern: str) -> list[Tensor]:
    """The tensors whose names match.

    Raises:
        SystemExit: if there is none.
    """
    found = [tensor for key, tensor in module.state_dict().items() if re.fullmatch(pattern, key)]
    if not found:
        raise SystemExit(f"there is nothing called {pattern}")
    return found


def _low_pictures(folder: Path) -> Iterator[Tensor]:
    """The middles of some pictures, a quarter as large, (1, 3, H, W) in [0, 1]."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in READ_SUFFIXES)
    for file in files[:PICTURES]:
        low = bicubic(crop_to_multiple(read_picture(file).pixels, 4), 4)
        top, left = ((side - min(side, VIEW)) // 2 for side in low.shape[:2])
        view = low[top : top + VIEW, left : left + VIEW].astype(np.float32) / 255.0
        yield torch.from_numpy(view).permute(2, 0, 1)[None]


def learn_motion(network: SPyNet, steps: int, clips: Sequence[str]) -> float:
    """Teach a flow network motion that is known, in the last third above all exactly.

    Args:
        network: Gets better.
        steps: Of both parts.
        clips: Folders of clips, each a folder of pictures.

    Returns:
        The mean error of the last tenth, in pixels.
    """
    frames = torch.cat([film for folder in clips for film in _frames(Path(folder))])
    generator = torch.Generator().manual_seed(7)
    rough = steps * 2 // 3
    _learn(network, frames, generator, rough, RATE, _distance)
    return _learn(network, frames, generator, steps - rough, RATE / 2.0, _robust)


def _learn(
    network: SPyNet,
    frames: Tensor,
    generator: torch.Generator,
    steps: int,
    rate: float,
    penalty: Callable[[Tensor, Tensor], Tensor],
) -> float:
    """One part; returns the mean error of its last tenth, in pixels."""
    optimiser, errors = SOAP(network.parameters(), lr=rate), list[float]()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * 0.5 * (1.0 + math.cos(math.pi * step / steps))
        reference, neighbour, flow = known_motion(frames, generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=native_bf16(choose("cpu"))):
            found = list(network.levels(reference, neighbour))
        errors.append(float(_distance(found[-1].detach(), flow).mean()))
        loss = torch.stack([penalty(level, flow).mean() for level in found]).sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % 100 == 0:
            print(f"motion, step {step + 1} of {steps}: {fmean(errors[-100:]):.4f}", flush=True)
    return fmean(errors[-max(1, steps // 10) :])


def _distance(found: Tensor, flow: Tensor) -> Tensor:
    """How far a flow at the size of a level is from the true one, in pixels of the latter."""
    distance: Tensor = torch.linalg.vector_norm(resized(found, flow.shape[-2:]) - flow, dim=1)
    return distance


def _robust(found: Tensor, flow: Tensor) -> Tensor:
    """The same, but a tenth of a pixel, which super-resolution lives on, counts beside two.

    Of Sun et al., "PWC-Net", CVPR 2018.
    """
    return (_distance(found, flow) + 0.01) ** 0.4


def known_motion(frames: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures drawn twice: as they are, and from where a flow points.

    Args:
        frames: (N, 3, H, W) `uint8`, at least `2 * SIDE` on each side.
        generator: Draws pictures, places, turns, whether they are gray, and flows.

    Returns:
        Reference and neighbour (`BATCH`, 3, `SIDE`, `SIDE`) in [0, 1], and the flow by which the
        neighbour becomes the reference (`BATCH`, 2, `SIDE`, `SIDE`) in pixels.
    """
    picked = frames[torch.randint(len(frames), (BATCH,), generator=generator)].float() / 255.0
    top, left = (
        int(torch.randint(side - 2 * SIDE + 1, (), generator=generator))
        for side in picked.shape[-2:]
    )
    large = picked[..., top : top + 2 * SIDE, left : left + 2 * SIDE]
    large = torch.rot90(large, int(torch.randint(4, (), generator=generator)), (-2, -1))
    gray = torch.rand(BATCH, 1, 1, 1, generator=generator) < 0.5
    large = torch.where(gray, large.mean(dim=1, keepdim=True), large)
    flow = random_flow(generator)
    finer = 2.0 * F.interpolate(flow, scale_factor=2, mode="bilinear", align_corners=False)
    # Made at twice the size: what is drawn bilinearly is blurred, less so once it is halved.
    return F.avg_pool2d(warp(large, finer, "border"), 2), F.avg_pool2d(large, 2), flow


def random_flow(generator: torch.Generator) -> Tensor:
    """Motion of a camera, something soft that bends, and an object that goes its own way.

    Returns:
        (`BATCH`, 2, `SIDE`, `SIDE`) in pixels.
    """

    def drawn(*shape: int) -> Tensor:
        return torch.randn(BATCH, *shape, generator=generator)

    def moved() -> Tensor:
        speed = SLOWEST * (FASTEST / SLOWEST) ** torch.rand(BATCH, 1, 1, 1, generator=generator)
        way = drawn(2, 1, 1)
        length: Tensor = torch.linalg.vector_norm(way, dim=1, keepdim=True)
        return speed * way / length

    where = (torch.arange(SIDE) - (SIDE - 1) / 2) / SIDE
    y, x = (side.expand(BATCH, SIDE, SIDE) for side in torch.meshgrid(where, where, indexing="ij"))
    turn, approach = (scale * drawn(1, 1) for scale in (TURN, TURN))
    camera = torch.stack((approach * x - turn * y, turn * x + approach * y), dim=1)
    bent = F.interpolate(drawn(2, 4, 4), SIDE, mode="bicubic", align_corners=False)
    bent = bent * BEND * torch.rand(BATCH, 1, 1, 1, generator=generator).square()
    middle = 0.3 * drawn(2, 1, 1)
    reach = 0.15 + 0.2 * torch.rand(BATCH, 1, 1, 1, generator=generator)
    inside = (x[:, None] - middle[:, :1]) ** 2 + (y[:, None] - middle[:, 1:]) ** 2 < reach**2
    return moved() + camera + bent + torch.where(inside, moved(), torch.zeros(()))


def _frames(folder: Path) -> Iterator[Tensor]:
    """The first, middle and last frame of each clip, (3, 3, H, W) `uint8`."""
    for clip in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(clip.glob("*.png"))
        frames = [read_picture(files[n]).pixels for n in (0, len(files) // 2, -1)]
        yield torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)


def calibrate(module: nn.Module, batches: Iterable[Tensor]) -> None:
    """Make batch normalisation give back what it is given, with what it is given on batches.

    Args:
        module: Its normalisations are as they were built.
        batches: (N, C, H, W) each.
    """
    norms = [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]
    given: dict[nn.BatchNorm2d, list[Tensor]] = {norm: [] for norm in norms}
    for norm in norms:
        norm.running_var.fill_(1.0 - norm.eps)  # type: ignore[union-attr]
        norm.register_forward_pre_hook(lambda own, inputs: given[own].append(inputs[0]))
    module.eval()
    with torch.no_grad():
        for batch in batches:
            module(batch)
        for norm in norms:
            norm._forward_pre_hooks.clear()
            seen = torch.cat([x.transpose(0, 1).flatten(1) for x in given[norm]], dim=1)
            norm.running_mean, norm.running_var = seen.mean(dim=1), seen.var(dim=1)
            norm.weight.copy_((norm.running_var + norm.eps).sqrt())
            norm.bias.copy_(norm.running_mean)
    module.train()
