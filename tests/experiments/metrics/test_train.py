"""The classifier's training: reproducibility, a task that it can learn, and images that fool it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from experiments.generative.digit_classifier import build_classifier
from experiments.metrics import train as training
from experiments.metrics.config import Config
from experiments.metrics.metrics import METRICS
from experiments.metrics.train import make_fooling_images, make_network, make_step, train_classifier
from tests.experiments.metrics.judges import toy_images
from texloom.results.writer import RunWriter
from texloom.training.checkpoint import Checkpoint

SMALL: dict[str, Any] = {"filters": (4, 8), "features": 16, "epochs": 4, "batch": 32, "learning_rate": 1e-2}
SMALL |= {"largest_shift": 0, "dropout": 0.2}  # a shift would change one toy digit into the next


@pytest.fixture(scope="module")
def data():
    return toy_images(0, 640)


def trained(data: Any, checkpoint: Checkpoint | None = None, **settings: Any) -> tuple[Any, RunWriter]:
    run = RunWriter(METRICS)
    return train_classifier(data, Config().changed(SMALL | settings), 0, run, checkpoint), run


def test_a_task_is_learnt_twice_the_same(data) -> None:
    (first, run), (second, _) = trained(data), trained(data)
    for one, two in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    fresh = toy_images(5, 300)
    posteriors = make_network(first)(fresh.images).posteriors
    np.testing.assert_allclose(posteriors.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(posteriors.argmax(axis=1) == fresh.labels) > 0.95
    assert run.architectures["classifier"][-1]["parameters"] == first.count_params()


def test_dropout_and_shifts_are_drawn_anew_in_each_step(data) -> None:
    import keras

    def loss(iteration: int, **settings: Any) -> float:
        config = Config().changed(SMALL | {"learning_rate": 1e-9} | settings)
        classifier, optimizer = build_classifier(config.filters, config.features, 0), keras.optimizers.SGD(1e-9)
        optimizer.build(classifier.trainable_variables)
        return float(make_step(classifier, optimizer, data, config, 0)(tf.constant(iteration), tf.range(32))["loss"])

    assert loss(0, largest_shift=2) == loss(0, largest_shift=2)
    assert loss(0, dropout=0.0) == loss(1, dropout=0.0)
    assert loss(0) != loss(1)
    assert loss(0, dropout=0.0, largest_shift=2) != loss(1, dropout=0.0, largest_shift=2)


def test_large_sets_pass_in_parts(data, monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network(build_classifier((4,), 8, seed=0))
    whole = network(data.images[:50])
    monkeypatch.setattr(training, "AT_ONCE", 16)
    for one, two in zip(network(data.images[:50]), whole, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6)


def test_fooling_images_convince_the_classifier_of_every_digit(data) -> None:
    classifier, _ = trained(data)
    config = Config().changed(SMALL | {"fooling_images": 40, "fooling_steps": 60})
    images = make_fooling_images(classifier, config, seed=0)
    assert images.shape == (40, 28, 28)
    assert images.dtype == np.uint8
    posteriors = make_network(classifier)(images).posteriors
    assert np.mean(posteriors.argmax(axis=1) == np.arange(40) % 10) > 0.95


def test_stored_weights_give_the_network_again(data) -> None:
    classifier, run = trained(data)
    again = build_classifier((4, 8), 16, seed=7)
    again.set_weights(list(run.weights.values()))
    for one, other in zip(
        make_network(again)(data.images[:50]), make_network(classifier)(data.images[:50]), strict=True
    ):
        np.testing.assert_array_equal(one, other)
