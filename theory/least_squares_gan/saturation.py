"""Checks of the part on saturation: gradients with respect to the logit, divergences of nearly
disjoint distributions."""

from __future__ import annotations

import numpy as np
import sympy
from scipy.integrate import quad
from scipy.stats import norm

from texloom.document.checks import Absolute, Measured, Relative, Symbolic, verifies
from theory.errors import beyond, worst
from theory.least_squares_gan.distributions import PAIRS, disjoint_pair, gaussian_pair, jsd, triangular

LOGIT, TARGET = sympy.symbols("logit target", real=True)
SIGMOID = 1 / (1 + sympy.exp(-LOGIT))
LOSSES = (sympy.log(1 - SIGMOID), -sympy.log(SIGMOID), (LOGIT - TARGET) ** 2 / 2)


@verifies("eq:lsgan-logit-gradients", how="symbolic derivatives, the difference simplified to 0")
def logit_gradients(formulas=(-SIGMOID, -(1 - SIGMOID), LOGIT - TARGET)) -> Measured:
    differences = [sympy.diff(loss, LOGIT) - formula for loss, formula in zip(LOSSES, formulas, strict=True)]
    return Symbolic(sum(sympy.simplify(difference) != 0 for difference in differences))


@verifies("eq:lsgan-logit-limits", how="symbolic limits, and of the quotients with the asymptotic forms")
def logit_limits(
    left=(0, -1, -sympy.oo),
    right=(-1, 0, sympy.oo),
    tails=(-sympy.exp(LOGIT), -sympy.exp(-LOGIT)),
) -> Measured:
    gradients = [sympy.diff(loss, LOGIT) for loss in LOSSES]
    wrong = sum(sympy.limit(g, LOGIT, -sympy.oo) != value for g, value in zip(gradients, left, strict=True))
    wrong += sum(sympy.limit(g, LOGIT, sympy.oo) != value for g, value in zip(gradients, right, strict=True))
    wrong += sympy.limit(sympy.simplify(gradients[0] / tails[0]), LOGIT, -sympy.oo) != 1
    wrong += sympy.limit(sympy.simplify(gradients[1] / tails[1]), LOGIT, sympy.oo) != 1
    return Symbolic(wrong)


STRENGTH, DEPTH, PLACE = sympy.symbols("t u x", positive=True)
SHAPE = sympy.Function("phi")(PLACE)
ACCEPTED = 1 / (1 + sympy.exp(STRENGTH * DEPTH))
"""The discriminator σ(tφ) where φ = −u."""


@verifies("eq:lsgan-perfect", how="symbolic gradients for any φ, and symbolic limits")
def perfect_discriminator(
    minimax=STRENGTH * ACCEPTED,
    nonsaturating=STRENGTH * sympy.exp(STRENGTH * DEPTH) * ACCEPTED,
    limits=(0, sympy.oo),
) -> Measured:
    """The factors before −∇φ."""
    discriminator = SIGMOID.subs(LOGIT, STRENGTH * SHAPE)
    losses, factors = (sympy.log(1 - discriminator), -sympy.log(discriminator)), (minimax, nonsaturating)
    wrong = 0
    for loss, factor, limit in zip(losses, factors, limits, strict=True):
        difference = sympy.diff(loss, PLACE) + factor.subs(DEPTH, -SHAPE) * sympy.diff(SHAPE, PLACE)
        wrong += sympy.simplify(difference) != 0
        wrong += sympy.limit(factor.subs(DEPTH, 1), STRENGTH, sympy.oo) != limit
    return Symbolic(wrong)


def jsd_from_ceiling(p: np.ndarray, q: np.ndarray) -> float:
    """The right side of eq:lsgan-jsd-ceiling."""
    both = (p > 0) & (q > 0)
    p, q = p[both], q[both]
    return float(np.log(2) - (p @ np.log1p(q / p) + q @ np.log1p(p / q)) / 2)


@verifies("eq:lsgan-jsd-ceiling", how="22 random pairs of distributions, two of them disjoint with value ln 2")
def jsd_ceiling(formula=jsd_from_ceiling, ceiling=np.log(2)) -> Measured:
    errors = [formula(p, q) - jsd(p, q) for p, q in PAIRS]
    at_ceiling = [jsd(*disjoint_pair(seed)) - ceiling for seed in range(5)]
    above = [max(0, jsd(p, q) - ceiling) for p, q in PAIRS]
    return Absolute(worst(errors + at_ceiling + above), tolerance=1e-13)


@verifies("eq:lsgan-cauchy", how="the integral by adaptive quadrature, at 7 points for 2 pairs of scales")
def cauchy(formula=lambda q, s0, s1: s0 * s1 / (np.pi * (s0**2 * q**2 + s1**2))) -> Measured:
    def by_quadrature(q: float, s0: float, s1: float) -> float:
        return 2 * quad(lambda v: v * norm.pdf(v, 0, s0) * norm.pdf(q * v, 0, s1), 0, 12 * s0, epsabs=1e-13)[0]

    cases = [(q, *scales) for q in np.linspace(-3, 3, 7) for scales in ((0.5, 1.3), (2.0, 0.7))]
    return Absolute(worst(formula(*case) - by_quadrature(*case) for case in cases), tolerance=1e-10)


@verifies("eq:lsgan-tail", how="the probability at q = 1 000 000 by quadrature, two densities, normal slopes")
def tail(limit=lambda density, slope: density * slope) -> Measured:
    distributions = ((1.0, lambda d: d), (2.0, lambda d: 2 * d - d**2))  # density at 0, distribution function
    q, errors = 1e6, []
    for density, below in distributions:
        exceeded, _ = quad(lambda w, below=below: 2 * norm.pdf(w, 0, 0.7) * below(w / q), 0, 10, epsabs=1e-16)
        errors.append(q * exceeded / limit(density, 0.7 * np.sqrt(2 / np.pi)) - 1)
    return Relative(worst(errors), tolerance=1e-5)


@verifies("eq:lsgan-ceiling", how="22 random pairs of distributions, two of them disjoint with value 2")
def ceiling(formula=lambda p, q: 2 - (4 * p * q / (p + q)).sum(), largest=2.0) -> Measured:
    errors = [formula(p, q) - triangular(p, q) for p, q in PAIRS]
    return Absolute(worst([*errors, triangular(*disjoint_pair(2)) - largest]), tolerance=1e-13)


@verifies("eq:lsgan-overlap", how="largest violation over 22 random pairs and 40 pairs of shifted Gaussians")
def overlap(bounds=lambda coefficient: (coefficient, 2 * coefficient)) -> Measured:
    def violation(p: np.ndarray, q: np.ndarray) -> float:
        for_jsd, for_triangular = bounds(np.sqrt(p * q).sum())
        return beyond(0, np.log(2) - jsd(p, q), for_jsd) + beyond(0, 2 - triangular(p, q), for_triangular)

    shifted = [gaussian_pair(t) for t in np.linspace(0, 10, 40)]
    return Absolute(worst(violation(p, q) for p, q in PAIRS + shifted), tolerance=1e-14)
