"""Bad settings are rejected, and the report's settings are those of the task."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.quadratic_gan.config import Config
from texloom.errors import ReportError


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"coefficients": [0, 1, 2]}, "coefficients: .*a = 0 is a line"),
        ({"coefficients": [1, 2]}, "coefficients"),
        ({"coefficients": [float("inf"), 1, 2]}, "coefficients.0"),
        ({"x_range": [5, 5]}, "x_range: .*the lower end"),
        ({"batch": 0}, "batch"),
        ({"latent_dim": -1}, "latent_dim"),
        ({"training_points": 100}, "training_points: .*one iteration takes"),
        ({"record_every": 7}, "record_every = 7 does not divide sample_every"),
        ({"sample_every": 300}, "sample_every = 300 does not divide iterations"),
        ({"distance_points": 10**6}, "distance_points"),
        ({"reference": {"generator_hidden": [0, 16]}}, "reference.generator_hidden.0"),
        ({"reference": {"discriminator_hidden": [16, -1]}}, "reference.discriminator_hidden.1"),
        ({"reference": {"generator_hidden": [16, 16, 16]}}, "reference.generator_hidden"),
        ({"improved": {"optimizer": "sgd"}}, "improved.optimizer"),
        ({"improved": {"loss": "hinge"}}, "improved.loss"),
        ({"improved": {"turns": 0}}, "improved.turns"),
        ({"improved": {"final_rate": 0}}, "improved.final_rate"),
        ({"improved": {"momentum": 0.5}}, "improved.momentum"),
    ],
)
def test_bad_settings_are_refused_with_the_field(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportError, match=f"--set: (configuration: )?.*{field}"):
        Config().changed(settings)


def test_the_report_s_improved_protocol_takes_half_the_steps() -> None:
    config = Config()
    steps = [
        (protocol.turns * protocol.discriminator_steps, protocol.turns * protocol.generator_steps)
        for protocol in (config.reference, config.improved)
    ]
    assert steps == [(10, 10), (5, 5)]
    assert (config.reference.loss, config.reference.optimizer) == ("cross_entropy", "rmsprop")
    assert (config.reference.generator_rate, config.reference.discriminator_rate, config.batch) == (1e-3, 1e-3, 256)


def test_smoke_is_the_same_problem_with_fewer_iterations() -> None:
    smoke, report = Config.smoke(), Config()
    assert smoke.iterations < report.iterations == 10_000
    for name in ("coefficients", "x_range", "latent_dim", "batch", "reference", "improved"):
        assert getattr(smoke, name) == getattr(report, name)
