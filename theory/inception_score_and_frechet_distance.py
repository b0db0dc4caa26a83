"""Checks of `inception_score_and_frechet_distance.tex`: random classifiers, optimal transport, repeated draws.

Each check takes the formulas of the text as parameters and computes the other side without them.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from scipy.linalg import sqrtm
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import binom, entropy

from texloom.document.checks import Absolute, Exponent, Measured, Relative, verifies
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, new_figure, style
from theory.errors import monte_carlo, worst

# ---------------------------------------------------------------- inception score


def log_score(weights: np.ndarray, predictions: np.ndarray) -> float:
    """The logarithm of eq:is-definition; images with these weights, predictions of shape (images, classes)."""
    marginal = weights @ predictions
    return float(weights @ [entropy(prediction, marginal) for prediction in predictions])


def random_predictions(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights of 8 images and their class probabilities, 5 classes; the first image is certain."""
    rng = np.random.default_rng(seed)
    predictions = rng.dirichlet(np.full(5, 0.5), size=8)
    predictions[0] = np.eye(5)[0]
    return rng.dirichlet(np.ones(8)), predictions


@verifies("eq:is-entropy", how="10 random classifiers of 8 images into 5 classes")
def score_as_entropy(formula=lambda diversity, doubt: diversity - doubt) -> Measured:
    errors = []
    for seed in range(10):
        weights, predictions = random_predictions(seed)
        diversity = entropy(weights @ predictions)
        errors.append(formula(diversity, weights @ entropy(predictions, axis=1)) - log_score(weights, predictions))
    return Absolute(worst(errors), tolerance=1e-13)


@verifies("eq:is-range", how="largest violation over 50 random classifiers; both extremes attained")
def score_range(low=lambda _classes: 1.0, high=lambda classes: classes) -> Measured:
    errors = []
    for seed in range(50):
        score = np.exp(log_score(*random_predictions(seed)))
        errors.append(max(0.0, low(5) - score, score - high(5)))
    for classes in (2, 7):
        uniform = np.full(classes, 1 / classes)
        alike = np.tile(np.random.default_rng(classes).dirichlet(np.ones(classes)), (classes, 1))
        errors.append(np.exp(log_score(uniform, alike)) - low(classes))
        errors.append(np.exp(log_score(uniform, np.eye(classes))) - high(classes))
    return Absolute(worst(errors), tolerance=1e-13)


@verifies(
    "eq:is-bias", how="means over all samples of two kinds of image, exactly; the remainder falls by 2² as n doubles"
)
def score_bias(
    formula=lambda variance, marginal, n: -(variance / marginal).sum() / (2 * n), order: float = 2
) -> Measured:
    kinds, share = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]), 0.35
    weights = np.array([share, 1 - share])
    marginal = weights @ kinds
    variance = weights @ kinds**2 - marginal**2

    def remainder(n: int) -> float:
        count = np.arange(n + 1)
        estimates = [log_score(np.array([i, n - i]) / n, kinds) for i in count]
        bias = binom.pmf(count, n, share) @ estimates - log_score(weights, kinds)
        return bias - formula(variance, marginal, n)

    return Exponent(abs(np.log2(abs(remainder(100) / remainder(200))) - order), tolerance=0.05)


# ---------------------------------------------------------------- Fréchet distance


def frechet(mean: np.ndarray, cov: np.ndarray, other_mean: np.ndarray, other_cov: np.ndarray) -> float:
    """The squared Fréchet distance of Gaussians, eq:fid-frechet."""
    root = sqrtm(cov)
    return float(
        ((mean - other_mean) ** 2).sum() + np.trace(cov + other_cov - 2 * np.real(sqrtm(root @ other_cov @ root)))
    )


def moments(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the points as a distribution, hence divided by their number."""
    return points.mean(0), np.cov(points.T, ddof=0)


def transport_cost(points: np.ndarray, others: np.ndarray) -> float:
    """The least mean squared distance over all pairings of two samples of one size, by the assignment algorithm."""
    cost = cdist(points, others, "sqeuclidean")
    return float(cost[linear_sum_assignment(cost)].mean())


@verifies(
    "eq:fid-frechet", how="optimal transport of 150 points to their images under affine maps, exact at any sample size"
)
def frechet_against_transport(formula=frechet) -> Measured:
    """The gradient of a convex function is an optimal map, so for y = Mx + v with M positive the formula is exact."""
    errors = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        points = rng.normal(size=(150, 3)) @ rng.normal(size=(3, 3))
        root = rng.normal(size=(3, 3))
        others = points @ (root @ root.T) + rng.normal(size=3)
        cost = transport_cost(points, rng.permutation(others))
        errors.append(formula(*moments(points), *moments(others)) / cost - 1)
    return Relative(worst(errors), tolerance=1e-9)


@verifies(
    "eq:fid-lower-bound",
    how="largest violation for 12 pairs of samples, by optimal transport; equality for affine maps",
)
def frechet_below_transport(bound=frechet) -> Measured:
    errors = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        points, others = rng.exponential(size=(60, 2)), rng.normal(size=(60, 2)) ** 3 * 0.3
        errors.append(max(0.0, bound(*moments(points), *moments(others)) - transport_cost(points, others)))
        stretched = points * [0.5, 2.0] + 1
        errors.append(bound(*moments(points), *moments(stretched)) - transport_cost(points, stretched))
    return Absolute(worst(errors), tolerance=1e-10)


def root_trace(features: np.ndarray, others: np.ndarray) -> float:
    """The right side of eq:fid-nuclear: the sum of the singular values of the product of the centred features."""
    rows = [(f - f.mean(0)) / np.sqrt(len(f) - 1) for f in (features, others)]
    return float(np.linalg.svd(rows[0] @ rows[1].T, compute_uv=False).sum())


@verifies("eq:fid-nuclear", how="eigenvalues of the product of the covariances, more features than images and fewer")
def nuclear_norm(formula=root_trace) -> Measured:
    errors = []
    for seed, (n, m, dimension) in enumerate(((9, 7, 12), (30, 25, 4))):
        rng = np.random.default_rng(seed)
        features, others = rng.normal(size=(n, dimension)), rng.exponential(size=(m, dimension))
        eigenvalues = np.linalg.eigvals(np.cov(features.T) @ np.cov(others.T)).real
        errors.append(np.sqrt(eigenvalues[eigenvalues > 1e-10]).sum() - formula(features, others))
    return Absolute(worst(errors), tolerance=1e-10)


def distance_bias(eigenvalues: np.ndarray, n: int) -> float:
    """The leading term of eq:fid-bias."""
    pairs = np.multiply.outer(eigenvalues, eigenvalues) / np.add.outer(eigenvalues, eigenvalues)
    return float(1.25 * eigenvalues.sum() + pairs.sum() / 2) / n


def sampled_moments(std: np.ndarray, n: int, repeats: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Means (repeats, D) and unbiased covariances (repeats, D, D) of samples of n points from N(0, diag std²)."""
    points = np.random.default_rng(seed).normal(size=(repeats, n, std.size)) * std
    means = points.mean(1)
    centred = points - means[:, None]
    return means, np.einsum("rni,rnj->rij", centred, centred, optimize=True) / (n - 1)


def sampled_distances(eigenvalues: np.ndarray, n: int, repeats: int, seed: int) -> np.ndarray:
    """Fréchet distances of samples of n points from N(0, diag eigenvalues) to that Gaussian."""
    std = np.sqrt(eigenvalues)
    means, covariances = sampled_moments(std, n, repeats, seed)
    roots = np.sqrt(np.linalg.eigvalsh(std[:, None] * covariances * std)).sum(1)
    return (means**2).sum(1) + eigenvalues.sum() + np.trace(covariances, axis1=1, axis2=2) - 2 * roots


@verifies("eq:fid-bias", how="6000 distances of samples of 200 points in 3 dimensions")
def frechet_bias(formula=distance_bias) -> Measured:
    eigenvalues, n = np.array([0.4, 1.0, 2.5]), 200
    return monte_carlo(sampled_distances(eigenvalues, n, repeats=6000, seed=11), formula(eigenvalues, n))


def two_sample_bias(eigenvalues: np.ndarray, n: int, m: int) -> float:
    """The leading term of eq:fid-two-samples."""
    return distance_bias(eigenvalues, 1) * (1 / n + 1 / m)


@verifies("eq:fid-two-samples", how="3000 distances between a sample of 200 points and one of 350, in 3 dimensions")
def frechet_bias_of_two_samples(formula=two_sample_bias) -> Measured:
    eigenvalues, n, m = np.array([0.4, 1.0, 2.5]), 200, 350
    (means, first), (other_means, second) = (sampled_moments(np.sqrt(eigenvalues), k, 3000, seed=k) for k in (n, m))
    traces = np.trace(first + second, axis1=1, axis2=2)
    roots = np.sqrt(np.linalg.eigvals(first @ second).real).sum(1)
    return monte_carlo(((means - other_means) ** 2).sum(1) + traces - 2 * roots, formula(eigenvalues, n, m))


# ---------------------------------------------------------------- figures

CLASSES, RADIUS, SPREAD = 6, 3.0, 0.9
ANGLES = 2 * np.pi * np.arange(CLASSES) / CLASSES
CENTRES = RADIUS * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)


def toy_points(spread: float, classes: int, noise: float, count: int = 1500) -> np.ndarray:
    """Points of the first classes on the circle, `count` in each, with the same random numbers at every call."""
    rng = np.random.default_rng(12)
    inside, outside = rng.normal(size=(2, CLASSES, count, 2))
    return (CENTRES[:, None] + spread * inside + noise * outside)[:classes].reshape(-1, 2)


def toy_score(points: np.ndarray) -> float:
    """The inception score with the exact class probabilities of the undamaged model as classifier."""
    logits = -cdist(points, CENTRES, "sqeuclidean") / (2 * SPREAD**2)
    predictions = np.exp(logits - logits.max(axis=1, keepdims=True))
    predictions /= predictions.sum(axis=1, keepdims=True)
    return float(np.exp(entropy(predictions.mean(0)) - entropy(predictions, axis=1).mean()))


def draw_toy() -> Figure:
    """Score and distance under three kinds of damage, and the bias of the distance."""
    figure = new_figure(2.4)
    score, distance, bias = figure.subplots(1, 3)
    strength = np.linspace(0, 1, 11)
    damages = (
        ("pulled to class centres", "-", GREEN, strength, [(SPREAD * (1 - s), CLASSES, 0.0) for s in strength]),
        ("classes dropped", "--", BLUE, np.arange(CLASSES) / 5, [(SPREAD, CLASSES - k, 0.0) for k in range(CLASSES)]),
        ("noise added", "-.", ORANGE, strength, [(SPREAD, CLASSES, 3 * s) for s in strength]),
    )
    undamaged = moments(toy_points(SPREAD, CLASSES, 0.0))
    for label, line, colour, amount, settings in damages:
        clouds = [toy_points(*setting) for setting in settings]
        options = {"color": colour, "marker": "o", "markersize": 2.5}
        score.plot(amount, [toy_score(points) for points in clouds], line, label=label, **options)
        distance.plot(amount, [frechet(*moments(points), *undamaged) for points in clouds], line, **options)
    score.axhline(CLASSES, color=GREY, linewidth=0.6)
    score.set(ylim=(0.8, 6.4), xlabel="damage", ylabel="inception score")
    distance.set_yscale("symlog", linthresh=0.1)
    distance.set(ylim=(0, 40), xlabel="damage", ylabel="distance")
    draw_bias(bias)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def draw_bias(axes, dimension: int = 10) -> None:
    """The mean distance of samples of the true distribution, measured and by the formula."""
    eigenvalues = 1.0 / np.arange(1, dimension + 1)
    sizes = np.array([20, 40, 80, 160, 320, 640])
    measured = [sampled_distances(eigenvalues, n, repeats=200, seed=n).mean() for n in sizes]
    axes.plot(sizes, [distance_bias(eigenvalues, n) for n in sizes], color=GREY)
    axes.plot(sizes, measured, "o", color=BLUE, markersize=3.5)
    axes.set(xscale="log", yscale="log", xlabel="sample size $n$", ylabel="mean distance, true value 0")
    axes.set_xticks([20, 80, 320], ["20", "80", "320"])
    axes.set_yticks([0.02, 0.1, 0.5], ["0.02", "0.1", "0.5"])
    axes.minorticks_off()


def figures() -> dict[str, Figure]:
    """The figures of the fragment, by the file name that it includes."""
    with style():
        return {"toy": draw_toy()}
