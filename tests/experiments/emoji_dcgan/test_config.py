"""Bad settings are rejected, and the report's settings are those of the task."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.emoji_dcgan.config import Config
from texloom.errors import ReportError


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"batch": 1}, "batch"),
        ({"sample_every": 300}, "sample_every = 300 does not divide iterations"),
        ({"average_decay": 1.0}, "average_decay"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"epochs": 3}, "unknown setting 'epochs'"),
    ],
)
def test_bad_settings_are_refused_with_the_field(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportError, match=field):
        Config().changed(settings)


def test_the_report_s_values_are_the_task_s() -> None:
    config = Config()
    assert (config.iterations, config.sample_every, config.batch, config.latent_dim) == (20_000, 200, 16, 100)
    assert (config.learning_rate, config.beta_1, config.evaluation_images) == (3e-4, 0.5, 3000)
    assert config.real_images is None
