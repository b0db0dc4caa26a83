"""Wrong formulas of `variational_inference.tex`."""

from __future__ import annotations

import numpy as np

from tests.theory.mistakes import Mistakes
from theory.variational_inference import constraint, estimators, linear_model, objective


def wrong_oscillating(nu: float, g: float, h: float) -> tuple[float, float]:
    """The factor 4 inside the cosine is missing."""
    path, _ = estimators.oscillating_variances(nu, g, h)
    damped = np.cos(2 * nu * g) * np.exp(-2 * (nu * h) ** 2)
    score = (1 + (1 - (nu * h) ** 2) * damped) / (2 * h**2)
    return path, score - nu**2 * np.sin(nu * g) ** 2 * np.exp(-((nu * h) ** 2))


def swapped_estimator(noise: np.ndarray, h: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """The derivative of the normalisation, −1 in ε² − 1, is missing."""
    return loss[..., None] * np.concatenate([noise / h, noise**2 / h], axis=-1)


def tempered_wrongly(model: linear_model.Linear, x: np.ndarray, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The multiplier is on the wrong term: a variance C / β instead of β C."""
    return constraint.tempered(model, x, 1 / beta)


WRONG: Mistakes = {
    "eq:vi-gap": [
        {"formula": lambda evidence, likelihood, kl: evidence - (likelihood + kl)},
        {"formula": lambda evidence, likelihood, kl: evidence + (likelihood - kl)},
        {"formula": lambda evidence, likelihood, _kl: evidence - likelihood},
    ],
    "eq:vi-gaussian-kl": [
        {"formula": lambda g, h: float((g**2 + h**2 - 1 + np.log(h**2)).sum() / 2)},
        {"formula": lambda g, h: float((g**2 + h - 1 - np.log(h)).sum() / 2)},
        {"formula": lambda g, h: 2 * linear_model.prior_kl(g, h)},
    ],
    "eq:vi-objective": [
        {"formula": lambda error, g, h, c, d, evidence: objective.objective_form(2 * error, g, h, c, d, evidence)},
        {"formula": lambda error, g, h, c, d, evidence: objective.objective_form(error, g, h, c, d, -evidence)},
        {"formula": lambda error, g, h, c, _d, evidence: objective.objective_form(error, g, h, c, 1, evidence)},
    ],
    "eq:vi-modes": [
        {"on_one": np.log(4)},
        {"on_one": 0.5},
        {"between": lambda m: m**2 / 2 - np.log(1 + np.sqrt(2 / np.pi) * m) - 1 / 2},
        {"between": lambda m: (1 / 2 - 1 / np.pi) * m**2 - 1 / 2},
        {"between": lambda m: objective.between_two_modes(m) + 1},
        {"still_between": 3.0},
        {"on_one_from": 2.5},
    ],
    "eq:vi-mean-field": [
        {"formula": lambda p: (np.log(np.diag(p)).sum() + np.linalg.slogdet(p)[1]) / 2},
        {"formula": lambda p: np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]},
        {"variance": lambda p: np.diag(np.linalg.inv(p))},
    ],
    "eq:vi-score-function": [
        {"formula": lambda noise, h, loss: -estimators.score_function(noise, h, loss)},
        {"formula": lambda noise, h, loss: estimators.score_function(noise, h**2, loss)},
        {"formula": swapped_estimator},
    ],
    "eq:vi-pathwise": [
        {"formula": lambda _noise, gradient: np.concatenate([gradient, gradient], axis=-1)},
        {"formula": lambda noise, gradient: estimators.pathwise(-noise, gradient)},
        {"formula": lambda noise, gradient: 0 * estimators.pathwise(noise, gradient)},  # automatic differentiation
    ],
    "eq:vi-variance-pathwise": [
        {"formula": lambda h, c: h / c},
        {"formula": lambda h, c: 2 * h**2 / c**2},
    ],
    "eq:vi-variance-score": [
        {"formula": lambda delta, h, k, c: estimators.score_variance(delta, h, k, c) + delta**2 / c**2},
        {"formula": lambda delta, h, k, c: k * estimators.score_variance(delta, h, 1, c)},
        {"formula": lambda delta, h, k, c: estimators.score_variance(delta, h, k, c / 2)},
    ],
    "eq:vi-variance-baseline": [
        {"formula": lambda delta, h, k, c: estimators.baseline_variance(delta, h, k + 1, c)},
        {"formula": lambda delta, h, k, c: estimators.baseline_variance(h, delta, k, c)},
    ],
    "eq:vi-variance-bound": [
        {"formula": lambda loss, slope_h, slope_g, h: ((loss + h * slope_h) / h) ** 2 + slope_g**2},
        {"formula": lambda loss, slope_h, slope_g, h: 3 * ((loss + h * slope_h) / h) ** 2 - slope_g**2},
        {"formula": lambda loss, slope_h, slope_g, h: estimators.variance_bound(loss, slope_h, slope_g, h) / 2},
    ],
    "eq:vi-variance-oscillating": [
        {"formula": wrong_oscillating},
        {"formula": lambda nu, g, h: estimators.oscillating_variances(nu, g, h)[::-1]},
    ],
    "eq:vi-kkt": [
        {"solution": tempered_wrongly},
        {"solution": lambda model, x, beta: constraint.tempered(model, x, 2 * beta)},
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
        {"rate": lambda s, effective: 2 * constraint.collapse_rate(s, effective)},
    ],
    "eq:vi-joint-price": [
        {"formula": lambda e, s, c: constraint.joint_accuracy(e / 2, s, c)},
        {"formula": lambda e, s, c: -constraint.joint_accuracy(e, s, c)},
        {"price": lambda e, s, c: constraint.joint_price(e, s, c) / 2},
        {"price": lambda e, s, c: constraint.joint_price(-e, s, c)},
    ],
    "eq:vi-second-reading": [
        {"price": lambda gamma: gamma},
        {"price": lambda gamma: 1 / (1 + gamma)},
        {"scale": lambda gamma: gamma},
        {"evidence_factor": lambda gamma: gamma},
    ],
}
