"""Checks of `variational_inference.tex`: quadrature, linear-Gaussian models, and draws of the gradient estimators.

Each check takes the formulas of the text as parameters and computes the other side without them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.polynomial.hermite_e import hermegauss
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import multivariate_normal, norm

from texloom.document.checks import Measured, verifies
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, PURPLE, new_figure, style


def worst(errors) -> float:
    """The largest absolute value; NaN if there is one."""
    return float(np.max(np.abs(np.asarray(list(errors), dtype=float))))


def gauss_hermite(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the mean under N(0, 1), exact for polynomials of degree below 2 count."""
    nodes, weights = hermegauss(count)
    return nodes, weights / weights.sum()


# ---------------------------------------------------------------- the objective


class Linear(NamedTuple):
    """The model x = W z + offset + noise of variance C, with z ~ N(0, I)."""

    weight: np.ndarray
    offset: np.ndarray
    variance: float

    def decode(self, z: np.ndarray) -> np.ndarray:
        """The mean of p(x | z); z of shape (..., k)."""
        return z @ self.weight.T + self.offset

    def log_likelihood(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """ln p(x | z)."""
        square = np.sum((x - self.decode(z)) ** 2, axis=-1)
        return -square / (2 * self.variance) - x.size / 2 * np.log(2 * np.pi * self.variance)

    def log_evidence(self, x: np.ndarray) -> float:
        """ln p(x), from the covariance of x."""
        covariance = self.weight @ self.weight.T + self.variance * np.eye(x.size)
        return float(multivariate_normal(mean=self.offset, cov=covariance).logpdf(x))  # type: ignore[arg-type]

    def posterior(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of p(z | x), by conditioning the joint Gaussian; the text uses the precision."""
        gain = self.weight.T @ np.linalg.inv(self.weight @ self.weight.T + self.variance * np.eye(x.size))
        return gain @ (x - self.offset), np.eye(self.weight.shape[1]) - gain @ self.weight

    def precision(self) -> np.ndarray:
        """The inverse covariance of p(z | x)."""
        return np.eye(self.weight.shape[1]) + self.weight.T @ self.weight / self.variance


def random_linear(seed: int, d: int = 4, k: int = 2) -> tuple[Linear, np.ndarray, np.ndarray, np.ndarray]:
    """A model, a point x, and the mean and standard deviation of an encoder that knows nothing of the model."""
    rng = np.random.default_rng(seed)
    model = Linear(rng.normal(size=(d, k)), rng.normal(size=d), float(rng.uniform(0.3, 1.5)))
    return model, rng.normal(size=d), rng.normal(size=k), rng.uniform(0.3, 1.5, size=k)


def gaussian_kl(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The divergence of two Gaussians with full covariances, used as the independent side."""
    solve = np.linalg.solve(other_cov, np.column_stack([cov, other_mean - mean]))
    square = (other_mean - mean) @ solve[:, -1]
    determinants = np.linalg.slogdet(other_cov)[1] - np.linalg.slogdet(cov)[1]
    return float((np.trace(solve[:, :-1]) + square - mean.size + determinants) / 2)


def encoder_nodes(g: np.ndarray, h: np.ndarray, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Points z and weights of the mean under N(g, diag h²), a product of Gauss-Hermite rules."""
    nodes, weights = gauss_hermite(count)
    points = np.array(list(product(nodes, repeat=g.size)))
    return g + h * points, np.prod(list(product(weights, repeat=g.size)), axis=1)


def prior_kl(g: np.ndarray, h: np.ndarray) -> float:
    """The divergence of N(g, diag h²) from N(0, I), eq:vi-gaussian-kl."""
    return float((g**2 + h**2 - 1 - np.log(h**2)).sum() / 2)


@verifies(
    "eq:vi-gap", how="log p(x), posterior and expectation of 5 random linear-Gaussian models, each in its own way"
)
def gap(formula=lambda evidence, likelihood, kl: evidence - (likelihood - kl)) -> Measured:
    errors = []
    for seed in range(5):
        model, x, g, h = random_linear(seed)
        z, weights = encoder_nodes(g, h)
        divergence = gaussian_kl(g, np.diag(h**2), *model.posterior(x))
        to_prior = gaussian_kl(g, np.diag(h**2), np.zeros(2), np.eye(2))
        errors.append(formula(model.log_evidence(x), weights @ model.log_likelihood(x, z), to_prior) - divergence)
    return Measured(worst(errors), tolerance=1e-11)


@verifies("eq:vi-gaussian-kl", how="adaptive quadrature of q ln(q/p) in each of 3 coordinates")
def gaussian_kl_closed_form(formula=prior_kl) -> Measured:
    rng = np.random.default_rng(5)
    g, h = rng.normal(size=3), rng.uniform(0.3, 2, size=3)

    def coordinate(mean: float, std: float) -> float:
        def integrand(z: float) -> float:
            return float(norm.pdf(z, mean, std) * (norm.logpdf(z, mean, std) - norm.logpdf(z)))

        return quad(integrand, mean - 10 * std, mean + 10 * std, epsabs=1e-12)[0]

    return Measured(abs(formula(g, h) - sum(map(coordinate, g, h))), tolerance=1e-10)


def objective_form(error: float, g: np.ndarray, h: np.ndarray, c: float, d: int, evidence: float) -> float:
    """The right side of eq:vi-objective, from the mean squared reconstruction error."""
    return error / (2 * c) + prior_kl(g, h) + d / 2 * np.log(2 * np.pi * c) + evidence


@verifies("eq:vi-objective", how="a nonlinear decoder R → R²; posterior and evidence by quadrature on a grid")
def objective(formula=objective_form) -> Measured:
    x, c, g, h = np.array([0.4, -0.7]), 0.35, np.array([0.3]), np.array([0.6])
    z = np.linspace(-9, 9, 4001)
    decoded = np.stack([np.sin(1.5 * z), z**2 / 3 - z / 2], axis=-1)
    square = ((x - decoded) ** 2).sum(-1)
    log_joint = norm.logpdf(z) - square / (2 * c) - np.log(2 * np.pi * c)
    step = z[1] - z[0]
    evidence = np.log(np.exp(log_joint).sum() * step)
    q = norm.pdf(z, g[0], h[0])
    divergence = (q * (norm.logpdf(z, g[0], h[0]) - log_joint + evidence)).sum() * step
    return Measured(abs(formula((q * square).sum() * step, g, h, c, 2, evidence) - divergence), tolerance=1e-10)


@verifies("eq:vi-mean-field", how="the divergence minimised numerically over g and ln h for 3 random linear models")
def mean_field(
    formula=lambda p: (np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]) / 2, variance=lambda p: 1 / np.diag(p)
) -> Measured:
    errors = []
    for seed in range(3):
        model, x, g, h = random_linear(seed, k=3)
        mean, covariance = model.posterior(x)

        def divergence(v: np.ndarray, mean=mean, covariance=covariance) -> float:
            return gaussian_kl(v[:3], np.diag(np.exp(2 * v[3:])), mean, covariance)

        found = minimize(divergence, np.concatenate([g, np.log(h)]), options={"gtol": 1e-8})
        errors.append(formula(model.precision()) - found.fun)
        errors += list(variance(model.precision()) - np.exp(2 * found.x[3:]))
    return Measured(worst(errors), tolerance=1e-6)


# ---------------------------------------------------------------- gradient estimators

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
    return Measured(worst(weights @ formula((z - g) / h, h, bent_loss(z)) - expected_gradient(g, h)), tolerance=1e-8)


@verifies("eq:vi-pathwise", how="mean by Gauss-Hermite quadrature against differences of the exact expectation")
def pathwise_mean(formula=pathwise) -> Measured:
    g, h = ESTIMATED_AT
    z, weights = encoder_nodes(g, h)
    return Measured(worst(weights @ formula((z - g) / h, bent_gradient(z)) - expected_gradient(g, h)), tolerance=1e-8)


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
    """The largest relative error of a variance over the cases, by quadrature; +1 where draws deviate by over 10%."""
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
    return Measured(variance_error("pathwise", lambda _delta, h, _k, c: formula(h, c)), tolerance=1e-11)


@verifies("eq:vi-variance-score", how="Gauss-Hermite quadrature, and 40 000 draws within 10 %; 2 random cases")
def variance_score(formula=score_variance) -> Measured:
    return Measured(variance_error("score", formula), tolerance=1e-11)


@verifies("eq:vi-variance-baseline", how="Gauss-Hermite quadrature, and 40 000 draws within 10 %; 2 random cases")
def variance_baseline(formula=baseline_variance) -> Measured:
    return Measured(variance_error("baseline", formula), tolerance=1e-11)


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
    return Measured(worst(errors), tolerance=1e-11)


# ---------------------------------------------------------------- the constrained problem


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
    return Measured(worst(errors), tolerance=1e-4)


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
    return Measured(worst(errors), tolerance=1e-12)


@verifies("eq:vi-shadow-price", how="differences of F* by sequential quadratic programming, at β = 0.4, 1 and 3")
def shadow_price(price=lambda beta: beta, step: float = 1e-3) -> Measured:
    model, x, _, _ = random_linear(9)
    errors = []
    for beta in PRICES:
        threshold = prior_kl(*tempered(model, x, beta))
        low, middle, high = (best_accuracy(model, x, threshold + t)[0] for t in (-step, 0, step))
        errors.append((high - low) / (2 * step) - price(beta))
        errors += [max(0.0, high - middle - price(beta) * step), max(0.0, low - middle + price(beta) * step)]
    return Measured(worst(errors), tolerance=1e-5)


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
    return Measured(worst(errors), tolerance=1e-11)


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
    return Measured(worst(errors), tolerance=1e-6)


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
    return Measured(worst(errors), tolerance=1e-11)


# ---------------------------------------------------------------- figures


def draw_estimators() -> Figure:
    """Measured variances and their formulas: against the width, the dimension and the frequency of the loss."""
    figure = new_figure(2.3)
    width, dimension, frequency = figure.subplots(1, 3)
    formulas = {
        "score": (score_variance, "-", ORANGE, "score function"),
        "baseline": (baseline_variance, "--", PURPLE, "score function, mean subtracted"),
        "pathwise": (lambda _delta, h, _k: pathwise_variance(h), "-.", BLUE, "pathwise"),
    }
    widths, measured_widths = np.geomspace(0.05, 2, 60), np.geomspace(0.05, 2, 8)
    dimensions = np.array([1, 2, 4, 8, 16, 32, 64])
    by_width = [draws(1.0, h, 1, count=50_000) for h in measured_widths]
    by_dimension = [draws(1.0, 0.5, k, count=20_000) for k in dimensions]
    for name, (formula, line, colour, label) in formulas.items():
        width.plot(widths, [formula(1.0, h, 1) for h in widths], line, color=colour, label=label)
        width.plot(measured_widths, [drawn[name].var() for drawn in by_width], "o", color=colour, markersize=3)
        dimension.plot(dimensions, [formula(1.0, 0.5, k) for k in dimensions], line, color=colour)
        dimension.plot(dimensions, [drawn[name].var() for drawn in by_dimension], "o", color=colour, markersize=3)
    width.set(xscale="log", yscale="log", xlabel=r"width $h$", ylabel="variance of one draw")
    dimension.set(xscale="log", yscale="log", xlabel="dimension $k$", xticks=[1, 10])
    draw_oscillating(frequency)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def draw_oscillating(axes, g: float = 1.0, h: float = 0.5) -> None:
    """The variances for the loss cos νz, formula and draws."""
    noise = np.random.default_rng(10).normal(size=50_000)
    for estimator, (line, colour) in enumerate((("-.", BLUE), ("-", ORANGE))):
        nus, measured = np.geomspace(0.3, 12, 80), np.geomspace(0.3, 12, 8)
        axes.plot(nus, [oscillating_variances(nu, g, h)[estimator] for nu in nus], line, color=colour)
        z = g + h * noise
        values = [(-nu * np.sin(nu * z), np.cos(nu * z) * noise / h)[estimator].var() for nu in measured]
        axes.plot(measured, values, "o", color=colour, markersize=3)
    axes.set(xscale="log", yscale="log", xlabel=r"frequency $\nu$")


def scalar_tradeoff(beta: float, w: float = 2.0, c: float = 0.5) -> tuple[float, float]:
    """Rate and accuracy of the tempered posterior of x = wz + noise, averaged over x ~ N(0, w² + C)."""
    s2, v = w**2 + c, w**2 + beta * c
    posterior_variance = beta * c / v
    rate = (w**2 * s2 / v**2 + posterior_variance - 1 - np.log(posterior_variance)) / 2
    square = s2 * (beta * c / v) ** 2 + w**2 * posterior_variance
    return rate, -square / (2 * c) - np.log(2 * np.pi * c) / 2


def draw_tradeoff() -> Figure:
    """The best accuracy against the rate with its tangents, and the collapse of the linear model."""
    figure = new_figure(2.3)
    curve, fall = figure.subplots(1, 2)
    rate, best = np.array([scalar_tradeoff(beta) for beta in np.geomspace(0.02, 60, 200)]).T
    curve.plot(rate, best, color=BLUE, label=r"$F^*(\epsilon)$")
    for beta, place in ((4.0, (6, -9)), (1.0, (6, -9)), (0.25, (0, -11))):
        at, value = scalar_tradeoff(beta)
        reach = np.array([-1, 1]) * 0.75 / np.hypot(1, beta / 2.5)
        curve.plot(at + reach, value + beta * reach, color=ORANGE, linewidth=0.9)
        curve.plot(at, value, "o", color=ORANGE, markersize=3.5)
        curve.annotate(rf"$\beta={beta:g}$", (at, value), xytext=place, textcoords="offset points", fontsize=8)
    curve.set(
        xlim=(0, 2.6), ylim=(-5, 0.2), xlabel=r"threshold $\epsilon$ (nats)", ylabel=r"best accuracy $F^*$ (nats)"
    )
    effective = np.linspace(0.01, 1.5, 200)
    fall.plot(effective, [collapse_weight(1, e) for e in effective], color=GREEN, label=r"weight $w^2/s^2$")
    fall.plot(effective, [collapse_rate(1, e) for e in effective], "--", color=BLUE, label="rate (nats)")
    fall.axvline(1, color=GREY, linewidth=0.6)
    fall.set(xlim=(0, 1.5), ylim=(-0.03, 1.6), xlabel=r"$\beta C/s^2$")
    fall.legend(loc="upper right")
    return figure


def figures() -> dict[str, Figure]:
    """The figures of the fragment, by the file name that it includes."""
    with style():
        return {"estimators": draw_estimators(), "tradeoff": draw_tradeoff()}
