"""The smoke settings compared with the report's."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.denoising_autoencoder.config import Config
from texloom.errors import ReportError


def test_smoke_is_smaller_and_the_same_problem() -> None:
    smoke, report = Config.smoke(), Config()
    assert (
        (smoke.patch, smoke.noise, smoke.strength)
        == (report.patch, report.noise, report.strength)
        == (8, "gaussian", 0.5)
    )
    assert smoke.epochs < report.epochs
    assert smoke.training_images < report.training_images == 60_000
    assert report.test_images == report.validation == 10_000


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"validation": 60_000}, "none are left to train on"), ({"tuning_images": 20_000}, "held-out images")],
)
def test_more_images_than_there_are_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ReportError, match=told):
        Config().changed(settings)
