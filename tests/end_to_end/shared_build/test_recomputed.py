"""Every printed metric that can be computed from stored arrays and weights is recomputed by independent code."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Checkout
from tests.recomputed.all import CHAPTERS, recompute_build

MOST_LEFT = {
    "denoising_autoencoder": 0,
    "quadratic_gan": 0,
    "variational_autoencoder": 3,
    "emoji_dcgan": 20,
    "metrics": 34,
}
"""Numbers of metrics that cannot be recomputed: they need another network, or images or weights that are not stored."""


@pytest.mark.slow
def test_stored_metrics_are_those_of_the_definitions(built: Checkout) -> None:
    seen = set()
    for run, covered, failures in recompute_build(built.folder / "build/smoke", built.folder / "data"):
        name = run.folder.parent.name
        seen.add(name)
        assert failures == []
        assert len(set(run.metrics) - set(covered)) <= MOST_LEFT[name]
    assert seen == set(CHAPTERS)
