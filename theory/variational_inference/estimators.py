"""Checks of the part on gradient estimators: that they are unbiased, and their variances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import norm

from texloom.document.checks import Absolute, Measured, Relative, verifies
from theory.errors import beyond, worst
from theory.variational_inference.linear_model import encoder_nodes

ESTIMATED_AT = (np.array([0.4, -0.8]), np.array([0.7, 1.2]))


def bent_loss(z: np.ndarray) -> np.ndarray:
    """A loss that is neither quadratic nor separable, a cubic decoder: its expectation is exact by Gauss-Hermite."""
    return (z[..., 0] * z[..., 1] - z[..., 0] ** 3 / 4 - 0.5) ** 2 / 2


def bent_gradient(z: np.ndarray) -> np.ndarray:
    """The gradient of `bent_loss`, shape (..., 2)."""
    residual = z[..., 0] * z[..., 1] - z[..., 0] ** 3 / 4 - 0.5
    return residual[..., None] * np.stack([z[..., 1] - 3 * z[..., 0] ** 2 / 4, z[..., 0]], axis=-1)


def expected_gradient(g: np.ndarray, h: np.ndarray, step: float = 1e-3) -> np.ndarray:
    """The derivatives of E[bent_loss] by g and h, by differences of the exact expectation; error below 1e-10."""

    def expectation(parameters: np.ndarray) -> float:
        z, weights = encoder_nodes(parameters[:2], parameters[2:])
        return float(weights @ bent_loss(z))

    at = np.concatenate([g, h])
    slopes = []
    for direction in np.eye(4) * step:
        values = [expectation(at + k * direction) for k in (-2, -1, 1, 2)]
        slopes.append(np.dot([1, -8, 8, -1], values) / (12 * step))
    return np.array(slopes)


def score_function(noise: np.ndarray, h: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """One draw of the estimator eq:vi-score-function: the derivatives by g, then by h; noise of shape (..., k)."""
    return loss[..., None] * np.concatenate([noise / h, (noise**2 - 1) / h], axis=-1)


def pathwise(noise: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """One draw of the estimator eq:vi-pathwise: the derivatives by g, then by h; both of shape (..., k)."""
    return np.concatenate([gradient, noise * gradient], axis=-1)


@verifies("eq:vi-score-function", how="mean by Gauss-Hermite quadrature against differences of the exact expectation")
def score_function_mean(formula=score_function) -> Measured:
    g, h = ESTIMATED_AT
    z, weights = encoder_nodes(g, h)
    return Absolute(worst(weights @ formula((z - g) / h, h, bent_loss(z)) - expected_gradient(g, h)), tolerance=1e-8)


@verifies("eq:vi-pathwise", how="mean by Gauss-Hermite quadrature against differences of the exact expectation")
def pathwise_mean(formula=pathwise) -> Measured:
    g, h = ESTIMATED_AT
    z, weights = encoder_nodes(g, h)
    return Absolute(worst(weights @ formula((z - g) / h, bent_gradient(z)) - expected_gradient(g, h)), tolerance=1e-8)


def pathwise_variance(h: float, c: float = 1.0) -> float:
    """Eq:vi-variance-pathwise."""
    return h**2 / c**2


def score_variance(delta: float, h: float, k: int, c: float = 1.0) -> float:
    """Eq:vi-variance-score."""
    alone = (delta**4 / h**2 + 14 * delta**2 + 15 * h**2) / (4 * c**2)
    square = delta**2 + h**2
    rest = (k - 1) * square**2 + 2 * h**2 * (2 * delta**2 + h**2) + 2 * square * (delta**2 + 3 * h**2)
    return alone + (k - 1) / (4 * c**2 * h**2) * rest


def baseline_variance(delta: float, h: float, k: int, c: float = 1.0) -> float:
    """Eq:vi-variance-baseline."""
    return (2 * (k + 1) * delta**2 + (k + 4) * h**2) / (2 * c**2)


def draws(delta: float, h: float, k: int, c: float = 1.0, count: int = 100_000, seed: int = 6) -> dict[str, np.ndarray]:
    """Draws of the estimators of the gradient by g₁, for the identity decoder in k dimensions."""
    noise = np.random.default_rng(seed).normal(size=(count, k))
    deviation = delta + h * noise
    loss = (deviation**2).sum(1) / (2 * c)
    expected = k * (delta**2 + h**2) / (2 * c)
    return {
        "pathwise": deviation[:, 0] / c,
        "score": loss * noise[:, 0] / h,
        "baseline": (loss - expected) * noise[:, 0] / h,
    }


VARIANCE_CASES = ((0.8, 0.5, 1, 0.6), (1.1, 0.7, 3, 1.5))
"""Shift δ, width h, dimension k, variance C."""


def exact_variance(estimator: str, delta: float, h: float, k: int, c: float) -> float:
    """The variance of one draw by Gauss-Hermite quadrature, exact for polynomials."""
    noise, weights = encoder_nodes(np.zeros(k), np.ones(k))
    deviation = delta + h * noise
    loss = (deviation**2).sum(1) / (2 * c)
    value = {
        "pathwise": deviation[:, 0] / c,
        "score": loss * noise[:, 0] / h,
        "baseline": (loss - weights @ loss) * noise[:, 0] / h,
    }[estimator]
    return float(weights @ value**2 - (weights @ value) ** 2)


def variance_error(estimator: str, formula: Callable[..., float]) -> float:
    """The largest relative error of a formula for a variance over the cases, compared with quadrature.

    It is at least 1 if the variance of draws deviates from the formula by more than 10 % in some case.
    """
    errors = []
    for case in VARIANCE_CASES:
        delta, h, k, c = case
        found = formula(delta, h, k, c)
        errors.append(found / exact_variance(estimator, *case) - 1)
        sampled = draws(delta, h, k, c, count=40_000)[estimator].var()
        errors.append(float(abs(sampled / found - 1) > 0.1))
    return worst(errors)


@verifies("eq:vi-variance-pathwise", how="Gauss-Hermite quadrature, and 40 000 draws within 10 %; 2 random cases")
def variance_pathwise(formula=pathwise_variance) -> Measured:
    return Relative(variance_error("pathwise", lambda _delta, h, _k, c: formula(h, c)), tolerance=1e-11)


@verifies("eq:vi-variance-score", how="Gauss-Hermite quadrature, and 40 000 draws within 10 %; 2 random cases")
def variance_score(formula=score_variance) -> Measured:
    return Relative(variance_error("score", formula), tolerance=1e-11)


@verifies("eq:vi-variance-baseline", how="Gauss-Hermite quadrature, and 40 000 draws within 10 %; 2 random cases")
def variance_baseline(formula=baseline_variance) -> Measured:
    return Relative(variance_error("baseline", formula), tolerance=1e-11)


def variance_bound(loss: float, slope_h: float, slope_g: float, h: float) -> float:
    """The right side of eq:vi-variance-bound, from the expected loss and its derivatives by h and g."""
    return ((loss + h * slope_h) / h) ** 2 - slope_g**2


@verifies("eq:vi-variance-bound", how="violation for a cubic decoder and for a step; attained by a constant loss")
def variance_bounded(formula=variance_bound) -> Measured:
    g, h = ESTIMATED_AT
    z, weights = encoder_nodes(g, h)
    noise, loss, slopes = (z - g) / h, bent_loss(z), expected_gradient(g, h)
    step_variance = (
        1 / 2 - norm.pdf(0) ** 2
    ) / 0.7**2  # of L = 1 where z > 0, for g = 0 and h = 0.7: half-normal moments
    errors = [beyond(formula(1 / 2, 0.0, norm.pdf(0) / 0.7, 0.7), step_variance, np.inf)]
    for j in range(2):
        draw = loss * noise[:, j] / h[j]
        variance = weights @ draw**2 - (weights @ draw) ** 2
        errors.append(beyond(formula(weights @ loss, slopes[2 + j], slopes[j], h[j]), variance, np.inf))
        errors.append(weights @ (1.7 * noise[:, j] / h[j]) ** 2 - formula(1.7, 0.0, 0.0, h[j]))
    return Absolute(worst(errors), tolerance=1e-8)


def oscillating_variances(nu: float, g: float, h: float) -> tuple[float, float]:
    """Eq:vi-variance-oscillating: pathwise, then score function, for the loss cos νz."""
    mean_square = nu**2 * np.sin(nu * g) ** 2 * np.exp(-((nu * h) ** 2))
    damped = np.cos(2 * nu * g) * np.exp(-2 * (nu * h) ** 2)
    path = nu**2 / 2 * (1 - damped) - mean_square
    score = (1 + (1 - 4 * (nu * h) ** 2) * damped) / (2 * h**2) - mean_square
    return path, score


@verifies("eq:vi-variance-oscillating", how="the trapezoidal rule for frequencies 0.3, 1, 2.5 and 6")
def variance_oscillating(formula=oscillating_variances) -> Measured:
    noise = np.linspace(-12, 12, 4001)
    weights = norm.pdf(noise) / norm.pdf(noise).sum()
    g, h, errors = 0.9, 0.6, []
    for nu in (0.3, 1.0, 2.5, 6.0):
        z = g + h * noise
        for value, found in zip((-nu * np.sin(nu * z), np.cos(nu * z) * noise / h), formula(nu, g, h), strict=True):
            errors.append(weights @ value**2 - (weights @ value) ** 2 - found)
    return Absolute(worst(errors), tolerance=1e-11)
