"""All chapters that can be recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.recomputed import denoising_autoencoder, emoji_dcgan, metrics, quadratic_gan, variational_autoencoder
from tests.recomputed.report import Findings, Stored

CHAPTERS: dict[str, Callable[[Stored, Path], Findings]] = {
    "denoising_autoencoder": denoising_autoencoder.recompute,
    "quadratic_gan": quadratic_gan.recompute,
    "variational_autoencoder": variational_autoencoder.recompute,
    "emoji_dcgan": emoji_dcgan.recompute,
    "metrics": metrics.recompute,
}


def recompute_build(build: Path, data: Path) -> Iterator[tuple[Stored, list[str], list[str]]]:
    """Yield each run of these chapters, the metrics that were recomputed, and a line for each metric that differs."""
    for name, recompute in CHAPTERS.items():
        for folder in sorted((build / "runs" / name).glob("seed-*")):
            run = Stored(folder)
            findings = recompute(run, data)
            yield run, list(findings.values), findings.wrong(run.metrics)
