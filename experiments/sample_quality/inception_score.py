"""The inception score of class probabilities, eq:is-definition (Salimans et al. 2016)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import entr


class Score(NamedTuple):
    """The mean and the standard deviation of the score over splits (0 for a single split)."""

    mean: float
    deviation: float


def inception_score(posteriors: np.ndarray, splits: int = 1) -> Score:
    """exp E KL(p(y|x) ‖ p(y)) from p(y|x) of shape (n, classes), computed from the entropies of eq:is-entropy.

    Each split consists of n / splits consecutive rows, so shuffle rows that are sorted by class. The score is between 1
    and the number of classes. Raises ValueError if rows are not probabilities, or for more splits than rows.
    """
    posteriors = np.asarray(posteriors, np.float64)
    _check_probabilities(posteriors)
    if not 1 <= splits <= len(posteriors):
        raise ValueError(f"splits must be from 1 to {len(posteriors)}, the number of rows, got {splits}")
    scores = [np.exp(_information(part)) for part in np.array_split(posteriors, splits)]
    return Score(float(np.mean(scores)), float(np.std(scores)))


def _information(posteriors: np.ndarray) -> float:
    """The mutual information of image and class in nats: entropy of the mean minus the mean of the entropies."""
    marginal = posteriors.mean(axis=0)
    return float(max(entr(marginal).sum() - entr(posteriors).sum(axis=1).mean(), 0.0))


def _check_probabilities(posteriors: np.ndarray) -> None:
    if posteriors.ndim != 2 or not posteriors.size:
        raise ValueError(f"posteriors must have shape (n, classes) and not be empty, got {posteriors.shape}")
    sums = posteriors.sum(axis=1)
    worst = int(np.argmax(np.abs(sums - 1)))  # NaN counts as the largest
    if posteriors.min() < 0 or not abs(sums[worst] - 1) < 1e-3:
        raise ValueError(
            f"rows are not probabilities: lowest {posteriors.min():.4g}, row {worst} sums to {sums[worst]}"
        )
