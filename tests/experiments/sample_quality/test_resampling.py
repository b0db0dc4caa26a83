"""The bootstrap compared with errors in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.sample_quality.resampling import bootstrap_error


def test_the_error_of_a_mean_is_the_deviation_over_the_root_of_the_count() -> None:
    values = np.random.default_rng(0).normal(size=2000)
    error = bootstrap_error(lambda rows: float(values[rows].mean()), len(values), repeats=400)
    assert error == pytest.approx(values.std() / 2000**0.5, rel=0.1)


def test_the_same_seed_draws_the_same_samples_and_another_one_others() -> None:
    values = np.arange(10.0)
    one, again, other = (bootstrap_error(lambda rows: float(values[rows].mean()), 10, seed=seed) for seed in (0, 0, 1))
    assert one == again != other


def test_one_image_has_no_error() -> None:
    with pytest.raises(ValueError, match="needs at least 2 images, got 1"):
        bootstrap_error(len, 1)
