"""The inception score in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sample_quality.inception_score import inception_score


def random_posteriors(seed: int, count: int, classes: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(classes, 0.3), count)


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(2, 8))
def test_it_is_the_mean_divergence_from_the_marginal_and_in_its_range(seed: int, count: int, classes: int) -> None:
    posteriors = random_posteriors(seed, count, classes)
    marginal = posteriors.mean(0)
    divergences = [sum(p * np.log(p / q) for p, q in zip(row, marginal, strict=True) if p) for row in posteriors]
    score = inception_score(posteriors).mean
    assert score == pytest.approx(np.exp(np.mean(divergences)), rel=1e-9)
    assert 1 <= score <= classes + 1e-9


@pytest.mark.parametrize("shown", [1, 3, 10])
def test_certain_classes_shown_equally_often_are_counted(shown: int) -> None:
    assert inception_score(np.eye(10)[np.arange(30) % shown]).mean == pytest.approx(shown)


def test_a_classifier_in_doubt_over_every_image_gives_one() -> None:
    posteriors = np.tile(random_posteriors(0, 1, 5), (40, 1))
    assert inception_score(posteriors).mean == pytest.approx(1)


def test_two_values_by_hand() -> None:
    """Binary entropies: H(½) − H(0.9) = ln 2 + 0.9 ln 0.9 + 0.1 ln 0.1."""
    score = inception_score(np.array([[0.9, 0.1], [0.1, 0.9]])).mean
    assert score == pytest.approx(2 * 0.9**0.9 * 0.1**0.1)


def test_splits_are_runs_of_rows() -> None:
    posteriors = random_posteriors(1, 90, 6)
    parts = [inception_score(posteriors[start : start + 30]).mean for start in (0, 30, 60)]
    score = inception_score(posteriors, splits=3)
    assert score == pytest.approx((np.mean(parts), np.std(parts)))
    assert inception_score(posteriors).deviation == 0


def test_logits_and_broken_rows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not probabilities: lowest -1, row 0 sums to"):
        inception_score(np.array([[-1.0, 2.0], [0.5, 0.5]]))
    with pytest.raises(ValueError, match=r"row 1 sums to 0\.8"):
        inception_score(np.array([[0.5, 0.5], [0.5, 0.3]]))
    with pytest.raises(ValueError, match=r"row 1 sums to nan"):
        inception_score(np.array([[0.5, 0.5], [0.5, np.nan]]))
    with pytest.raises(ValueError, match=r"shape \(n, classes\) and not be empty, got \(2,\)"):
        inception_score(np.array([0.5, 0.5]))
    with pytest.raises(ValueError, match="splits must be from 1 to 2, the number of rows, got 3"):
        inception_score(np.eye(2), splits=3)
