"""Checks of the part on the constrained problem: multiplier and price, collapse, the second interpretation
of the constraint."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from texloom.document.checks import Absolute, Measured, verifies
from theory.errors import worst
from theory.variational_inference.linear_model import Linear, gaussian_kl, prior_kl, random_linear


def tempered(model: Linear, x: np.ndarray, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The best diagonal Gaussian for the multiplier β: the mean-field solution for the variance β C."""
    precision = model._replace(variance=beta * model.variance).precision()
    mean = np.linalg.solve(precision, model.weight.T @ (x - model.offset)) / (beta * model.variance)
    return mean, 1 / np.sqrt(np.diag(precision))


def accuracy(model: Linear, x: np.ndarray, g: np.ndarray, h: np.ndarray) -> float:
    """E ln p(x | z) under N(g, diag h²), in closed form."""
    square = ((x - model.decode(g)) ** 2).sum() + (model.weight**2 @ h**2).sum()
    return float(-square / (2 * model.variance) - x.size / 2 * np.log(2 * np.pi * model.variance))


def best_accuracy(model: Linear, x: np.ndarray, threshold: float) -> tuple[float, np.ndarray, np.ndarray]:
    """F*(threshold) for diagonal Gaussians and where it is attained, by sequential quadratic programming."""
    k = model.weight.shape[1]

    def split(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return v[:k], np.exp(v[k:])

    found = minimize(
        lambda v: -accuracy(model, x, *split(v)),
        np.concatenate([np.full(k, 0.1), np.full(k, -0.3)]),
        method="SLSQP",
        constraints={"type": "ineq", "fun": lambda v: threshold - prior_kl(*split(v))},
        options={"ftol": 1e-14, "maxiter": 300},
    )
    return (-float(found.fun), *split(found.x))


PRICES = (0.4, 1.0, 3.0)


@verifies("eq:vi-kkt", how="a solution of the conditions against sequential quadratic programming, 3 thresholds")
def kkt(solution=tempered, slack=lambda rate, threshold: rate - threshold) -> Measured:
    """Stationarity is solved for a given β ≥ 0; with the threshold at which the bound binds it must be optimal."""
    model, x, _, _ = random_linear(7)
    errors = []
    for beta in PRICES:
        g, h = solution(model, x, beta)
        threshold = prior_kl(g, h)
        optimum, best_g, best_h = best_accuracy(model, x, threshold)
        errors += [accuracy(model, x, g, h) - optimum, beta * slack(prior_kl(best_g, best_h), threshold)]
        errors.append(lagrangian_slope(model, x, np.concatenate([best_g, best_h]), beta))
    return Absolute(worst(errors), tolerance=1e-4)


def lagrangian_slope(model: Linear, x: np.ndarray, at: np.ndarray, beta: float, step: float = 1e-5) -> float:
    """The largest derivative of accuracy − β rate by a coordinate of (g, h)."""
    k = at.size // 2

    def lagrangian(v: np.ndarray) -> float:
        return accuracy(model, x, v[:k], v[k:]) - beta * prior_kl(v[:k], v[k:])

    return worst((lagrangian(at + e) - lagrangian(at - e)) / (2 * step) for e in step * np.eye(at.size))


@verifies("eq:vi-tempered", how="3 random posteriors on 9 codes, random q and β")
def tempered_posterior(
    exponent=lambda beta: 1 / beta, value=lambda beta, log_norm, kl: beta * (log_norm - kl)
) -> Measured:
    rng = np.random.default_rng(8)
    errors = []
    for beta in (0.3, 1.0, 2.7):
        prior, q = rng.dirichlet(np.ones(9), size=2)
        log_likelihood = 2 * rng.normal(size=9)
        weights = prior * np.exp(log_likelihood) ** exponent(beta)
        kl_to_tempered = (q * np.log(q * weights.sum() / weights)).sum()
        found = q @ log_likelihood - beta * (q * np.log(q / prior)).sum()
        errors.append(value(beta, np.log(weights.sum()), kl_to_tempered) - found)
    return Absolute(worst(errors), tolerance=1e-12)


@verifies("eq:vi-shadow-price", how="differences of F* by sequential quadratic programming, at β = 0.4, 1 and 3")
def shadow_price(price=lambda beta: beta, step: float = 1e-3) -> Measured:
    model, x, _, _ = random_linear(9)
    errors = []
    for beta in PRICES:
        threshold = prior_kl(*tempered(model, x, beta))
        low, middle, high = (best_accuracy(model, x, threshold + t)[0] for t in (-step, 0, step))
        errors.append((high - low) / (2 * step) - price(beta))
        errors += [max(0.0, high - middle - price(beta) * step), max(0.0, low - middle + price(beta) * step)]
    return Absolute(worst(errors), tolerance=1e-5)


@verifies("eq:vi-trade", how="5 random linear models, encoders and multipliers")
def trade(
    variance=lambda c, beta: beta * c,
    constant=lambda d, c, beta: d / 2 * (beta * np.log(2 * np.pi * beta * c) - np.log(2 * np.pi * c)),
) -> Measured:
    errors = []
    for seed in range(5):
        model, x, g, h = random_linear(seed)
        beta = np.random.default_rng(seed).uniform(0.2, 4)
        other = model._replace(variance=variance(model.variance, beta))
        left = accuracy(model, x, g, h) - beta * prior_kl(g, h)
        right = beta * (accuracy(other, x, g, h) - prior_kl(g, h)) + constant(x.size, model.variance, beta)
        errors.append(left - right)
    return Absolute(worst(errors), tolerance=1e-11)


def collapse_weight(s: float, effective: float) -> float:
    """w² of eq:vi-collapse, from the standard deviation of the data and β C."""
    return max(s**2 - effective, 0.0)


def collapse_rate(s: float, effective: float) -> float:
    """The rate of eq:vi-collapse."""
    return max(np.log(s**2 / effective), 0.0) / 2


def linear_solution(s: float, c: float, beta: float) -> tuple[float, float]:
    """w² and the rate that maximise accuracy − β rate over decoder wz and encoder N(ux, h²), numerically."""

    def negative(v: np.ndarray) -> float:
        w, u, h2 = v[0], v[1], np.exp(v[2])
        return ((1 - w * u) ** 2 * s**2 + w**2 * h2) / (2 * c) + beta / 2 * (u**2 * s**2 + h2 - 1 - v[2])

    found = minimize(negative, [1.0, 0.5, -0.5], options={"gtol": 1e-9})
    w, u, log_h2 = found.x
    return w**2, (u**2 * s**2 + np.exp(log_h2) - 1 - log_h2) / 2


@verifies("eq:vi-collapse", how="decoder and encoder optimised numerically for 4 values of β C, one beyond s²")
def collapse(weight=collapse_weight, rate=collapse_rate) -> Measured:
    errors = []
    for s, c, beta in ((1.3, 0.4, 1.0), (1.3, 0.4, 2.5), (0.9, 0.7, 0.3), (1.3, 0.4, 6.0)):
        found = linear_solution(s, c, beta)
        errors += [found[0] - weight(s, beta * c), found[1] - rate(s, beta * c)]
    return Absolute(worst(errors), tolerance=1e-6)


def joint_accuracy(threshold: float, s: float, c: float) -> float:
    """The best accuracy at this rate with w free, eq:vi-joint-price."""
    return float(-np.log(2 * np.pi * c) / 2 - s**2 * np.exp(-2 * threshold) / (2 * c))


def joint_price(threshold: float, s: float, c: float) -> float:
    """Its derivative."""
    return float(s**2 * np.exp(-2 * threshold) / c)


def best_joint_accuracy(threshold: float, s: float, c: float) -> float:
    """The same by sequential quadratic programming over decoder wz and encoder N(ux, h²)."""

    def square_and_rate(v: np.ndarray) -> tuple[float, float]:
        w, u, h2 = v[0], v[1], np.exp(v[2])
        return (1 - w * u) ** 2 * s**2 + w**2 * h2, (u**2 * s**2 + h2 - 1 - v[2]) / 2

    found = minimize(
        lambda v: square_and_rate(v)[0] / (2 * c),
        [0.8 * s, 0.8 / s, -0.5],
        method="SLSQP",
        constraints={"type": "ineq", "fun": lambda v: threshold - square_and_rate(v)[1]},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return -float(found.fun) - np.log(2 * np.pi * c) / 2


@verifies(
    "eq:vi-joint-price", how="sequential quadratic programming over decoder and encoder at 4 rates; the rate at β"
)
def price_with_the_decoder_free(formula=joint_accuracy, price=joint_price) -> Measured:
    s, c, errors = 1.3, 0.4, []
    for threshold in (0.2, 0.5, 1.0, 1.8):
        errors.append(best_joint_accuracy(threshold, s, c) - formula(threshold, s, c))
        beta = price(threshold, s, c)
        errors.append(linear_solution(s, c, beta)[1] - threshold)
        slope = (formula(threshold + 1e-4, s, c) - formula(threshold - 1e-4, s, c)) / 2e-4
        errors.append(slope - beta)
    return Absolute(worst(errors), tolerance=1e-6)


@verifies("eq:vi-second-reading", how="5 random linear-Gaussian models with random multipliers")
def second_reading(
    price=lambda gamma: gamma / (1 + gamma), scale=lambda gamma: 1 + gamma, evidence_factor=lambda gamma: -gamma
) -> Measured:
    errors = []
    for seed in range(5):
        model, x, g, h = random_linear(seed)
        gamma = np.random.default_rng(seed).uniform(0.1, 5)
        left = accuracy(model, x, g, h) - gamma * gaussian_kl(g, np.diag(h**2), *model.posterior(x))
        bracket = accuracy(model, x, g, h) - price(gamma) * prior_kl(g, h)
        errors.append(left - scale(gamma) * bracket - evidence_factor(gamma) * model.log_evidence(x))
    return Absolute(worst(errors), tolerance=1e-11)
