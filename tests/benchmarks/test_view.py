"""The cost of the live view: the fraction of the training time that is spent on curves and images.

    make bench

The times of two trainings differ by more than the view's cost, so the calls of the view are timed instead.
"""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

import pytest

from texloom.results.writer import RunWriter
from texloom.training import live, loop

TRAININGS: dict[str, dict[str, Any]] = {
    "denoising autoencoder": {"epochs": 3, "test_images": 100, "images_per_position": 1},
    "quadratic GAN": {"iterations": 3000},
    "emoji DCGAN": {"iterations": 1000, "real_images": 64, "evaluation_images": 16, "control_images": 16},
}
"""The report's settings, with fewer steps and a small evaluation that is not timed."""


@pytest.mark.parametrize("name", TRAININGS)
def test_view(benchmark, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Time a training of `blocks` blocks, and the share of this time that the view takes."""
    package = f"experiments.{name.lower().replace(' ', '_')}"
    module, settings, declared = (
        importlib.import_module(f"{package}.{each}") for each in ("train", "config", "metrics")
    )
    config = settings.Config().changed(TRAININGS[name])
    train, show = loop.run, live.Curves.__call__
    training, viewing = [], []

    def timed(function: Any, seconds: list[float]) -> Any:
        def run(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            result = function(*arguments, **options)
            seconds.append(time.perf_counter() - started)
            return result

        return run

    monkeypatch.setattr(loop, "run", timed(train, training))
    monkeypatch.setattr(live.Curves, "__call__", timed(show, viewing))
    live.open_view(tmp_path, go_on=False)
    try:
        benchmark.pedantic(lambda: module.train(config, 0, RunWriter(declared.METRICS)), rounds=1)
    finally:
        live.close_view()
    seen, unseen = sum(training), sum(training) - sum(viewing)
    row = {"work": f"{name}, a training with the live view", "peer": "without the view"}
    ratio = {"ratio": unseen / seen, "lowest": unseen / seen, "highest": unseen / seen, "at_least": 0.98}
    benchmark.extra_info["rows"] = [row | ratio | {"ours_seconds": seen, "peer_seconds": unseen, "rounds": 1}]
    print(f"\n{row['work']}: the view takes {100 * sum(viewing) / seen:.2f} % of {seen:.1f} s in {len(viewing)} blocks")
