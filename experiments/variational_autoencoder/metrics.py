"""The metrics of the variational autoencoder: terms of the bound, log likelihood, prices, interpolation."""

from __future__ import annotations

from itertools import product

from experiments.variational_autoencoder.config import SIDE_BY_SIDE, VARIANTS
from experiments.variational_autoencoder.interpolation import CLASSIFIERS, KINDS, SPACES
from texloom.results.metrics import Metric

TITLES = {
    "bernoulli": "Bernoulli model",
    "gaussian": "Gaussian model",
    "standard": "multiplier 1",
    "weighted": "fixed multiplier",
    "constrained": "bounded rate",
}
"""The names of the variants in the metrics' descriptions."""

PATHS = {
    "codes": "on straight lines between codes",
    "arc": "on arcs between codes",
    "pixels": "on straight lines between images",
    "decoded": "on straight lines between images, encoded and decoded",
}
"""The names of the paths in the metrics' descriptions."""

PRICES = (("weighted", "constrained"), ("constrained", "standard"))
"""Neighbours in SIDE_BY_SIDE by rate, the lower rate first."""


def _of_variant(name: str) -> dict[str, Metric]:
    """What is measured for every variant."""
    title = TITLES[name]
    return {
        f"{name}_elbo": Metric("nats", f"evidence lower bound on the test images, {title}"),
        f"{name}_reconstruction": Metric("nats", f"accuracy A, mean of ln p(x | z), {title}"),
        f"{name}_kl": Metric("nats", f"rate R, mean of KL(q_x || p(z)), {title}"),
        f"{name}_active": Metric("", f"active latent units, {title}"),
    }


def _of_paths(kind: str, space: str) -> dict[str, Metric]:
    """What is measured for interpolates between pairs of a kind, in a space."""
    of = f"interpolates {PATHS[space]}, pairs of {'the same digit' if kind == 'same' else 'different digits'}"
    own = "the pair's digit" if kind == "same" else "either digit of the pair"
    metrics = {f"{kind}_{space}_bound": Metric("nats", f"evidence lower bound of {of}")}
    for judge in CLASSIFIERS:
        metrics[f"{kind}_{space}_{judge}_recognised"] = Metric("%", f"{of}: recognised as a digit, {judge}")
        metrics[f"{kind}_{space}_{judge}_own"] = Metric("%", f"{of}: recognised as {own}, {judge}")
        metrics[f"{kind}_{space}_{judge}_middle"] = Metric("%", f"{of}: recognised as a digit at t = 1/2, {judge}")
    return metrics


def _of_classifier(name: str) -> dict[str, Metric]:
    """What is measured for a classifier."""
    return {
        f"{name}_accuracy": Metric("%", f"test images that the {name} classifier classifies correctly"),
        f"{name}_threshold": Metric("", f"smallest probability with which the {name} classifier recognises a digit"),
        f"{name}_recognised": Metric("%", f"test images recognised as a digit, {name}"),
    }


METRICS = {
    "bernoulli_training_elbo": Metric("nats", f"bound on training images in the last epoch, {TITLES['bernoulli']}"),
    "bernoulli_held_out_elbo": Metric("nats", f"bound on the held-out images after training, {TITLES['bernoulli']}"),
    "bernoulli_since_best": Metric(
        "nats", f"decrease of the held-out bound since its best epoch, {TITLES['bernoulli']}"
    ),
    **{f"{name}_beta": Metric("", f"multiplier of the rate after training, {TITLES[name]}") for name in SIDE_BY_SIDE},
    **{name: metric for each in VARIANTS for name, metric in _of_variant(each).items()},
    "gaussian_deviation": Metric("", f"standard deviation of a pixel given its code, {TITLES['gaussian']}"),
    "gaussian_variance": Metric("", f"variance C of a pixel, {TITLES['gaussian']}"),
    "gaussian_mse": Metric("", f"mean squared error of a pixel at z drawn from q_x, {TITLES['gaussian']}"),
    **{
        f"price_{low}_{high}": Metric("", f"gain in accuracy per nat of rate between the models {low} and {high}")
        for low, high in PRICES
    },
    "tangent_excess": Metric("nats", "largest height of a variant above the tangent of another"),
    "log_likelihood": Metric("nats", "test log likelihood, importance-weighted bound of {samples} samples"),
    "log_likelihood_error": Metric("nats", "standard error of the test log likelihood over test images"),
    "log_likelihood_fewer": Metric("nats", "importance-weighted bound of {samples} samples"),
    "importance_least_gain": Metric(
        "nats", "smallest gain from one number of samples to the next (ten times as many, or five instead of one)"
    ),
    **{name: metric for each in CLASSIFIERS for name, metric in _of_classifier(each).items()},
    **{name: metric for pair in product(KINDS, SPACES) for name, metric in _of_paths(*pair).items()},
}
