"""The series obey Hooke's law, with the expected noise."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.my_experiment.config import Config
from experiments.my_experiment.data import draw_series


def test_without_noise_the_force_is_proportional_to_the_extension() -> None:
    extension, force = draw_series(Config(stiffness=30, noise=0, longest=0.2, points=5, series=2), seed=0)
    np.testing.assert_allclose(extension, [0, 0.05, 0.1, 0.15, 0.2])
    np.testing.assert_allclose(force, [[0, 1.5, 3, 4.5, 6]] * 2)


def test_the_noise_has_its_deviation() -> None:
    config = Config(noise=0.3, series=5000)
    extension, force = draw_series(config, seed=1)
    assert force.shape == (5000, config.points)
    assert np.std(force - config.stiffness * extension) == pytest.approx(0.3, rel=0.02)


def test_each_seed_draws_its_own_series() -> None:
    first, again, other = (draw_series(Config(series=2), seed).force for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
