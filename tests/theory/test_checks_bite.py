"""Every check passes as it stands and fails when a formula of the text is wrong: a sign, a factor, an argument.

A check takes the formulas of the text as parameters. `WRONG` hands each of them at least one mistake, of the kind
that is made when a derivation is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, cast

import numpy as np
import pytest
import sympy

from tests.theory.fragments import checks
from texloom.document.checks import Measured
from theory import inception_score_and_frechet_distance as quality
from theory import least_squares_gan as lsgan
from theory import variational_inference as vi

Mistakes = list[dict[str, Any]]


def replaced(formulas: tuple, place: int, wrong: Any) -> tuple:
    """A tuple of formulas with one of them wrong."""
    return (*formulas[:place], wrong, *formulas[place + 1 :])


LOGIT_GRADIENTS = signature(lsgan.logit_gradients).parameters["formulas"].default

DENOISING_AUTOENCODER: dict[str, Mistakes] = {
    "eq:dae-pythagoras": [
        {"formula": lambda irreducible, excess: irreducible - excess},
        {"formula": lambda irreducible, excess: irreducible + excess / 2},
    ],
    "eq:dae-cross-entropy": [
        {"excess_of": lambda loss, entropy: loss + entropy},
        {"excess_of": lambda loss, _entropy: loss},
    ],
    "eq:dae-tweedie": [
        {"formula": lambda noisy, sigma, score: noisy - sigma**2 * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma**2 / 2 * score},
    ],
    "eq:dae-score-matching": [
        {"conditional_score": lambda noisy, clean, sigma: (noisy - clean) / sigma**2},
        {"conditional_score": lambda noisy, clean, sigma: (clean - noisy) / sigma},
        {"scale": lambda sigma: sigma**2},
        {"constant": lambda _posterior, clean: clean**2},
    ],
    "eq:dae-small-noise": [
        {"formula": lambda noisy, sigma, score: noisy - sigma**2 * score},
        {"formula": lambda noisy, sigma, score: noisy + sigma**2 / 2 * score},
        {"order": 3},
    ],
    "eq:dae-identity-gap": [
        {"formula": lambda sigma, fisher: sigma**2 * fisher},
        {"formula": lambda sigma, fisher: 2 * sigma**4 * fisher},
    ],
    "eq:dae-patch-energy": [
        {"formula": lambda sigma: sigma * 64 / 784},
        {"formula": lambda sigma: sigma**2 * 64 / 441},
    ],
    "eq:dae-patch-coverage": [
        {"formula": lambda i: np.minimum(np.minimum(i, 8), 28 - i)},
        {"formula": lambda i: np.minimum(np.minimum(i + 1, 7), 28 - i)},
    ],
    "eq:dae-gate": [
        {"formula": lambda probability, noisy, inside: probability * noisy + (1 - probability) * inside},
        {"formula": lambda probability, noisy, inside: noisy + probability * inside},
    ],
}

LEAST_SQUARES_GAN: dict[str, Mistakes] = {
    "eq:lsgan-logit-gradients": [
        {"formulas": replaced(LOGIT_GRADIENTS, 0, lsgan.SIGMOID)},
        {"formulas": replaced(LOGIT_GRADIENTS, 1, -lsgan.SIGMOID)},
        {"formulas": replaced(LOGIT_GRADIENTS, 2, 2 * (lsgan.LOGIT - lsgan.TARGET))},
    ],
    "eq:lsgan-logit-limits": [
        {"left": (-1, -1, -sympy.oo)},
        {"right": (-1, 0, -sympy.oo)},
        {"tails": (-sympy.exp(2 * lsgan.LOGIT), -sympy.exp(-lsgan.LOGIT))},
        {"tails": (-sympy.exp(lsgan.LOGIT), sympy.exp(-lsgan.LOGIT))},
    ],
    "eq:lsgan-jsd-ceiling": [
        {"formula": lambda p, q: 2 * lsgan.jsd_from_ceiling(p, q) - np.log(2)},
        {"ceiling": np.log(4)},
    ],
    "eq:lsgan-cauchy": [
        {"formula": lambda q, s0, s1: s0 * s1 / (np.pi * (s1**2 * q**2 + s0**2))},
        {"formula": lambda q, s0, s1: s0 * s1 / (2 * np.pi * (s0**2 * q**2 + s1**2))},
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
        {"formula": lambda p, q: lsgan.chi_square(q, p + q)},
        {"formula": lambda p, q: lsgan.chi_square(2 * p, p + q) + lsgan.chi_square(p, q + 1)},
        {"normalised": lambda p, q: lsgan.chi_square(q, (p + q) / 2)},
    ],
    "eq:lsgan-triangular": [
        {"formula": lambda p, q: lsgan.triangular(p, q) / 2},
        {"formula": lambda p, q: ((p - q) ** 2 / (p + q + p * q)).sum()},
    ],
    "eq:lsgan-bounds": [
        {"lower": lambda distance: distance**2},
        {"lower": lambda distance: distance**2 / 4},
        {"upper": lambda distance: distance / 2},
        {"upper": lambda distance: 2 * distance},
    ],
    "eq:lsgan-bce": [
        {"formula": lambda p, q: np.log(4) + 2 * lsgan.jsd(p, q)},
        {"formula": lambda p, q: -np.log(4) + lsgan.jsd(p, q)},
        {"formula": lambda p, q: -np.log(2) + 2 * lsgan.jsd(p, q)},
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
        {"formula": lambda p, q: 1 / 4 + 3 / 8 * lsgan.triangular(p, q)},
        {"formula": lambda p, q: lsgan.one_term_expanded(q, p)},
    ],
    "eq:lsgan-step": [
        {"generating": lambda loss: lsgan.antiderivative(lambda ratio: -loss(ratio))},
        {"generating": lambda loss: lsgan.antiderivative(lambda ratio: loss(1 / ratio))},
    ],
    "eq:lsgan-step-nonsaturating": [
        {"divergence": lambda p, q: lsgan.kl(q, p) + 2 * lsgan.jsd(p, q)},
        {"divergence": lambda p, q: lsgan.kl(p, q) - 2 * lsgan.jsd(p, q)},
        {"closed": lambda p, q: 2 * lsgan.kl(p, (p + q) / 2)},
        {"second_derivative": lambda ratio: 1 / (ratio * (1 + ratio))},
    ],
    "eq:lsgan-step-zero-one": [
        {"divergence": lambda p, q: 2 * lsgan.kl(p, (p + q) / 2) + lsgan.triangular(p, q) / 4},
        {"divergence": lambda p, q: lsgan.triangular(p, q) / 4},
        {"divergence": lambda p, q: 2 * lsgan.kl(q, (p + q) / 2) - lsgan.triangular(p, q) / 4},
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
        {"pearson": lambda u, e: e * lsgan.two_outcomes_pearson(u, e)},
        {"zero_one": lambda u, e: -lsgan.two_outcomes_zero_one(u, e)},
        {"zero_one": lambda u, e: lsgan.two_outcomes_zero_one(u, e) / 2},
    ],
    "eq:lsgan-force": [
        {"formulas": lsgan.FORCES | {"minimax": lambda ratio: ratio / (1 + ratio)}},
        {"formulas": lsgan.FORCES | {"non-saturating": lambda ratio: 1 / (1 + ratio)}},
        {"formulas": lsgan.FORCES | {"0-1": lambda ratio: 2 * ratio / (1 + ratio) ** 3}},
        {"formulas": lsgan.FORCES | {"Pearson": lambda ratio: 4 * ratio * (1 - ratio) / (1 + ratio) ** 3}},
    ],
}


def wrong_oscillating(nu: float, g: float, h: float) -> tuple[float, float]:
    """The factor 4 under the cosine lost."""
    path, _ = vi.oscillating_variances(nu, g, h)
    damped = np.cos(2 * nu * g) * np.exp(-2 * (nu * h) ** 2)
    score = (1 + (1 - (nu * h) ** 2) * damped) / (2 * h**2)
    return path, score - nu**2 * np.sin(nu * g) ** 2 * np.exp(-((nu * h) ** 2))


def swapped_estimator(noise: np.ndarray, h: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """The derivative of the normalisation, −1 in ε² − 1, forgotten."""
    return loss[..., None] * np.concatenate([noise / h, noise**2 / h], axis=-1)


def tempered_wrongly(model: vi.Linear, x: np.ndarray, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The multiplier on the wrong term: a variance C / β in place of β C."""
    return vi.tempered(model, x, 1 / beta)


VARIATIONAL_INFERENCE: dict[str, Mistakes] = {
    "eq:vi-gap": [
        {"formula": lambda evidence, likelihood, kl: evidence - (likelihood + kl)},
        {"formula": lambda evidence, likelihood, kl: evidence + (likelihood - kl)},
        {"formula": lambda evidence, likelihood, _kl: evidence - likelihood},
    ],
    "eq:vi-gaussian-kl": [
        {"formula": lambda g, h: float((g**2 + h**2 - 1 + np.log(h**2)).sum() / 2)},
        {"formula": lambda g, h: float((g**2 + h - 1 - np.log(h)).sum() / 2)},
        {"formula": lambda g, h: 2 * vi.prior_kl(g, h)},
    ],
    "eq:vi-objective": [
        {"formula": lambda error, g, h, c, d, evidence: vi.objective_form(2 * error, g, h, c, d, evidence)},
        {"formula": lambda error, g, h, c, d, evidence: vi.objective_form(error, g, h, c, d, -evidence)},
        {"formula": lambda error, g, h, c, _d, evidence: vi.objective_form(error, g, h, c, 1, evidence)},
    ],
    "eq:vi-mean-field": [
        {"formula": lambda p: (np.log(np.diag(p)).sum() + np.linalg.slogdet(p)[1]) / 2},
        {"formula": lambda p: np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]},
        {"variance": lambda p: np.diag(np.linalg.inv(p))},
    ],
    "eq:vi-score-function": [
        {"formula": lambda noise, h, loss: -vi.score_function(noise, h, loss)},
        {"formula": lambda noise, h, loss: vi.score_function(noise, h**2, loss)},
        {"formula": swapped_estimator},
    ],
    "eq:vi-pathwise": [
        {"formula": lambda _noise, gradient: np.concatenate([gradient, gradient], axis=-1)},
        {"formula": lambda noise, gradient: vi.pathwise(-noise, gradient)},
        {"formula": lambda noise, gradient: 0 * vi.pathwise(noise, gradient)},  # what automatic differentiation returns
    ],
    "eq:vi-variance-pathwise": [
        {"formula": lambda h, c: h / c},
        {"formula": lambda h, c: 2 * h**2 / c**2},
    ],
    "eq:vi-variance-score": [
        {"formula": lambda delta, h, k, c: vi.score_variance(delta, h, k, c) + delta**2 / c**2},
        {"formula": lambda delta, h, k, c: k * vi.score_variance(delta, h, 1, c)},
        {"formula": lambda delta, h, k, c: vi.score_variance(delta, h, k, c / 2)},
    ],
    "eq:vi-variance-baseline": [
        {"formula": lambda delta, h, k, c: vi.baseline_variance(delta, h, k + 1, c)},
        {"formula": lambda delta, h, k, c: vi.baseline_variance(h, delta, k, c)},
    ],
    "eq:vi-variance-oscillating": [
        {"formula": wrong_oscillating},
        {"formula": lambda nu, g, h: vi.oscillating_variances(nu, g, h)[::-1]},
    ],
    "eq:vi-kkt": [
        {"solution": tempered_wrongly},
        {"solution": lambda model, x, beta: vi.tempered(model, x, 2 * beta)},
        {"slack": lambda rate, threshold: rate - 2 * threshold},
    ],
    "eq:vi-tempered": [
        {"exponent": lambda beta: beta},
        {"value": lambda beta, log_norm, kl: beta * (log_norm + kl)},
        {"value": lambda _beta, log_norm, kl: log_norm - kl},
    ],
    "eq:vi-shadow-price": [
        {"price": lambda beta: 1 / beta},
        {"price": lambda beta: -beta},
        {"price": lambda beta: 2 * beta},
    ],
    "eq:vi-trade": [
        {"variance": lambda c, beta: c / beta},
        {"constant": lambda d, c, beta: d / 2 * (np.log(2 * np.pi * beta * c) - np.log(2 * np.pi * c))},
        {"constant": lambda d, c, beta: d / 2 * (beta * np.log(2 * np.pi * beta * c) + np.log(2 * np.pi * c))},
    ],
    "eq:vi-collapse": [
        {"weight": lambda s, effective: s**2 - effective},
        {"weight": lambda s, effective: max(s**2 + effective, 0.0)},
        {"rate": lambda s, effective: 2 * vi.collapse_rate(s, effective)},
    ],
    "eq:vi-second-reading": [
        {"price": lambda gamma: gamma},
        {"price": lambda gamma: 1 / (1 + gamma)},
        {"scale": lambda gamma: gamma},
        {"evidence_factor": lambda gamma: gamma},
    ],
}


def without_root(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The Fréchet distance for covariances that commute, tr (Σ₁^½ − Σ₂^½)², used for others."""
    roots = np.asarray(quality.sqrtm(cov)) - np.asarray(quality.sqrtm(other_cov))
    return float(((mean - other_mean) ** 2).sum() + np.trace(roots @ roots))


def without_cross_term(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The factor 2 before the root lost."""
    independent = ((mean - other_mean) ** 2).sum() + np.trace(cov + other_cov)
    return float((independent + quality.frechet(mean, cov, other_mean, other_cov)) / 2)


INCEPTION_AND_FRECHET: dict[str, Mistakes] = {
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
}

WRONG = DENOISING_AUTOENCODER | LEAST_SQUARES_GAN | VARIATIONAL_INFERENCE | INCEPTION_AND_FRECHET
CASES = [
    pytest.param(label, mistake, id=f"{label}-{next(iter(mistake))}-{number}")
    for label, mistakes in WRONG.items()
    for number, mistake in enumerate(mistakes)
]


def test_every_check_has_a_mistake_to_catch() -> None:
    """A new check without a row in `WRONG` turns this red; so does a row for a check that is gone."""
    assert set(WRONG) == set(checks())
    assert all(WRONG.values())


def test_every_formula_is_perturbed() -> None:
    """No parameter that is a formula goes without a mistake of its own; numbers such as step sizes may."""
    for label, check in checks().items():
        formulas = {name for name, p in signature(check.function).parameters.items() if callable(p.default)}
        assert formulas <= {name for mistake in WRONG[label] for name in mistake}, label


@pytest.mark.parametrize("label", sorted(WRONG))
def test_a_check_passes_as_it_stands(label: str) -> None:
    """The measured error is a number within the tolerance."""
    assert checks()[label].function().passed


@pytest.mark.parametrize(("label", "mistake"), CASES)
def test_a_check_fails_on_a_wrong_formula(label: str, mistake: dict[str, Any]) -> None:
    """With margin: the error of a wrong formula is at least twice the tolerance, and not NaN by accident."""
    check = cast("Callable[..., Measured]", checks()[label].function)
    measured = check(**mistake)
    assert measured.error > 2 * measured.tolerance
