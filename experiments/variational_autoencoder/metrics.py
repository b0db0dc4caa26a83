"""The metrics of the variational autoencoder: terms of the bound, log likelihood, prices, interpolation."""

from __future__ import annotations

from itertools import product

from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS
from experiments.variational_autoencoder.interpolation import KINDS, SPACES
from texloom.results.metrics import Metric

TITLES = {
    "bernoulli": "Bernoulli model",
    "gaussian": "Gaussian model",
    "standard": "multiplier 1",
    "weighted": "fixed multiplier",
    "constrained": "bounded rate",
}
"""The variants, as the meanings of the metrics call them."""

PRICES = (("weighted", "constrained"), ("constrained", "standard"))
"""Neighbours of SIDE_BY_SIDE by their rate, the lower one first."""


def _of_variant(name: str) -> dict[str, Metric]:
    """What is measured of every variant."""
    title = TITLES[name]
    return {
        f"{name}_elbo": Metric("nats", f"evidence lower bound on the test images, {title}"),
        f"{name}_reconstruction": Metric("nats", f"accuracy A, mean of ln p(x | z), {title}"),
        f"{name}_kl": Metric("nats", f"rate R, mean of KL(q_x || p(z)), {title}"),
        f"{name}_active": Metric("", f"active latent units, {title}"),
    }


def _of_paths(kind: str, space: str) -> dict[str, Metric]:
    """What is measured of the interpolates between pairs of a kind, in a space."""
    of = f"interpolates of {space}, pairs of {'the same digit' if kind == 'same' else 'different digits'}"
    return {
        f"{kind}_{space}_recognised": Metric("%", f"recognised {of}"),
        f"{kind}_{space}_middle": Metric("%", f"recognised {of}, at t = 1/2"),
        f"{kind}_{space}_bound": Metric("nats", f"evidence lower bound of {of}"),
    }


METRICS = {
    "bernoulli_training_elbo": Metric("nats", f"bound on training images in the last epoch, {TITLES['bernoulli']}"),
    **{f"{name}_beta": Metric("", f"multiplier of the rate at the end, {TITLES[name]}") for name in SIDE_BY_SIDE},
    **{name: metric for each in VARIANTS for name, metric in _of_variant(each).items()},
    "gaussian_deviation": Metric("", f"standard deviation of a pixel given its code, {TITLES['gaussian']}"),
    "gaussian_variance": Metric("", f"variance C of a pixel, {TITLES['gaussian']}"),
    "gaussian_mse": Metric("", f"mean squared error of a pixel at z drawn from q_x, {TITLES['gaussian']}"),
    **{f"price_{low}_{high}": Metric("", f"accuracy for a nat of rate from {low} to {high}") for low, high in PRICES},
    "log_likelihood": Metric("nats", "test log likelihood, importance-weighted bound of {samples} samples"),
    "log_likelihood_error": Metric("nats", "its standard error over test images"),
    "log_likelihood_fewer": Metric("nats", "importance-weighted bound of {samples} samples"),
    "classifier_accuracy": Metric("%", "test images that the classifier gets right"),
    "classifier_recognised": Metric("%", "test images recognised"),
    **{name: metric for pair in product(KINDS, SPACES) for name, metric in _of_paths(*pair).items()},
}
