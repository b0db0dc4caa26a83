"""The importance-weighted bound compared with closed forms, and its order in the number of samples."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from experiments.variational_autoencoder.importance_weighting import importance_weighted_bound, standard_error


def test_by_hand() -> None:
    weights = np.log([[1.0, 3.0, 2.0, 6.0]])
    assert importance_weighted_bound(weights, 4) == pytest.approx([np.log(3.0)])
    assert importance_weighted_bound(weights, 2) == pytest.approx([(np.log(2.0) + np.log(4.0)) / 2])
    assert importance_weighted_bound(weights, 1) == pytest.approx([np.log(36.0) / 4])
    assert importance_weighted_bound(weights, 3) == pytest.approx([np.log(2.0)])  # an incomplete group is dropped


def test_with_the_exact_posterior_every_number_of_samples_gives_the_log_likelihood() -> None:
    """z ~ N(0, 1), x | z ~ N(z, 1): the posterior is N(x/2, 1/2), the evidence N(0, 2)."""
    x, z = 1.3, norm(0.65, np.sqrt(0.5)).rvs(50, random_state=0)
    log_weights = norm.logpdf(x, z, 1) + norm.logpdf(z) - norm.logpdf(z, 0.65, np.sqrt(0.5))
    for samples in (1, 5, 50):
        expected = [norm.logpdf(x, 0, np.sqrt(2))]
        np.testing.assert_allclose(importance_weighted_bound(log_weights[None], samples), expected, rtol=1e-12)


def test_with_a_wrong_posterior_it_rises_from_the_elbo_to_the_log_likelihood() -> None:
    """The same model with q = N(0, 1): ELBO = E ln p(x | z) = −½ ln 2π − ½ (x² + 1)."""
    rng, x = np.random.default_rng(0), 1.3
    log_weights = norm.logpdf(x, rng.normal(size=(40, 5000)), 1)
    elbo, few, many = (importance_weighted_bound(log_weights, samples).mean() for samples in (1, 5, 1000))
    assert elbo == pytest.approx(-0.5 * np.log(2 * np.pi) - 0.5 * (x**2 + 1), abs=0.01)
    assert elbo < few - 0.1 < many
    assert many == pytest.approx(norm.logpdf(x, 0, np.sqrt(2)), abs=0.01)


@given(arrays(np.float64, (3, 60), elements=st.floats(-800, 800)))
def test_more_samples_never_lower_the_bound_of_the_same_draws(log_weights: np.ndarray) -> None:
    bounds = [importance_weighted_bound(log_weights, samples) for samples in (1, 3, 15, 60)]
    for fewer, more in pairwise(bounds):
        assert np.all(fewer <= more + 1e-9 * (1 + np.abs(more)))
    assert np.all(bounds[-1] <= log_weights.max(axis=1) + 1e-9)


def test_weights_beyond_floating_point_do_not_overflow() -> None:
    np.testing.assert_allclose(importance_weighted_bound(np.full((2, 8), -1e5), 8), -1e5)
    np.testing.assert_allclose(importance_weighted_bound(np.full((2, 8), 1e5), 4), 1e5)


@pytest.mark.parametrize("samples", [0, 9, -1])
def test_a_number_of_samples_that_was_not_drawn_is_refused(samples: int) -> None:
    with pytest.raises(ValueError, match=f"samples must be from 1 to 8, the number of draws, got {samples}"):
        importance_weighted_bound(np.zeros((2, 8)), samples)


def test_standard_error() -> None:
    assert standard_error(np.array([1.0, 3.0])) == pytest.approx(1.0)  # the deviation √2, divided by √2
    assert standard_error(np.array([5.0])) == 0
