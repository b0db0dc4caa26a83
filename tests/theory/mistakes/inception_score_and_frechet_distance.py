"""Wrong formulas of `inception_score_and_frechet_distance.tex`."""

from __future__ import annotations

import numpy as np

from tests.theory.mistakes import Mistakes
from theory import inception_score_and_frechet_distance as quality


def without_root(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The formula for covariances that commute, tr (Σ₁^½ − Σ₂^½)², applied to covariances that do not."""
    roots = np.asarray(quality.sqrtm(cov)) - np.asarray(quality.sqrtm(other_cov))
    return float(((mean - other_mean) ** 2).sum() + np.trace(roots @ roots))


def without_cross_term(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The factor 2 before the root is missing."""
    independent = ((mean - other_mean) ** 2).sum() + np.trace(cov + other_cov)
    return float((independent + quality.frechet(mean, cov, other_mean, other_cov)) / 2)


WRONG: Mistakes = {
    "eq:is-entropy": [
        {"formula": lambda diversity, doubt: diversity + doubt},
        {"formula": lambda diversity, doubt: doubt - diversity},
        {"formula": lambda diversity, _doubt: diversity},
    ],
    "eq:is-range": [
        {"low": lambda _classes: 0.0},
        {"high": lambda classes: np.log(classes)},
        {"high": lambda classes: classes - 1},
    ],
    "eq:is-bias": [
        {"formula": lambda variance, marginal, n: (variance / marginal).sum() / (2 * n)},
        {"formula": lambda variance, marginal, n: -(variance / marginal).sum() / n},
        {"formula": lambda variance, marginal, n: -(variance / marginal**2).sum() / (2 * n)},
        {"order": 1},
    ],
    "eq:fid-frechet": [
        {"formula": without_root},
        {"formula": without_cross_term},
        {"formula": lambda mean, cov, other, other_cov: np.sqrt(quality.frechet(mean, cov, other, other_cov))},
        {"formula": lambda mean, cov, other, other_cov: quality.frechet(mean, cov, -other, other_cov)},
    ],
    "eq:fid-lower-bound": [
        {"bound": without_cross_term},
        {"bound": lambda mean, cov, other, other_cov: 1.2 * quality.frechet(mean, cov, other, other_cov)},
    ],
    "eq:fid-nuclear": [
        {"formula": lambda features, others: quality.root_trace(features, others) / 2},
        {"formula": lambda features, others: quality.root_trace(features + features**2, others)},
        {"formula": lambda features, _others: quality.root_trace(features, features)},
    ],
    "eq:fid-bias": [
        {"formula": lambda eigenvalues, n: 2 * quality.distance_bias(eigenvalues, n)},
        {"formula": lambda eigenvalues, n: quality.distance_bias(eigenvalues, n) - eigenvalues.sum() / (4 * n)},
        {"formula": lambda eigenvalues, n: eigenvalues.sum() / n},
    ],
    "eq:fid-two-samples": [
        {"formula": lambda eigenvalues, n, m: quality.two_sample_bias(eigenvalues, n, m) / 2},
        {"formula": lambda eigenvalues, n, m: 2 * quality.distance_bias(eigenvalues, min(n, m))},
        {"formula": lambda eigenvalues, n, m: 2 * quality.distance_bias(eigenvalues, n + m)},
    ],
}
