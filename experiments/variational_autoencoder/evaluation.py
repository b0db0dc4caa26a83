"""Measurements of the trained models on test images: bound, active units, log likelihood, interpolation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from experiments.variational_autoencoder.config import SIDE_BY_SIDE, Config
from experiments.variational_autoencoder.data import draw_pairs
from experiments.variational_autoencoder.importance_weighting import importance_weighted_bound, standard_error
from experiments.variational_autoencoder.interpolation import (
    KINDS,
    STEPS,
    Judge,
    Recogniser,
    judge_paths,
    paths,
)
from experiments.variational_autoencoder.likelihoods import Gaussian
from experiments.variational_autoencoder.metrics import PRICES
from experiments.variational_autoencoder.model import (
    Bound,
    Posterior,
    VariationalAutoencoder,
    gaussian_kl,
    reparametrise,
)
from texloom.results.tiling import tile_grid, to_bytes
from texloom.training import live, loop
from texloom.training.random_numbers import draw_normal

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

TEST, IMPORTANCE, PRIOR, PATHS, HELD_OUT = -1, -2, -3, -4, -5
"""Iteration numbers that training never reaches, used as keys of the random numbers of the evaluation."""

ACTIVE = 0.01
"""A latent unit is active if the variance of its mean over the data is at least this (Burda et al. 2016)."""

CHUNK = 5
"""Number of images whose importance weights are computed at a time."""

SHOWN = 10
"""Number of test images in the figure of reconstructions, and rows and columns of the figure of samples."""


def make_bound(model: VariationalAutoencoder) -> Callable[[tf.Tensor, tf.Tensor], Bound]:
    """The bound of data points of shape (n, size), as a compiled function of the points and the key of the noise."""
    compiled: Any = tf.function(model.bound, jit_compile=True, autograph=False)

    def bound(x: tf.Tensor, key: tf.Tensor) -> Bound:
        noise = draw_normal((x.shape[0], model.latent_dim), key)
        return compiled.get_concrete_function(x, noise)(x, noise)  # a call would warn about retracing

    return bound


def evaluate_variant(
    name: str, model: VariationalAutoencoder, x: tf.Tensor, terms: Bound, seed: int, run: RunWriter
) -> None:
    """Record the measurements of a variant on test images.

    x: the images as the variant's likelihood observes them, shape (n, SIDE²). terms: their bound.
    """
    codes = model.encode(x)
    measure_terms(name, codes, terms, run)
    if isinstance(model.likelihood, Gaussian):
        measure_variance(name, model, x, codes, seed, run)
    if name in SIDE_BY_SIDE:  # no figure shows images of these
        return
    run.array(f"{name}_seen", as_images(np.asarray(x[:SHOWN])))
    run.array(f"{name}_reconstructed", as_images(np.asarray(model.decode(codes.mean[:SHOWN]))))
    prior = draw_normal((SHOWN * SHOWN, model.latent_dim), loop.step_seed(seed, PRIOR))
    run.array(f"{name}_samples", as_images(np.asarray(model.decode(prior))))


def make_pictures(model: VariationalAutoencoder, x: tf.Tensor, seed: int) -> live.Pictures:
    """Images for the live view: data points of shape (n, SIDE²) above their reconstructions; samples from the prior."""
    codes = draw_normal((len(x), model.latent_dim), loop.step_seed(seed, PRIOR))

    def pictures(_measured: Mapping[str, Any]) -> dict[str, np.ndarray]:
        pairs = np.stack([x, model.decode(model.encode(x).mean)])
        samples = np.asarray(model.decode(codes))[None]
        return {name: tile_grid(as_images(each)) for name, each in (("reconstructed", pairs), ("samples", samples))}

    return pictures


def measure_terms(name: str, codes: Posterior, terms: Bound, run: RunWriter) -> None:
    """Record both terms of the bound, the rate of each latent unit, and the number of active ones."""
    accuracy, rate, elbo = (np.asarray(each, np.float64) for each in (*terms, terms.elbo))
    run.metric(f"{name}_elbo", elbo.mean())
    run.metric(f"{name}_reconstruction", accuracy.mean())
    run.metric(f"{name}_kl", rate.mean())
    active = np.var(np.asarray(codes.mean, np.float64), axis=0) >= ACTIVE
    run.metric(f"{name}_active", active.sum())
    run.array(f"{name}_kl_of_unit", np.asarray(gaussian_kl(codes), np.float64).mean(axis=0))


def measure_variance(
    name: str, model: VariationalAutoencoder, x: tf.Tensor, codes: Posterior, seed: int, run: RunWriter
) -> None:
    """Record C, and the mean squared error, to which a learnt C converges by eq:vi-trade."""
    assert isinstance(model.likelihood, Gaussian)
    noise = draw_normal(codes.mean.shape, loop.step_seed(seed, TEST, stream=1))
    squared = tf.reduce_mean((x - model.decoder(reparametrise(codes, noise))) ** 2)
    run.metric(f"{name}_deviation", model.likelihood.variance**0.5)
    run.metric(f"{name}_variance", model.likelihood.variance)
    run.metric(f"{name}_mse", float(squared))


def measure_prices(run: RunWriter) -> None:
    """Record the gain in accuracy per nat of rate between the pairs in PRICES.

    By eq:vi-shadow-price it lies between the multipliers of the two.
    """
    for low, high in PRICES:
        accuracy, rate = (
            run.metrics[f"{high}_{term}"]["value"] - run.metrics[f"{low}_{term}"]["value"]
            for term in ("reconstruction", "kl")
        )
        run.metric(f"price_{low}_{high}", accuracy / rate if rate else np.nan)


def measure_tangents(run: RunWriter) -> None:
    """Record the largest height of a variant above the line of slope β through another; ≤ 0 if both are optimal."""
    value = {name: metric["value"] for name, metric in run.metrics.items()}
    heights = [
        value[f"{other}_reconstruction"]
        - value[f"{name}_reconstruction"]
        - value[f"{name}_beta"] * (value[f"{other}_kl"] - value[f"{name}_kl"])
        for name, other in permutations(SIDE_BY_SIDE, 2)
    ]
    run.metric("tangent_excess", max(heights))


def evaluate_main(
    model: VariationalAutoencoder,
    terms: Bound,
    recognisers: Mapping[str, Recogniser],
    test: tf.Tensor,
    labels: np.ndarray,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Record the measurements of the main model only: log likelihood, latent space, interpolation.

    terms: its bound on the test images. test: images of shape (n, SIDE²), values in [0, 1]. labels: their digits, of
    shape (n,) or longer.
    """
    pixels, digits = test.numpy(), labels[: len(test)]
    x = model.likelihood.observe(test, loop.step_seed(seed, TEST))
    elbo = np.asarray(terms.elbo, np.float64)
    measure_log_likelihood(model, x, elbo, config.importance_images, config.importance_samples, seed, run)
    measure_codes(model, x, digits, run)
    judge = make_judge(model, recognisers, seed)
    measure_classifiers(judge, pixels, digits, run)
    measure_interpolation(judge, pixels, digits, config.pairs, config.pair_seed, run)


def measure_log_likelihood(
    model: VariationalAutoencoder, x: tf.Tensor, elbo: np.ndarray, count: int, samples: int, seed: int, run: RunWriter
) -> None:
    """Record the importance-weighted bound with `samples` samples, and with fewer, on data points of shape (n, size).

    elbo: the bound with one sample on the same points, shape (n,). The gain of more samples over one is measured on
    `count` evenly spaced points and added to the mean of `elbo`, because the gain varies much less between points than
    the likelihood does.
    """
    chosen = np.arange(count) * len(x) // count
    log_weights = draw_log_weights(model, tf.gather(x, chosen), samples, seed)
    numbers = sorted({max(1, samples // part) for part in (samples, 100, 10, 1)})
    one, *more = (importance_weighted_bound(log_weights, number) for number in numbers)
    gains = [each - one for each in more]
    bounds = [float(elbo.mean()), *(float(elbo.mean() + gain.mean()) for gain in gains)]
    error = np.hypot(standard_error(elbo), standard_error(gains[-1]))
    run.array("importance_samples", numbers)
    run.array("importance_bound", bounds)
    run.metric("log_likelihood", bounds[-1], samples=samples)
    run.metric("log_likelihood_error", error)
    run.metric("log_likelihood_fewer", bounds[-2], samples=numbers[-2])
    run.metric("importance_least_gain", np.diff(bounds).min())


def draw_log_weights(model: VariationalAutoencoder, x: tf.Tensor, samples: int, seed: int) -> np.ndarray:
    """ln p(x, z) − ln q_x(z) in nats at `samples` draws of z from q_x, float32 of shape (n, samples)."""

    @tf.function(jit_compile=True, autograph=False)
    def log_weights(some: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        return model.log_weights(some, draw_normal((samples, some.shape[0], model.latent_dim), key))

    chunks = [x[start : start + CHUNK] for start in range(0, len(x), CHUNK)]
    drawn = [log_weights(some, loop.step_seed(seed, IMPORTANCE, i)) for i, some in enumerate(chunks)]
    return np.concatenate([np.asarray(each).T for each in drawn])


def measure_codes(model: VariationalAutoencoder, x: tf.Tensor, labels: np.ndarray, run: RunWriter) -> None:
    """Store the codes of the test images and their digits, for the figure of the latent space."""
    run.array("codes", np.asarray(model.encode(x).mean, np.float32))
    run.array("labels", labels)


def make_judge(model: VariationalAutoencoder, recognisers: Mapping[str, Recogniser], seed: int) -> Judge:
    """The functions that measure paths between codes of `model`; images are rows of pixels in [0, 1]."""
    bound, likelihood = make_bound(model), model.likelihood

    def elbo(pixels: np.ndarray) -> np.ndarray:
        x = likelihood.observe(tf.constant(pixels, tf.float32), loop.step_seed(seed, PATHS))
        return np.asarray(bound(x, loop.step_seed(seed, PATHS, stream=1)).elbo)

    return Judge(
        encode=lambda pixels: np.asarray(model.encode(tf.constant(pixels)).mean),
        decode=lambda codes: np.asarray(model.decode(tf.constant(codes))),
        recognisers=recognisers,
        bound=elbo,
    )


def measure_classifiers(judge: Judge, images: np.ndarray, labels: np.ndarray, run: RunWriter) -> None:
    """Record how often each classifier is right on test images, and how often it recognises them."""
    for name, recogniser in judge.recognisers.items():
        probabilities = recogniser.classify(images)
        run.metric(f"{name}_accuracy", 100 * np.mean(probabilities.argmax(axis=1) == labels))
        run.metric(f"{name}_threshold", recogniser.threshold)
        run.metric(f"{name}_recognised", 100 * np.mean(probabilities.max(axis=1) >= recogniser.threshold))


def measure_interpolation(
    judge: Judge, images: np.ndarray, labels: np.ndarray, count: int, seed: int, run: RunWriter
) -> None:
    """Measure paths between `count` pairs of each kind; store the first ten for the figures.

    images: shape (n, SIDE²), values in [0, 1]; labels: shape (n,).
    """
    inner = slice(1, STEPS)
    for kind, space, ends, path in all_paths(judge, images, labels, count, seed):
        measured = judge_paths(judge, path, labels[ends])
        run.metric(f"{kind}_{space}_bound", measured["bound"][inner].mean())
        run.array(f"{kind}_{space}_bound", measured["bound"])
        for name in judge.recognisers:
            found = 100 * measured[f"{name}_recognised"]
            run.metric(f"{kind}_{space}_{name}_recognised", found[inner].mean())
            run.metric(f"{kind}_{space}_{name}_own", 100 * measured[f"{name}_own"][inner].mean())
            run.metric(f"{kind}_{space}_{name}_middle", found[STEPS // 2])
            run.array(f"{kind}_{space}_{name}_recognised", found)
            run.array(f"{kind}_{space}_{name}_own", 100 * measured[f"{name}_own"])
        if space == "codes":
            shown = path[:SHOWN].copy()
            shown[:, 0], shown[:, -1] = (images[each[:SHOWN]] for each in ends.T)
            run.array(f"{kind}_digits", as_images(shown))


def all_paths(
    judge: Judge, images: np.ndarray, labels: np.ndarray, count: int, seed: int
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """For all kinds and spaces: kind of pairs, space of the line, row numbers of the pairs, and the paths."""
    for kind in KINDS:
        pairs = draw_pairs(labels, count, same=kind == "same", seed=seed)
        for space, path in paths(judge, images[pairs[:, 0]], images[pairs[:, 1]]).items():
            yield kind, space, pairs, path


def as_images(pixels: np.ndarray) -> np.ndarray:
    """Rows of pixels, shape (…, SIDE²), as uint8 images of shape (…, SIDE, SIDE), for the figures."""
    return to_bytes(255 * pixels).reshape(*pixels.shape[:-1], SIDE, SIDE)
