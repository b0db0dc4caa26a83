"""Points have the expected positions and noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from experiments.my_experiment.data import curve, draw_points


def test_points_without_noise_lie_on_the_curve() -> None:
    x, y = draw_points(100, noise=0.0, seed=0)
    assert x.shape == y.shape == (100, 1)
    np.testing.assert_allclose(y, curve(x), atol=1e-6)


def test_x_fills_one_period_and_the_noise_has_its_deviation() -> None:
    x, y = draw_points(40_000, noise=0.3, seed=1)
    assert np.std(x) == pytest.approx(2 * math.pi / math.sqrt(12), rel=0.02)
    assert np.std(y - curve(x)) == pytest.approx(0.3, rel=0.02)


def test_each_seed_draws_its_own_points() -> None:
    first, again, other = (draw_points(10, noise=0.1, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.allclose(first.x, other.x)
