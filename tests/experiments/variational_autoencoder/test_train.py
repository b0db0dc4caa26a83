"""Training: known answers of the linear-Gaussian model, the constraint, repeatability, resuming, bad settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from experiments.datasets import mnist
from experiments.variational_autoencoder import train as module
from experiments.variational_autoencoder.config import VARIANTS, Config, Objective
from experiments.variational_autoencoder.data import draw_pairs
from experiments.variational_autoencoder.evaluation import as_images, make_bound
from experiments.variational_autoencoder.interpolation import CLASSIFIERS
from experiments.variational_autoencoder.likelihoods import Gaussian
from experiments.variational_autoencoder.metrics import METRICS
from experiments.variational_autoencoder.train import build_variant, make_step, train
from tests.experiments.runs import assert_same
from tests.experiments.variational_autoencoder.linear_gaussian import VARIANCE, draw, evidence, trained
from texloom.results.writer import RunWriter
from texloom.training import loop
from texloom.training.checkpoint import Checkpoint

# ---- known answers: the same step on a model with a closed-form solution


@pytest.fixture(scope="module")
def learnt() -> Any:
    """The linear-Gaussian model, all three functions and C learnt from 20,000 points."""
    return trained(Objective(likelihood="gaussian"), draw(20_000, seed=0), 2)


def test_the_trained_bound_comes_close_to_the_exact_log_likelihood(learnt: Any) -> None:
    """The columns of a trained decoder become orthogonal, and the gap of eq:vi-mean-field closes."""
    test = draw(20_000, seed=1)
    elbo = float(np.mean(make_bound(learnt.model)(tf.constant(test), loop.step_seed(0, -1)).elbo))
    exact = evidence().logpdf(test).mean()
    assert elbo < exact + 0.01
    assert elbo == pytest.approx(exact, abs=0.03)


def test_a_learnt_variance_is_recovered(learnt: Any) -> None:
    assert learnt.model.likelihood.variance == pytest.approx(VARIANCE, rel=0.04)


def test_a_fixed_variance_stays() -> None:
    variant = trained(Objective(likelihood="gaussian", variance=0.7), draw(400, seed=0), 2, steps=20)
    assert isinstance(variant.model.likelihood, Gaussian)
    assert variant.model.likelihood.variance == pytest.approx(0.7)


SCALE = 2.0
"""Standard deviation s of the one coordinate of eq:vi-collapse."""


def one_dimension(**objective: Any) -> tuple[float, float, float]:
    """|w|, rate and β after training on x ~ N(0, s²) with C = 1."""
    data = SCALE * np.random.default_rng(0).normal(size=(20_000, 1)).astype(np.float32)
    data *= SCALE / data.std()
    chosen = Objective(likelihood="gaussian", variance=1.0, **objective)
    variant = trained(chosen, data, 1, steps=4000, batch=500)
    kl = float(np.mean(make_bound(variant.model)(tf.constant(data), loop.step_seed(0, -1)).kl))
    return abs(float(variant.model.decoder.get_weights()[0][0, 0])), kl, float(variant.beta)


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0, 5.0])
def test_weight_and_rate_for_a_fixed_beta(beta: float) -> None:
    """eq:vi-collapse: w² = max(s² − βC, 0), R = ½ ln⁺ s²/(βC); at β = 5 the code is ignored."""
    weight, rate, kept = one_dimension(beta=beta)
    assert weight**2 == pytest.approx(max(SCALE**2 - beta, 0), abs=0.1)
    assert rate == pytest.approx(0.5 * max(np.log(SCALE**2 / beta), 0), abs=0.03)
    assert kept == beta


@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_dual_ascent_meets_the_constraint_at_the_multiplier_of_the_text(threshold: float) -> None:
    """eq:vi-kkt: the bound binds, R = ε, and inverting eq:vi-collapse β = s² exp(−2 ε) / C."""
    _, rate, beta = one_dimension(threshold=threshold, dual_rate=0.02)
    assert rate == pytest.approx(threshold, abs=0.02)
    assert beta == pytest.approx(SCALE**2 * np.exp(-2 * threshold), rel=0.08)


def test_the_multiplier_vanishes_where_the_constraint_does_not_bind() -> None:
    """Complementary slackness: if ε is above every rate that the training reaches, β falls to 0 and stays there."""
    objective = Objective(likelihood="gaussian", variance=1.0, threshold=1e3, dual_rate=1.0)
    assert float(trained(objective, draw(400, seed=0), 2, steps=20).beta) == 0


SMALL = Config(hidden=(8,), latent_dim=2, batch=4, training_images=16, importance_images=200)


def one_step(objective: Objective, iteration: int) -> dict[str, float]:
    """The values that the step of an untrained model returns at an iteration."""
    images = tf.constant(np.random.default_rng(0).uniform(size=(16, 12)), tf.float32)
    step = tf.function(make_step(build_variant(objective, SMALL, 12, seed=0), images, seed=0))
    return {name: float(value) for name, value in step(tf.constant(iteration), tf.range(4)).items()}


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_the_loss_is_the_lagrangian_of_the_recorded_terms(beta: float) -> None:
    values = one_step(Objective(beta=beta), iteration=0)
    assert values["loss"] == pytest.approx(beta * values["kl"] - values["reconstruction"], rel=1e-5)
    assert values["kl"] > 0 > values["reconstruction"]


@pytest.mark.parametrize(("iteration", "part"), [(0, 1 / 8), (3, 4 / 8), (7, 1.0), (100, 1.0)])
def test_the_multiplier_grows_during_the_warm_up(iteration: int, part: float) -> None:
    """The warm-up takes two epochs of four steps."""
    values = one_step(Objective(beta=4.0, warm_up=2), iteration)
    assert values["loss"] == pytest.approx(4 * part * values["kl"] - values["reconstruction"], rel=1e-5)
    assert values["beta"] == 4


def test_a_step_of_the_dual_ascent_by_hand() -> None:
    values = one_step(Objective(beta=2.0, threshold=1.0, dual_rate=0.5), iteration=0)
    assert values["beta"] == pytest.approx(2 + 0.5 * (values["kl"] - 1.0), rel=1e-5)


# ---- the whole experiment on toy images

QUICK: dict[str, Any] = {
    **{name: {**getattr(Config(), name).model_dump(), "epochs": 2} for name in VARIANTS},
    "hidden": [16],
    "latent_dim": 3,
    "batch": 50,
    "training_images": 200,
    "held_out_images": 80,
    "filters": [4],
    "test_images": 200,
    "importance_samples": 10,
    "importance_images": 40,
    "pairs": 10,
    "classifier_epochs": 1,
}


SPLITS = {"train": 0, "test": 1}


def toy_mnist(split: str) -> mnist.Split:
    """Ten noisy patterns instead of the digits."""
    patterns = np.random.default_rng(0).integers(0, 256, (10, 28, 28))
    labels = np.arange(300) % 10
    noise = np.random.default_rng(SPLITS[split] + 1).integers(-20, 20, (300, 28, 28))
    return mnist.Split(np.clip(patterns[labels] + noise, 0, 255).astype(np.uint8), labels)


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Use toy images, and two variants unless the test requests all of them: each takes seconds to compile."""
    monkeypatch.setattr(mnist, "load", toy_mnist)
    if "all_variants" not in request.fixturenames:
        monkeypatch.setattr(module, "VARIANTS", VARIANTS[:2])
        monkeypatch.setattr(module, "measure_prices", lambda _: None)
        monkeypatch.setattr(module, "measure_tangents", lambda _: None)


@pytest.fixture
def all_variants() -> None:
    """A test that uses this fixture gets all variants."""


def run(seed: int = 0, checkpoint: Checkpoint | None = None) -> RunWriter:
    writer = RunWriter(METRICS)
    train(Config().changed(QUICK), seed, writer, checkpoint)
    return writer


KEPT: dict[str, RunWriter] = {}


@pytest.fixture
def quick() -> RunWriter:
    """A run of two variants, made once."""
    if not KEPT:
        KEPT["quick"] = run()
    return KEPT["quick"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bits(quick: RunWriter) -> None:
    """For everything that does not depend on test images the next test shows this, too."""
    assert_same(quick, run())


def test_neither_training_nor_choice_reads_the_test_images(quick: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """With other test images the weights, history and thresholds are identical to the bit. Test images are read last.

    Only the first images of the training split reach a training step.
    """
    seen, honest_step = [], module.make_step

    def watched_step(variant: Any, images: tf.Tensor, seed: int) -> loop.Step:
        seen.append(images.numpy())
        return honest_step(variant, images, seed)

    monkeypatch.setattr(module, "make_step", watched_step)
    read: list[str] = []

    def others(split: str) -> mnist.Split:
        read.append(split)
        images, labels = toy_mnist(split)
        return mnist.Split(255 - images if split == "test" else images, labels)

    trained: list[str] = []
    honest = module.Parts.train

    def watched(parts: Any, name: str, **options: Any) -> dict[str, np.ndarray]:
        assert read == ["train"]
        trained.append(name)
        return honest(parts, name, **options)

    monkeypatch.setattr(mnist, "load", others)
    monkeypatch.setattr(module.Parts, "train", watched)
    made = run()
    training = toy_mnist("train").images[:200].reshape(200, -1) / 255
    assert len(seen) == 2
    for images in seen:
        np.testing.assert_allclose(images, training, atol=1e-6)
    assert read == ["train", "test"]
    assert trained == [*VARIANTS[:2], *CLASSIFIERS]
    for kind in ("weights", "columns"):
        for name, values in getattr(quick, kind).items():
            np.testing.assert_array_equal(values, getattr(made, kind)[name], err_msg=name)
    chosen = [name for name in quick.metrics if "threshold" in name or "held_out" in name or "since_best" in name]
    assert len(chosen) == 4
    assert [made.metrics[name] for name in chosen] == [quick.metrics[name] for name in chosen]
    assert made.metrics["bernoulli_elbo"] != quick.metrics["bernoulli_elbo"]


def test_no_held_out_image_is_trained_on() -> None:
    """With the report's settings, no row of a batch is that of a held-out image."""
    config = Config()
    last = loop.epoch_batches(0, config.training_images, config.batch)(0, 2 * config.steps_per_epoch).max()
    assert last < config.training_images <= 60_000 - config.held_out_images


def test_stored_weights_draw_the_stored_images_again(quick: RunWriter) -> None:
    config = Config().changed(QUICK)
    for name in VARIANTS[:2]:
        model = module.build_variant(getattr(config, name), config, 28**2, seed=7).model
        for network in (model.encoder, model.decoder):
            network.set_weights(stored(quick, f"{name}_{network.name}"))
        seen = tf.constant(quick.arrays[f"{name}_seen"].reshape(-1, 784) / 255, tf.float32)
        drawn = as_images(np.asarray(model.decode(model.encode(seen).mean))).astype(int)
        assert np.abs(drawn - quick.arrays[f"{name}_reconstructed"]).max() <= 1
    for name, classifier in module.build_classifiers(config, seed=7).items():
        classifier.network.set_weights(stored(quick, name))
        probabilities = classifier.make_classify()(toy_mnist("test").images[:200].reshape(-1, 784) / 255)
        right = 100 * np.mean(probabilities.argmax(axis=1) == toy_mnist("test").labels[:200])
        assert right == pytest.approx(quick.metrics[f"{name}_accuracy"]["value"])


def stored(run: RunWriter, name: str) -> list[np.ndarray]:
    return [values for key, values in run.weights.items() if key.rpartition("/")[0] == name]


@pytest.mark.slow
def test_another_seed_gives_other_results_on_the_same_pairs(quick: RunWriter) -> None:
    other = run(seed=1)
    for name in ("bernoulli_elbo", "gaussian_elbo", "log_likelihood"):
        assert quick.metrics[name] != other.metrics[name]
    for kind in ("same", "different"):
        for end in (0, -1):
            ours, theirs = (each.arrays[f"{kind}_digits"][:, end] for each in (quick, other))
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("at", ["gaussian", "perceptron"])
def test_a_killed_training_goes_on_to_the_same_bits(
    quick: RunWriter, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it is killed before a part; engine/tests/training/test_parts.py kills inside a part."""
    checkpoint = Checkpoint(tmp_path / "state.npz", "identity", interval=0)
    with monkeypatch.context() as patch:
        honest = module.Parts.train

        def killed(parts: Any, name: str, **options: Any) -> dict[str, np.ndarray]:
            if name == at:
                raise KeyboardInterrupt
            return honest(parts, name, **options)

        patch.setattr(module.Parts, "train", killed)
        with pytest.raises(KeyboardInterrupt):
            run(checkpoint=checkpoint)
    assert_same(quick, run(checkpoint=checkpoint))


def test_what_a_run_holds(quick: RunWriter) -> None:
    np.testing.assert_array_equal(quick.columns["epoch"], [1, 2])
    assert {"reconstruction", "kl", "held_out_reconstruction", "held_out_kl"} < set(quick.columns)
    for name in VARIANTS[:2]:
        value = {key: quick.metrics[f"{name}_{key}"]["value"] for key in ("elbo", "reconstruction", "kl", "active")}
        assert value["elbo"] == pytest.approx(value["reconstruction"] - value["kl"], rel=1e-5)
        assert 0 <= value["active"] <= 3
        assert quick.arrays[f"{name}_kl_of_unit"].sum() == pytest.approx(value["kl"], rel=1e-4)
        assert quick.arrays[f"{name}_samples"].shape == (100, 28, 28)
    held_out = quick.columns["held_out_reconstruction"] - quick.columns["held_out_kl"]
    assert held_out[-1] == pytest.approx(quick.metrics["bernoulli_held_out_elbo"]["value"], rel=1e-6)
    assert list(quick.arrays["importance_samples"]) == [1, 10]
    test = (toy_mnist("test").images[:200], np.arange(200) % 10)
    for kind in ("same", "different"):
        shown = quick.arrays[f"{kind}_digits"]
        assert shown.shape == (10, 9, 28, 28)
        pairs = draw_pairs(test[1], 10, same=kind == "same", seed=Config().pair_seed)
        np.testing.assert_array_equal(shown[:, 0], test[0][pairs[:, 0]])  # the test images themselves
        np.testing.assert_array_equal(shown[:, -1], test[0][pairs[:, 1]])


@pytest.mark.slow
@pytest.mark.usefixtures("all_variants")
def test_all_variants_of_one_run() -> None:
    made = run()
    value = {name: metric["value"] for name, metric in made.metrics.items()}
    assert set(value) == set(METRICS)
    assert value["weighted_beta"] == 4
    assert 0 < value["constrained_beta"] != 1  # dual ascent has started
    slope = (value["constrained_reconstruction"] - value["weighted_reconstruction"]) / (
        value["constrained_kl"] - value["weighted_kl"]
    )
    assert value["price_weighted_constrained"] == pytest.approx(slope)
    assert set(made.architectures) == {f"{name}_{part}" for name in VARIANTS for part in ("encoder", "decoder")}
