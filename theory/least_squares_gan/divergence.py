"""Checks of the part on the divergence: the optimal discriminator, and what the generator then minimises."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from texloom.document.checks import Absolute, Measured, verifies
from theory.errors import beyond, worst
from theory.least_squares_gan.distributions import (
    CODINGS,
    PAIRS,
    PEARSON_CODINGS,
    discriminator_loss,
    disjoint_pair,
    generator_loss,
    jsd,
    optimal,
    random_pair,
    triangular,
)


def least_squares_fit(p: float, q: float, a: float, b: float) -> float:
    """The number d that minimises p (d − b)² + q (d − a)², by a general least-squares solver."""
    root = np.sqrt([p, q])
    return float(np.linalg.lstsq(root[:, None], root * [b, a], rcond=None)[0][0])


@verifies(
    "eq:lsgan-optimal-discriminator", how="minimised numerically point by point; the loss of random discriminators"
)
def optimal_discriminator(
    formula=optimal, excess=lambda d, best, p, q: ((p + q) * (d - best) ** 2).sum() / 2
) -> Measured:
    errors = []
    for a, b, _ in CODINGS:
        p, q = random_pair(21)
        best = np.array([least_squares_fit(*point, a, b) for point in zip(p, q, strict=True)])
        other = np.random.default_rng(22).normal(size=p.size)
        increase = discriminator_loss(other, p, q, a, b) - discriminator_loss(best, p, q, a, b)
        errors += [*(formula(p, q, a, b) - best), increase - excess(other, best, p, q)]
    return Absolute(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-value", how="22 random pairs of distributions, 4 codings")
def value(formula=lambda p, q, a, b, c: (((b - c) * p + (a - c) * q) ** 2 / (p + q)).sum()) -> Measured:
    cases = [(p, q, *codes) for p, q in PAIRS for codes in CODINGS]
    errors = [2 * generator_loss(optimal(p, q, a, b), p, q, c) - formula(p, q, a, b, c) for p, q, a, b, c in cases]
    return Absolute(worst(errors), tolerance=1e-12)


def value_under_pearson_codes() -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Twice the generator's objective at the optimum, for b − c = 1 and b − a = 2, with the distributions."""
    return [(2 * generator_loss(optimal(p, q, a, b), p, q, c), p, q) for p, q in PAIRS for a, b, c in PEARSON_CODINGS]


def chi_square(mu: np.ndarray, nu: np.ndarray) -> float:
    """Pearson's χ², with the second argument in the denominator."""
    return float(((mu - nu) ** 2 / nu).sum())


@verifies("eq:lsgan-pearson", how="22 random pairs of distributions, 2 codings with b − c = 1, b − a = 2")
def pearson(
    formula=lambda p, q: chi_square(2 * q, p + q), normalised=lambda p, q: 2 * chi_square(q, (p + q) / 2)
) -> Measured:
    values = value_under_pearson_codes()
    errors = [found - side(p, q) for found, p, q in values for side in (formula, normalised)]
    return Absolute(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-triangular", how="22 random pairs of distributions, 2 codings with b − c = 1, b − a = 2")
def triangular_form(formula=triangular) -> Measured:
    return Absolute(worst(found - formula(p, q) for found, p, q in value_under_pearson_codes()), tolerance=1e-12)


@verifies("eq:lsgan-bounds", how="largest violation over 22 random pairs and 2 pairs that attain the bounds")
def bounds(lower=lambda distance: distance**2 / 2, upper=lambda distance: distance) -> Measured:
    attained = [(np.array([0.8, 0.2]), np.array([0.2, 0.8])), disjoint_pair(3)]
    errors = []
    for p, q in PAIRS + attained:
        distance = np.abs(p - q).sum()
        errors.append(beyond(lower(distance), triangular(p, q), upper(distance)) + beyond(0, distance, 2))
    for (p, q), bound in zip(attained, (lower, upper), strict=True):
        errors.append(triangular(p, q) - bound(np.abs(p - q).sum()))
    return Absolute(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-bce", how="the objective maximised numerically at each point of 5 random pairs")
def cross_entropy(formula=lambda p, q: -np.log(4) + 2 * jsd(p, q)) -> Measured:
    def maximum(p: float, q: float) -> float:
        def negative(logit: float) -> float:
            return p * np.logaddexp(0, -logit) + q * np.logaddexp(0, logit)

        return -minimize_scalar(negative, bounds=(-60, 60), method="bounded", options={"xatol": 1e-9}).fun  # type: ignore[union-attr]

    found = [(sum(maximum(*point) for point in zip(p, q, strict=True)), p, q) for p, q in PAIRS[:4] + PAIRS[-1:]]
    return Absolute(worst(maximal - formula(p, q) for maximal, p, q in found), tolerance=1e-11)


@verifies("eq:lsgan-series", how="400 terms of the series, 10 random pairs of distributions with the same support")
def series(
    coefficient=lambda j: 1 / (2 * j * (2 * j - 1)), quadratic=lambda middle, contrast: 2 * middle @ contrast**2
) -> Measured:
    errors = []
    for seed in range(10):
        p, q = np.random.default_rng(seed).dirichlet(5 * np.ones(8), size=2)
        middle, contrast = (p + q) / 2, (p - q) / (p + q)
        j = np.arange(1, 401)
        total = coefficient(j) @ (contrast ** (2 * j[:, None]) @ middle)
        errors += [total - jsd(p, q), quadratic(middle, contrast) - triangular(p, q)]
    return Absolute(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-sandwich", how="largest violation over 22 random pairs; both constants attained in the limit")
def sandwich(low=1 / 4, high=np.log(2) / 2) -> Measured:
    violations = [beyond(low * triangular(p, q), jsd(p, q), high * triangular(p, q)) for p, q in PAIRS]
    p, direction = np.full(4, 0.25), np.array([1.0, -2.0, 3.0, -2.0])
    near = p + 1e-3 * direction
    attained = [jsd(p, near) / triangular(p, near) - low, jsd(*disjoint_pair(4)) / 2 - high]
    return Absolute(worst(violations + attained), tolerance=1e-4)


@verifies("eq:lsgan-affine", how="22 random pairs of distributions, 4 codings")
def affine(
    generator=lambda delta, a, b, c: 2 * ((a + b) / 2 - c) ** 2 + (b - a) ** 2 / 4 * delta,
    discriminator=lambda delta, a, b: (b - a) ** 2 / 4 * (1 - delta / 2),
) -> Measured:
    errors = []
    for p, q in PAIRS:
        for a, b, c in CODINGS:
            best, delta = optimal(p, q, a, b), triangular(p, q)
            errors.append(2 * generator_loss(best, p, q, c) - generator(delta, a, b, c))
            errors.append(discriminator_loss(best, p, q, a, b) - discriminator(delta, a, b))
    return Absolute(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-zero-one", how="22 random pairs of distributions, the codes a = 0, b = c = 1")
def zero_one(
    integral=lambda p, q: (q**2 / (p + q)).sum(),
    generator=lambda delta: 1 / 2 + delta / 4,
    discriminator=lambda delta: 1 / 4 - delta / 8,
) -> Measured:
    errors = []
    for p, q in PAIRS:
        best, delta = optimal(p, q, 0, 1), triangular(p, q)
        found = 2 * generator_loss(best, p, q, 1)
        errors += [found - integral(p, q), found - generator(delta)]
        errors.append(discriminator_loss(best, p, q, 0, 1) - discriminator(delta))
    return Absolute(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-certificate", how="largest violation over 2200 random discriminators; attained by the optimal one")
def certificate(formula=lambda loss: 2 - 8 * loss) -> Measured:
    rng = np.random.default_rng(23)
    errors = []
    for p, q in PAIRS:
        best, delta = optimal(p, q, 0, 1), triangular(p, q)
        errors.append(formula(discriminator_loss(best, p, q, 0, 1)) - delta)
        noise = rng.normal(size=(100, 1)) * rng.normal(size=(100, p.size))
        errors += [beyond(-np.inf, formula(discriminator_loss(best + n, p, q, 0, 1)), delta) for n in noise]
    return Absolute(worst(errors), tolerance=1e-13)


def one_term_expanded(p: np.ndarray, q: np.ndarray) -> float:
    """The right side of eq:lsgan-one-term."""
    middle, contrast = (p + q) / 2, (p - q) / (p + q)
    return float(1 / 4 + 3 / 8 * triangular(p, q) - middle @ contrast**3 / 4)


@verifies("eq:lsgan-one-term", how="22 random pairs of distributions")
def one_term(integral=lambda p, q: (q**3 / (p + q) ** 2).sum(), formula=one_term_expanded) -> Measured:
    errors = [q @ (optimal(p, q, 0, 1) - 1) ** 2 - side(p, q) for p, q in PAIRS for side in (integral, formula)]
    return Absolute(worst(errors), tolerance=1e-13)
