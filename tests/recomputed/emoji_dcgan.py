"""The emoji DCGAN's metrics: losses from the history, spectra from the stored weights and new codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.recomputed.networks import generator, stored
from tests.recomputed.report import Findings, Stored

DRAWN = 600


def recompute(run: Stored, data: Path) -> Findings:
    found = Findings()
    images = np.load(data / "emoji" / "images.npy")[: run.config["real_images"]]
    tail = max(round(len(run.history["iteration"]) / 10), 1)
    loss = {name: run.history[f"{name}_loss"][-tail:].mean() for name in ("discriminator", "generator")}
    for name, value in loss.items():
        found.exact(f"{name}_loss", value)
    found.exact("divergence_bound", 2 - 8 * loss["discriminator"])
    _counts(run, images, found)
    _arrays(run, found)
    real = power(images)
    for name in ("generator", "average"):
        _spectrum(run, name, real, found)
    return found


def _counts(run: Stored, images: np.ndarray, found: Findings) -> None:
    found.exact("real_count", len(images))
    found.exact("half_count", len(images) // 2)
    for name in ("noise", "untrained", "few"):
        found.exact(f"{name}_count", run.config["control_images"])
    for name in ("generator", "average"):
        found.exact(f"{name}_count", run.config["evaluation_images"])
    times = np.unique(images.reshape(len(images), -1), axis=0, return_counts=True)[1]
    found.exact("duplicates", (times - 1).sum())
    found.exact("duplicate_groups", (times > 1).sum())


def _arrays(run: Stored, found: Findings) -> None:
    for kind in ("noise", "blur"):
        levels = run.arrays[f"{kind}_distances"]
        found.exact(f"{kind}_least_rise", min(levels[1:] - levels[:-1]))
    sample, real = run.arrays["sample_nearest"], run.arrays["real_nearest"]
    found.exact("sample_nearest", np.median(sample))
    found.exact("real_nearest", np.median(real))
    found.exact("least_nearest", min(sample))
    found.exact("near_copies", 100 * np.mean(sample < np.quantile(real, 0.05)))
    for distance in ("fid", "kid"):
        one, other = (run.metrics[f"{name}_{distance}"] for name in ("generator", "average"))
        gain = (one["value"] - other["value"]) / (one["error"] ** 2 + other["error"] ** 2) ** 0.5
        found.exact(f"{distance}_gain", gain)
    for name in ("half", "noise", "untrained", "few", "generator", "average"):
        found.exact(f"{name}_kid_error", run.metrics[f"{name}_kid"]["error"])


def power(images: np.ndarray) -> np.ndarray:
    """The power of each grey image at each pair of frequencies, from cosines and sines instead of an FFT."""
    grey, position = images.mean(axis=3) / 255, np.arange(32)
    phase = 2 * np.pi * np.outer(np.arange(32), position) / 32
    wave = np.cos(phase) - 1j * np.sin(phase)
    coefficient = wave @ grey @ wave.T / 32**2
    return np.abs(coefficient) ** 2


def _spectrum(run: Stored, name: str, real: np.ndarray, found: Findings) -> None:
    """Shares of the power for new codes; old and new shares must agree within five standard errors of both samples."""
    codes = np.random.default_rng(99).uniform(-1, 1, (DRAWN, run.config["latent_dim"]))
    weights = stored(run.weights, name)
    *others, last = weights
    drawn = power(np.rint(generator(codes, weights)))
    size = run.config["evaluation_images"]
    for pattern, at in {"rows": (16, 0), "columns": (0, 16), "checks": (16, 16)}.items():
        _share(f"{name}_{pattern}_power", drawn[:, *at], real[:, *at], size, found)
    levelled = last.copy()
    for row, column in np.ndindex(2, 2):
        excess = last[row::2, column::2].sum(axis=(0, 1)) - last.sum(axis=(0, 1)) / 4
        levelled[row::2, column::2] -= excess / 4
    drawn = power(np.rint(generator(codes, [*others, levelled])))
    _share(f"{name}_levelled_power", drawn[:, 16, 16], real[:, 16, 16], min(size, run.config["levelled_images"]), found)
    plane = run.arrays[f"{name}_plane"]
    for pattern, at in {"rows": (16, 0), "columns": (0, 16), "checks": (16, 16)}.items():
        assert np.isclose(plane[at], run.metrics[f"{name}_{pattern}_power"]["value"])
    mask = np.ones(plane.shape, bool)
    mask[[0, 16, 0, 16], [0, 0, 16, 16]] = False
    found.exact(f"{name}_other_power", plane[mask].max())
    found.exact(f"{name}_least_power", run.arrays[f"{name}_power"].min())
    found.exact(f"{name}_last_power", run.arrays[f"{name}_power"][15])


def _share(name: str, drawn: np.ndarray, real: np.ndarray, size: int, found: Findings) -> None:
    share = drawn.mean() / real.mean()
    error = drawn.std() * np.sqrt(1 / len(drawn) + 1 / size) / real.mean()
    found.within(name, share, 5 * error)
