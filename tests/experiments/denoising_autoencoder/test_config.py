"""The smoke values, beside the report's."""

from __future__ import annotations

from experiments.denoising_autoencoder.config import Config


def test_smoke_is_smaller_and_the_same_problem() -> None:
    smoke, report = Config.smoke(), Config()
    assert (
        (smoke.patch, smoke.noise, smoke.strength)
        == (report.patch, report.noise, report.strength)
        == (8, "gaussian", 0.5)
    )
    assert smoke.epochs < report.epochs
    assert smoke.training_images < report.training_images == 60_000
    assert report.test_images == 10_000
