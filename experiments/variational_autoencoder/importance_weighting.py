"""The importance-weighted bound of a log likelihood (Burda, Grosse and Salakhutdinov 2016)."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp


def importance_weighted_bound(log_weights: np.ndarray, samples: int) -> np.ndarray:
    """ln of the mean of `samples` importance weights, averaged over all disjoint groups of draws; shape (n,).

    log_weights: ln p(x, z) − ln q(z) in nats at z drawn from q, float of shape (n, draws). In expectation the result is
    at most ln p(x), and grows with `samples` towards it; with one sample it is the evidence lower bound. If one number
    of samples divides another, this order also holds for the given draws themselves, by Jensen's inequality.

    Raises ValueError for more samples than draws.
    """
    count, draws = log_weights.shape
    if not 1 <= samples <= draws:
        raise ValueError(f"samples must be from 1 to {draws}, the number of draws, got {samples}")
    groups = np.asarray(log_weights, np.float64)[:, : draws // samples * samples].reshape(count, -1, samples)
    return (logsumexp(groups, axis=2) - np.log(samples)).mean(axis=1)


def standard_error(values: np.ndarray) -> float:
    """The standard error of the mean of independent values, shape (n,); zero for a single value."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
