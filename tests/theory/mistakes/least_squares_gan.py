"""Wrong formulas of `least_squares_gan.tex`."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import sympy

from tests.theory.mistakes import Mistakes
from theory.least_squares_gan import distributions, divergence, saturation, step


def replaced(formulas: tuple, place: int, wrong: Any) -> tuple:
    """A tuple of formulas, one of which is wrong."""
    return (*formulas[:place], wrong, *formulas[place + 1 :])


LOGIT_GRADIENTS = signature(saturation.logit_gradients).parameters["formulas"].default

WRONG: Mistakes = {
    "eq:lsgan-logit-gradients": [
        {"formulas": replaced(LOGIT_GRADIENTS, 0, saturation.SIGMOID)},
        {"formulas": replaced(LOGIT_GRADIENTS, 1, -saturation.SIGMOID)},
        {"formulas": replaced(LOGIT_GRADIENTS, 2, 2 * (saturation.LOGIT - saturation.TARGET))},
    ],
    "eq:lsgan-logit-limits": [
        {"left": (-1, -1, -sympy.oo)},
        {"right": (-1, 0, -sympy.oo)},
        {"tails": (-sympy.exp(2 * saturation.LOGIT), -sympy.exp(-saturation.LOGIT))},
        {"tails": (-sympy.exp(saturation.LOGIT), sympy.exp(-saturation.LOGIT))},
    ],
    "eq:lsgan-jsd-ceiling": [
        {"formula": lambda p, q: 2 * saturation.jsd_from_ceiling(p, q) - np.log(2)},
        {"ceiling": np.log(4)},
    ],
    "eq:lsgan-cauchy": [
        {"formula": lambda q, s0, s1: s0 * s1 / (np.pi * (s1**2 * q**2 + s0**2))},
        {"formula": lambda q, s0, s1: s0 * s1 / (2 * np.pi * (s0**2 * q**2 + s1**2))},
    ],
    "eq:lsgan-perfect": [
        {"minimax": saturation.STRENGTH * (1 - saturation.ACCEPTED)},
        {"nonsaturating": saturation.STRENGTH * saturation.ACCEPTED},
        {"nonsaturating": saturation.STRENGTH * sympy.exp(-saturation.STRENGTH * saturation.DEPTH)},
        {"limits": (0, 1)},
    ],
    "eq:lsgan-tail": [
        {"limit": lambda density, slope: 2 * density * slope},
        {"limit": lambda _density, slope: slope},
        {"limit": lambda density, _slope: density},
    ],
    "eq:lsgan-ceiling": [
        {"formula": lambda p, q: 2 - (2 * p * q / (p + q)).sum()},
        {"formula": lambda p, q: 2 + (4 * p * q / (p + q)).sum()},
        {"largest": 1.0},
    ],
    "eq:lsgan-overlap": [
        {"bounds": lambda coefficient: (coefficient / 2, 2 * coefficient)},
        {"bounds": lambda coefficient: (coefficient, coefficient)},
        {"bounds": lambda coefficient: (coefficient**2, 2 * coefficient)},
    ],
    "eq:lsgan-optimal-discriminator": [
        {"formula": lambda p, q, a, b: (a * p + b * q) / (p + q)},
        {"formula": lambda p, q, a, b: (b * p - a * q) / (p + q)},
        {"excess": lambda d, best, p, q: ((p + q) * (d - best) ** 2).sum()},
    ],
    "eq:lsgan-value": [
        {"formula": lambda p, q, a, b, c: (((b - c) * p - (a - c) * q) ** 2 / (p + q)).sum()},
        {"formula": lambda p, q, a, b, c: (((b - c) * p + (a - c) * q) ** 2 / (p + q)).sum() / 2},
        {"formula": lambda p, q, a, b, c: (((b - c) * p + (a + c) * q) ** 2 / (p + q)).sum()},
    ],
    "eq:lsgan-pearson": [
        {"formula": lambda p, q: divergence.chi_square(q, p + q)},
        {"formula": lambda p, q: divergence.chi_square(2 * p, p + q) + divergence.chi_square(p, q + 1)},
        {"normalised": lambda p, q: divergence.chi_square(q, (p + q) / 2)},
    ],
    "eq:lsgan-triangular": [
        {"formula": lambda p, q: distributions.triangular(p, q) / 2},
        {"formula": lambda p, q: ((p - q) ** 2 / (p + q + p * q)).sum()},
    ],
    "eq:lsgan-bounds": [
        {"lower": lambda distance: distance**2},
        {"lower": lambda distance: distance**2 / 4},
        {"upper": lambda distance: distance / 2},
        {"upper": lambda distance: 2 * distance},
    ],
    "eq:lsgan-bce": [
        {"formula": lambda p, q: np.log(4) + 2 * distributions.jsd(p, q)},
        {"formula": lambda p, q: -np.log(4) + distributions.jsd(p, q)},
        {"formula": lambda p, q: -np.log(2) + 2 * distributions.jsd(p, q)},
    ],
    "eq:lsgan-series": [
        {"coefficient": lambda j: 1 / (2 * j * (2 * j + 1))},
        {"coefficient": lambda j: (-1.0) ** j / (2 * j * (2 * j - 1))},
        {"quadratic": lambda middle, contrast: middle @ contrast**2},
    ],
    "eq:lsgan-sandwich": [{"low": 1 / 3}, {"low": 1 / 8}, {"high": np.log(2)}, {"high": 1 / 4}],
    "eq:lsgan-affine": [
        {"generator": lambda delta, a, b, c: ((a + b) / 2 - c) ** 2 + (b - a) ** 2 / 4 * delta},
        {"generator": lambda delta, a, b, c: 2 * ((a + b) / 2 - c) ** 2 - (b - a) ** 2 / 4 * delta},
        {"generator": lambda delta, a, b, c: 2 * ((a + b) / 2 + c) ** 2 + (b - a) ** 2 / 4 * delta},
        {"discriminator": lambda delta, a, b: (b - a) ** 2 / 4 * (1 - delta)},
    ],
    "eq:lsgan-zero-one": [
        {"integral": lambda p, q: (p * q / (p + q)).sum()},
        {"generator": lambda delta: 1 / 2 - delta / 4},
        {"generator": lambda delta: 1 / 4 + delta / 4},
        {"discriminator": lambda delta: 1 / 4 + delta / 8},
    ],
    "eq:lsgan-certificate": [
        {"formula": lambda loss: 2 - 4 * loss},
        {"formula": lambda loss: 1 - 8 * loss},
    ],
    "eq:lsgan-one-term": [
        {"integral": lambda p, q: (q**2 / (p + q)).sum()},
        {"formula": lambda p, q: 1 / 4 + 3 / 8 * distributions.triangular(p, q)},
        {"formula": lambda p, q: divergence.one_term_expanded(q, p)},
    ],
    "eq:lsgan-step": [
        {"generating": lambda loss: step.antiderivative(lambda ratio: -loss(ratio))},
        {"generating": lambda loss: step.antiderivative(lambda ratio: loss(1 / ratio))},
    ],
    "eq:lsgan-step-nonsaturating": [
        {"divergence": lambda p, q: distributions.kl(q, p) + 2 * distributions.jsd(p, q)},
        {"divergence": lambda p, q: distributions.kl(p, q) - 2 * distributions.jsd(p, q)},
        {"closed": lambda p, q: 2 * distributions.kl(p, (p + q) / 2)},
        {"psi": lambda ratio: (1 + ratio) * np.log(1 + ratio) - (ratio - 1)},
        {"constant": 0.0},  # the derivative of ψ is ln (1 + ω)/2, not ln (1 + ω)
        {"second_derivative": lambda ratio: 1 / (ratio * (1 + ratio))},
    ],
    "eq:lsgan-step-zero-one": [
        {"divergence": lambda p, q: 2 * distributions.kl(p, (p + q) / 2) + distributions.triangular(p, q) / 4},
        {"divergence": lambda p, q: distributions.triangular(p, q) / 4},
        {"divergence": lambda p, q: 2 * distributions.kl(q, (p + q) / 2) - distributions.triangular(p, q) / 4},
        {"psi": lambda ratio: ratio - 2 * np.log(1 + ratio) + 1 / (1 + ratio) + 2 * np.log(2) - 3 / 2},
        {"second_derivative": lambda ratio: 2 * ratio / (1 + ratio) ** 2},
    ],
    "eq:lsgan-convex": [
        {"formula": lambda ratio, a, b, c: -2 * (b - a) * (c * (1 + ratio) - a * ratio - b) / (1 + ratio) ** 3},
        {"formula": lambda ratio, a, b, c: 2 * (b - a) * (c * (1 + ratio) - b * ratio - a) / (1 + ratio) ** 3},
        {"condition": lambda a, b, c: c >= (a + b) / 2},
        {"condition": lambda _a, b, c: c <= b},
    ],
    "eq:lsgan-two-outcomes": [
        {"pearson": lambda u, e: e**2 / (2 * u + e) ** 2 + e**2 / (2 - 2 * u - e) ** 2},
        {"pearson": lambda u, e: e * step.two_outcomes_pearson(u, e)},
        {"zero_one": lambda u, e: -step.two_outcomes_zero_one(u, e)},
        {"zero_one": lambda u, e: step.two_outcomes_zero_one(u, e) / 2},
    ],
    "eq:lsgan-force": [
        {"formulas": step.FORCES | {"minimax": lambda ratio: ratio / (1 + ratio)}},
        {"formulas": step.FORCES | {"non-saturating": lambda ratio: 1 / (1 + ratio)}},
        {"formulas": step.FORCES | {"0-1": lambda ratio: 2 * ratio / (1 + ratio) ** 3}},
        {"formulas": step.FORCES | {"Pearson": lambda ratio: 4 * ratio * (1 - ratio) / (1 + ratio) ** 3}},
    ],
}
