"""Bad settings are rejected, and the smoke settings pose the same problem."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.variational_autoencoder.config import VARIANTS, Config
from texloom.errors import ReportError


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"bernoulli": {"likelihood": "poisson"}}, "bernoulli.likelihood"),
        ({"standard": {"variance": 0.1}}, "standard: .*only the gaussian likelihood"),
        ({"weighted": {"beta": -1}}, "weighted.beta"),
        ({"constrained": {"threshold": 0}}, "constrained.threshold"),
        ({"constrained": {"dual_rate": 0}}, "constrained.dual_rate"),
        ({"gaussian": {"epochs": 0}}, "gaussian.epochs"),
        ({"gaussian": {"annealing": 3}}, "gaussian.annealing"),
        ({"standard": {"threshold": 10, "warm_up": 1}}, "standard: .*cannot be used with a threshold"),
        ({"latent_dim": 1}, "latent_dim"),
        ({"hidden": [0]}, "hidden.0"),
        ({"pairs": 9}, "pairs"),
        ({"training_images": 100}, "batch: 128, but there are only 100"),
        ({"test_images": 500}, "importance_images: .* only 500 test images"),
        ({"smoothing": 1}, "smoothing"),
        ({"training_images": 50_001}, "held_out_images: 10000 and training_images: 50001 are together more than 60000"),
        ({"recognised": 100}, "recognised"),
    ],
)
def test_bad_settings_are_refused_with_the_field(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportError, match=f"--set: (configuration: )?.*{field}"):
        Config().changed(settings)


def test_smoke_is_the_same_problem_made_small() -> None:
    smoke, report = Config.smoke(), Config()
    for name in VARIANTS:
        small, full = getattr(smoke, name), getattr(report, name)
        assert small.epochs < full.epochs
        assert small.model_copy(update={"epochs": full.epochs}) == full
    assert report.training_images == 50_000
    assert report.held_out_images == 10_000
    assert report.test_images == 10_000
    assert report.importance_samples >= 500
    assert (report.hidden, report.latent_dim, report.batch) == ((512, 256), 20, 128)
    assert report.standard.epochs <= 10  # the report claims the bound within ten epochs
