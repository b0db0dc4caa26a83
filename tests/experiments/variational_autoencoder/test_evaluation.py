"""The evaluation, with models of known results."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from experiments.datasets.mnist import SIDE
from experiments.variational_autoencoder import evaluation
from experiments.variational_autoencoder.interpolation import CLASSIFIERS, SPACES, Judge, Recogniser
from experiments.variational_autoencoder.likelihoods import Bernoulli, Gaussian
from experiments.variational_autoencoder.metrics import METRICS
from experiments.variational_autoencoder.model import Bound, Posterior, VariationalAutoencoder
from tests.experiments.variational_autoencoder.linear_gaussian import (
    LOADINGS,
    VARIANCE,
    draw,
    evidence,
    set_exact,
)
from texloom.results.writer import RunWriter
from texloom.training import loop


def value(run: RunWriter, name: str) -> float:
    return run.metrics[name]["value"]


@pytest.fixture(scope="module")
def exact() -> VariationalAutoencoder:
    model = VariationalAutoencoder.build(5, (), 2, Gaussian(VARIANCE), seed=0)
    set_exact(model)
    return model


@pytest.mark.parametrize("count", [251, 126])
def test_the_log_likelihood_of_a_model_with_a_closed_form(exact: VariationalAutoencoder, count: int) -> None:
    """CHUNK does not divide the number of images; all of them or half of them are used.

    The bound is recorded for each number of samples.
    """
    x, run = draw(251, seed=3), RunWriter(METRICS)
    assert count % evaluation.CHUNK
    elbo = evaluation.draw_log_weights(exact, tf.constant(x), 2000, seed=1).mean(axis=1, dtype=np.float64)
    evaluation.measure_log_likelihood(exact, tf.constant(x), elbo, count, 500, 0, run)
    truth = evidence().logpdf(x)
    assert value(run, "log_likelihood") == pytest.approx(truth.mean(), abs=0.01)
    assert value(run, "log_likelihood_error") == pytest.approx(truth.std() / 251**0.5, rel=0.02)
    assert list(run.arrays["importance_samples"]) == [1, 5, 50, 500]
    assert np.all(np.diff(run.arrays["importance_bound"]) > 0)
    assert value(run, "importance_least_gain") == np.diff(run.arrays["importance_bound"]).min()
    assert value(run, "log_likelihood_fewer") == run.arrays["importance_bound"][2]
    assert run.arrays["importance_bound"][0] == elbo.mean()


def test_the_gain_is_taken_on_evenly_spaced_images_only(exact: VariationalAutoencoder) -> None:
    """The other images may be anything: only their bound is used, which is given."""
    x, elbo = draw(10, seed=3), np.linspace(-9.0, 0.0, 10)
    others = x.copy()
    others[[1, 2, 4, 5, 7, 8, 9]] += 100
    estimates = []
    for each in (x, others):
        run = RunWriter(METRICS)
        evaluation.measure_log_likelihood(exact, tf.constant(each), elbo, 3, 100, 0, run)
        estimates.append(value(run, "log_likelihood"))
    assert estimates[0] == estimates[1] > elbo.mean()


def test_each_image_has_draws_of_its_own(exact: VariationalAutoencoder) -> None:
    x = tf.tile(tf.constant(draw(1, seed=0)), (3 * evaluation.CHUNK, 1))
    weights = evaluation.draw_log_weights(exact, x, 4, seed=0)
    assert len(np.unique(weights)) == weights.size


def test_terms_and_active_units() -> None:
    """Unit 0 varies with variance 4, unit 1 just enough, unit 2 just too little, unit 3 not at all."""
    signs = np.tile([-1.0, 1.0], 50)[:, None]
    means = tf.constant(signs * np.sqrt([[4.0, 0.0101, 0.0099, 0.0]]), tf.float32)
    codes = Posterior(means, tf.zeros((100, 4)))
    run = RunWriter(METRICS)
    terms = Bound(tf.constant(np.arange(100) - 100.0), tf.constant(np.full(100, 2.0)))
    evaluation.measure_terms("gaussian", codes, terms, run)
    assert value(run, "gaussian_active") == 2
    np.testing.assert_allclose(run.arrays["gaussian_kl_of_unit"], [2.0, 0.00505, 0.00495, 0], rtol=1e-4)
    assert (value(run, "gaussian_reconstruction"), value(run, "gaussian_kl")) == (-50.5, 2.0)
    assert value(run, "gaussian_elbo") == -52.5
    assert run.metrics["gaussian_elbo"]["meaning"] == "evidence lower bound on the test images, Gaussian model"


def test_the_variance_beside_the_error_that_it_should_equal(exact: VariationalAutoencoder) -> None:
    """The mean squared error at z drawn from q is C for the exact posterior, and for the best diagonal one
    C (1 + (tr P⁻¹ − Σ 1/P_jj)/d), by WᵀW = C (P − I)."""
    precision = np.eye(2) + LOADINGS.T @ LOADINGS / VARIANCE
    excess = (np.trace(np.linalg.inv(precision)) - (1 / np.diag(precision)).sum()) / len(LOADINGS)
    x, run = tf.constant(draw(200_000, seed=0)), RunWriter(METRICS)
    evaluation.measure_variance("gaussian", exact, x, exact.encode(x), 0, run)
    assert value(run, "gaussian_variance") == pytest.approx(VARIANCE)
    assert value(run, "gaussian_deviation") == pytest.approx(VARIANCE**0.5)
    assert value(run, "gaussian_mse") == pytest.approx(VARIANCE * (1 + excess), rel=4e-3)


def test_prices_are_slopes_between_neighbours() -> None:
    run = RunWriter(METRICS)
    for name, accuracy, rate in (("weighted", -110, 8), ("constrained", -89, 15), ("standard", -79, 20)):
        run.metric(f"{name}_reconstruction", accuracy)
        run.metric(f"{name}_kl", rate)
    evaluation.measure_prices(run)
    assert value(run, "price_weighted_constrained") == pytest.approx(3)
    assert value(run, "price_constrained_standard") == pytest.approx(2)


def test_the_height_above_the_tangents() -> None:
    """Each of (8, −110), (15, −89), (20, −79), with slopes 4, 2.5, 1, is below the tangents at the others.

    If the middle point is raised by 20, it is above them.
    """
    for raised, height in ((0, -2.5), (20, 15.0)):
        run = RunWriter(METRICS)
        rows = (("weighted", -110, 8, 4), ("constrained", -89 + raised, 15, 2.5), ("standard", -79, 20, 1))
        for name, accuracy, rate, beta in rows:
            run.metric(f"{name}_reconstruction", accuracy)
            run.metric(f"{name}_kl", rate)
            run.metric(f"{name}_beta", beta)
        evaluation.measure_tangents(run)
        assert value(run, "tangent_excess") == pytest.approx(height)


@pytest.fixture
def judge() -> Judge:
    """Codes are the images. Constant images of grey level 0 or 1 are recognised, those of levels in between are not."""

    def classify(pixels: np.ndarray) -> np.ndarray:
        grey = pixels.mean(1)
        sure = np.where(np.minimum(grey, 1 - grey) < 1e-6, 1.0, 0.2)
        return np.stack([sure * (grey < 0.5), *[np.zeros_like(sure)] * 8, sure * (grey >= 0.5)], axis=1)

    recognisers = {name: Recogniser(classify, 0.9) for name in CLASSIFIERS}
    return Judge(lambda pixels: pixels, lambda codes: np.round(codes), recognisers, lambda pixels: -pixels.sum(1))


def test_interpolation_is_measured_between_the_ends_and_kept_with_them(judge: Judge) -> None:
    """Black images are digit 0, white images digit 1: between codes the digit changes in the middle, pixels fade."""
    labels = np.arange(40) % 10
    images = np.repeat((labels == 1).astype(np.float32)[:, None], SIDE**2, axis=1)
    run = RunWriter(METRICS)
    evaluation.measure_interpolation(judge, images, labels, 10, 0, run)
    for space, name in product(SPACES, CLASSIFIERS):
        assert value(run, f"same_{space}_{name}_recognised") == 100
    assert value(run, "different_codes_perceptron_recognised") == 100
    assert value(run, "different_codes_perceptron_own") < 100  # white is classified as a 9, which few pairs contain
    mixed = np.mean([row[0].mean() != row[-1].mean() for row in run.arrays["different_digits"]])
    assert value(run, "different_pixels_perceptron_recognised") == pytest.approx(100 * (1 - mixed))
    assert value(run, "different_pixels_convolutional_middle") == pytest.approx(100 * (1 - mixed))
    shown = run.arrays["same_digits"]
    assert shown.shape == (10, 9, SIDE, SIDE)
    np.testing.assert_array_equal(shown[1], 255)  # ten pairs, digit by digit; digit 1 is white


def test_the_classifiers_are_measured(judge: Judge) -> None:
    images = np.stack([np.zeros(4), np.ones(4), np.full(4, 0.6)]).astype(np.float32)
    run = RunWriter(METRICS)
    evaluation.measure_classifiers(judge, images, np.array([0, 9, 3]), run)
    for name in CLASSIFIERS:
        assert value(run, f"{name}_accuracy") == pytest.approx(200 / 3)
        assert value(run, f"{name}_recognised") == pytest.approx(200 / 3)
        assert value(run, f"{name}_threshold") == 0.9


def test_images_are_clipped_and_rounded() -> None:
    pixels = np.full((2, SIDE**2), 0.5)
    pixels[0, :2] = -0.3, 1.7
    images = evaluation.as_images(pixels)
    assert images.shape == (2, SIDE, SIDE)
    assert (images[0, 0, 0], images[0, 0, 1], images[1, 5, 5]) == (0, 255, 128)


def test_a_judge_sees_what_the_likelihood_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    model = VariationalAutoencoder.build(SIDE**2, (4,), 2, Bernoulli(), seed=0)
    judge = evaluation.make_judge(model, {}, seed=0)
    pixels = np.random.default_rng(0).uniform(size=(5, SIDE**2)).astype(np.float32)
    np.testing.assert_array_equal(judge.encode(pixels), model.encode(tf.constant(pixels)).mean)
    x: Any = model.likelihood.observe(tf.constant(pixels), loop.step_seed(0, evaluation.PATHS))
    expected = evaluation.make_bound(model)(x, loop.step_seed(0, evaluation.PATHS, stream=1)).elbo
    np.testing.assert_allclose(judge.bound(pixels), expected, rtol=1e-5)
    assert judge.decode(judge.encode(pixels)).shape == pixels.shape
