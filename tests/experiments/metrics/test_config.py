"""The smoke settings compared with the report's."""

from __future__ import annotations

from experiments.metrics.config import Config


def test_smoke_is_smaller_and_asks_the_same() -> None:
    smoke, report = Config.smoke(), Config()
    assert smoke.epochs < report.epochs
    assert smoke.emojis < report.emojis
    assert max(smoke.sizes) * 2 <= smoke.training_images
    assert max(report.sizes) * 2 <= report.training_images
