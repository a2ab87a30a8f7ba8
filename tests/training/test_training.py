"""Training: what a run learns, leaves behind and goes on from."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from srstudio.core.errors import InputError, UsageError
from srstudio.core.frame import Pixels, crop_to_multiple, peak
from srstudio.core.progress import Cancelled, Progress
from srstudio.training.checkpoint import RunFolder
from srstudio.training.config import OptimiserName, TrainConfig, recipe
from srstudio.training.dataset import Pair, PatchSampler, find_pictures, hold_out, read_pairs
from srstudio.training.degradations import bicubic
from srstudio.training.losses import charbonnier
from srstudio.training.optimisers import OPTIMISERS
from srstudio.training.schedules import SCHEDULES
from srstudio.training.trainer import Trainer
from srstudio.training.validation import validate
from srstudio_models.loader import describe, load


def stripes(seed: int, size: int = 48) -> Pixels:
    """Slanted stripes: edges that a network can learn to sharpen."""
    rng = np.random.default_rng(seed)
    angle, period = rng.uniform(0, math.pi), rng.uniform(5, 9)
    y, x = np.mgrid[:size, :size]
    wave = np.sign(np.sin((x * math.cos(angle) + y * math.sin(angle)) * 2 * math.pi / period))
    return np.repeat((128 + 90 * wave).astype(np.uint8)[..., None], 3, axis=2)


def pairs(count: int = 4, scale: int = 2) -> list[Pair]:
    return [Pair(bicubic(high, scale), high) for high in map(stripes, range(count))]


def config(**changes: object) -> TrainConfig:
    settings = {"iterations": 40, "batch": 4, "patch": 12, "validate_every": 20, **changes}
    return recipe("fsrcnn", [f"{key}={value}" for key, value in settings.items()])


def lines(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def test_a_run_learns_and_its_checkpoint_runs_anywhere(tmp_path: Path) -> None:
    run = tmp_path / "run"
    settings = config(iterations=200, validate_every=100, ema=0.9)
    best = Trainer(settings).run([pairs()], pairs(2), RunFolder(run, resume=False), Progress())
    log = lines(run)
    losses = [line["loss"] for line in log if "loss" in line]
    validations = [line for line in log if "psnr" in line]
    assert losses[-1] < 0.7 * losses[0]
    assert [v["iteration"] for v in validations] == [100, 200]
    assert best == max(v["psnr"] for v in validations)
    spec = describe(run / "best.safetensors")
    again = validate(load(spec).module.requires_grad_(requires_grad=True), pairs(2), 2, "luma")
    assert again[0] == pytest.approx(best)


def test_a_resumed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    run = tmp_path / "run"

    class StopAt30:
        def __call__(self, event: object) -> None:
            if trainer.iteration == 30:
                progress.cancel()

    trainer = Trainer(config())
    progress = Progress(listener=StopAt30())
    with pytest.raises(Cancelled):
        trainer.run([pairs()], pairs(1), RunFolder(run, resume=False), progress)
    before = torch.load(run / "state.pt", weights_only=True)
    resumed = Trainer(config())
    resumed.run([pairs()], pairs(1), RunFolder(run, resume=True), Progress())
    assert before["iteration"] == 20
    assert resumed.iteration == 40
    assert [v["iteration"] for v in lines(run) if "psnr" in v] == [20, 40]


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    RunFolder(tmp_path, resume=False).log(iteration=1, loss=0.5)
    with pytest.raises(InputError, match="holds a run already; add --resume"):
        RunFolder(tmp_path, resume=False)


def test_the_same_seed_gives_the_same_network() -> None:
    def weights() -> torch.Tensor:
        trainer = Trainer(config())
        sampler = PatchSampler([pairs()], 2, 12, "luma", seed=1)
        for _ in range(3):
            trainer._step(sampler)
        return torch.cat([p.flatten() for p in trainer.module.parameters()])

    torch.testing.assert_close(weights(), weights(), rtol=0, atol=0)


def test_a_warm_start_takes_over_all_layers_but_the_one_that_enlarges(tmp_path: Path) -> None:
    first = Trainer(config(iterations=1, validate_every=1))
    first.run([pairs()], pairs(1), RunFolder(tmp_path, resume=False), Progress())
    start = tmp_path / "last.safetensors"
    second = Trainer(config(scale=3, start_from=start))
    ours = second.module.state_dict()
    theirs = load(describe(start)).module.state_dict()
    shared = [k for k in ours if not k.startswith("enlarge")]
    for key in shared:
        torch.testing.assert_close(ours[key], theirs[key])
    assert not torch.equal(ours["enlarge.weight"], theirs["enlarge.weight"])


def test_patches_of_low_and_high_show_the_same_place() -> None:
    high = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    low = high[::2, ::2]  # every second pixel: alignment shows exactly
    sampler = PatchSampler([[Pair(low, high)]], 2, 8, "rgb", seed=5)
    small, large = sampler.batch(32)
    # A symmetry of the square takes the kept pixel to one of the four of its block.
    blocks = torch.stack([large[..., y::2, x::2] for y in (0, 1) for x in (0, 1)])
    matches = (blocks == small).flatten(2).all(dim=2).any(dim=0)
    assert matches.all()


def test_each_set_gives_the_same_share_of_the_patches() -> None:
    large = Pair(np.zeros((90, 90, 3), np.uint8), np.zeros((180, 180, 3), np.uint8))
    small = Pair(np.full((9, 9, 3), 255, np.uint8), np.full((18, 18, 3), 255, np.uint8))
    sampler = PatchSampler([[large, large], [small]], 2, 8, "rgb", seed=0)
    patches, _ = sampler.batch(400)
    assert 0.4 < patches.amax(dim=(1, 2, 3)).mean().item() < 0.6


def test_soap_solves_a_badly_conditioned_problem_that_adam_does_not() -> None:
    """Least squares on inputs that are mostly their mean, like the pixels of a picture."""
    generator = torch.Generator().manual_seed(0)
    inputs = 1.0 + 0.2 * torch.randn(256, 25, generator=generator)
    targets = inputs @ torch.randn(25, 4, generator=generator)

    def loss_after(name: OptimiserName, steps: int = 300) -> float:
        weights = torch.zeros(4, 25, requires_grad=True)
        optimiser = OPTIMISERS[name]([weights], lr=5e-2)
        loss = torch.tensor(0.0)
        for step in range(steps):
            optimiser.param_groups[0]["lr"] = 5e-2 * (1 - step / steps)
            loss = ((inputs @ weights.T - targets) ** 2).mean()
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
        return loss.item()

    assert loss_after("soap") < 0.01 * loss_after("adam")


def test_all_eight_symmetries_are_drawn() -> None:
    high = np.arange(16 * 16 * 3, dtype=np.uint32).reshape(16, 16, 3).astype(np.uint8)
    sampler = PatchSampler([[Pair(high[::2, ::2], high)]], 2, 8, "rgb", seed=0)
    small, _ = sampler.batch(200)
    assert len({tuple(patch.flatten().tolist()) for patch in small}) == 8


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_degradation_keeps_the_type_and_a_flat_picture(dtype: type) -> None:
    flat: Pixels = np.full((12, 9, 3), 1, dtype=dtype)
    flat *= dtype(peak(flat))
    small = bicubic(flat, 3)
    assert small.dtype == dtype
    assert small.shape == (4, 3, 3)
    np.testing.assert_allclose(small, flat[:4, :3], rtol=1e-6)


def test_cropping_keeps_the_top_left() -> None:
    pixels = np.arange(7 * 8 * 3, dtype=np.uint8).reshape(7, 8, 3)
    np.testing.assert_array_equal(crop_to_multiple(pixels, 3), pixels[:6, :6])


def test_pictures_are_read_in_pairs(tmp_path: Path) -> None:
    Image.fromarray(stripes(1, 25)).save(tmp_path / "a.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    (pair,) = read_pairs(find_pictures(tmp_path), 2, Progress())
    assert pair.high.shape == (24, 24, 3)
    np.testing.assert_array_equal(pair.low, bicubic(stripes(1, 25)[:24, :24], 2))


@pytest.mark.parametrize(("pictures", "held"), [(2, 1), (19, 1), (45, 2), (399, 10)])
def test_some_pictures_of_each_set_are_held_out(pictures: int, held: int) -> None:
    sets = [[Path(f"{name}/{n}.png") for n in range(pictures)] for name in "ab"]
    train, valid = hold_out(sets)
    assert len(valid) == 2 * held
    assert sorted([*train[0], *train[1], *valid]) == sorted([*sets[0], *sets[1]])
    with pytest.raises(InputError, match="only one picture"):
        hold_out([[Path("a/1.png")]])


def test_data_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        find_pictures(tmp_path / "gone")
    with pytest.raises(InputError, match="holds no picture"):
        find_pictures(tmp_path)
    with pytest.raises(InputError, match="no picture is 200 pixels wide"):
        PatchSampler([pairs(1)], 2, 100, "luma", seed=0)


@pytest.mark.parametrize(
    ("name", "assignment", "words"),
    [
        ("fsrcnnn", "scale=2", "there is no recipe 'fsrcnnn'; choose from fsrcnn"),
        ("fsrcnn", "scale", "'scale' is not of the form key=value"),
        ("fsrcnn", "scale=1", "scale"),
        ("fsrcnn", "batch=many", "batch"),
        ("fsrcnn", "colour=red", "colour"),
    ],
)
def test_a_recipe_that_does_not_fit_is_explained(name: str, assignment: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        recipe(name, [assignment])


def test_schedules_have_their_closed_forms() -> None:
    assert SCHEDULES["cosine"](0.0) == pytest.approx(1.0)
    assert SCHEDULES["cosine"](0.5) == pytest.approx(0.5005)
    assert SCHEDULES["cosine"](1.0) == pytest.approx(1e-3)
    assert [SCHEDULES["halving"](d) for d in (0.0, 0.17, 0.34, 1.0)] == [1.0, 0.5, 0.25, 1 / 32]
    assert SCHEDULES["constant"](0.7) == 1.0


def test_charbonnier_has_its_closed_form() -> None:
    a, b = torch.zeros(4), torch.full((4,), 0.3)
    assert charbonnier(a, b).item() == pytest.approx(math.sqrt(0.09 + 1e-6))
    same = torch.zeros(4, requires_grad=True)
    (gradient,) = torch.autograd.grad(charbonnier(same, torch.zeros(4)), same)
    assert torch.isfinite(gradient).all()
