"""A stub for the network that evaluates images, called the judge, and images for it."""

from __future__ import annotations

import pytest

from experiments.metrics.judge import Judge
from experiments.metrics.samples import Data
from tests.experiments.metrics.judges import toy_data, toy_judge


@pytest.fixture(scope="session")
def data() -> Data:
    """Digits that are bright squares."""
    return toy_data()


@pytest.fixture(scope="session")
def judge(data: Data) -> Judge:
    """The judge of these digits."""
    return toy_judge(data)
