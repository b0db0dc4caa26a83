"""The variational autoencoder's metrics, from arrays, history and weights, by the definitions in the text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import expit, softmax

from tests.recomputed.networks import digit_network, perceptron, stored
from tests.recomputed.report import Findings, Stored, read_mnist

VARIANTS = ("bernoulli", "gaussian", "standard", "weighted", "constrained")


def recompute(run: Stored, data: Path) -> Findings:
    found = Findings()
    test, labels = (each[: run.config["test_images"]] for each in read_mnist(data, "t10k"))
    pixels = test.reshape(len(test), -1) / 255
    terms = {name: _of_variant(run, name, pixels, found) for name in VARIANTS}
    _tradeoff(run, terms, found)
    _history(run, found)
    _importance(run, found)
    _classifiers(run, pixels, labels, data, found)
    _paths(run, found)
    return found


def _of_variant(run: Stored, name: str, pixels: np.ndarray, found: Findings) -> tuple[float, float]:
    """Accuracy and rate from two new draws of binarisation and code; the difference of the two gives the tolerance."""
    accuracy, rate, squared, variances = [], [], [], []
    rng, variance = np.random.default_rng(12345), run.metrics["gaussian_variance"]["value"]
    for _ in range(2):
        x = pixels if name == "gaussian" else (rng.random(pixels.shape) < pixels).astype(float)
        mean, log_std = perceptron(x, stored(run.weights, f"{name}_encoder"), heads=2)
        code = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
        (output,) = perceptron(code, stored(run.weights, f"{name}_decoder"))
        if name == "gaussian":
            density = -((x - output) ** 2) / (2 * variance) - 0.5 * np.log(2 * np.pi * variance)
            squared.append(((x - output) ** 2).mean(axis=1))
        else:
            density = x * np.log(expit(output)) + (1 - x) * np.log(expit(-output))
        accuracy.append(density.sum(axis=1))
        of_unit = (mean**2 + np.exp(2 * log_std) - 1) / 2 - log_std
        rate.append(of_unit.sum(axis=1))
        variances.append(mean.var(axis=0))
    root = np.sqrt(len(pixels))
    errors = [np.std(each[0] - each[1]) / root + 1e-4 for each in (accuracy, rate)]
    found.within(f"{name}_reconstruction", np.mean(accuracy), 5 * errors[0])
    found.within(f"{name}_kl", np.mean(rate), 5 * errors[1])
    found.within(f"{name}_elbo", np.mean(accuracy) - np.mean(rate), 5 * np.hypot(*errors))
    near = np.sum(np.abs(variances[0] / 0.01 - 1) < 0.1)  # with other noise these may be on the other side
    found.within(f"{name}_active", np.sum(variances[0] >= 0.01), near)
    if name == "gaussian":
        deviation = np.std(squared[0] - squared[1]) / root
        found.within("gaussian_mse", np.mean(squared), 5 * deviation + 1e-4 * np.mean(squared))
        found.exact("gaussian_deviation", variance**0.5)
    value = {each: run.metrics[f"{name}_{each}"]["value"] for each in ("reconstruction", "kl", "elbo")}
    assert abs(value["reconstruction"] - value["kl"] - value["elbo"]) < 1e-3
    assert abs(run.arrays[f"{name}_kl_of_unit"].sum() - value["kl"]) < 1e-3
    return value["reconstruction"], value["kl"]


def _tradeoff(run: Stored, terms: dict[str, tuple[float, float]], found: Findings) -> None:
    for low, high in (("weighted", "constrained"), ("constrained", "standard")):
        (a, r), (b, s) = terms[low], terms[high]
        found.within(f"price_{low}_{high}", (b - a) / (s - r), 1e-4 * abs((b - a) / (s - r)))
    names = ("standard", "weighted", "constrained")
    beta = {name: run.metrics[f"{name}_beta"]["value"] for name in names}
    bounds = {(name, other): terms[other][0] - beta[name] * terms[other][1] for name in names for other in names}
    excess = [bounds[name, other] - bounds[name, name] for name in names for other in names if name != other]
    found.within("tangent_excess", max(excess), 1e-4)
    for name in ("standard", "weighted"):
        found.exact(f"{name}_beta", run.config[name]["beta"])
    history, step = run.arrays["constrained_beta_history"], run.config["constrained"]["dual_rate"]
    epoch = run.config["training_images"] // run.config["batch"]
    found.within("constrained_beta", history[-1], 100 * step * epoch)  # the metric is the mean of the last epoch


def _history(run: Stored, found: Findings) -> None:
    bounds = {name: run.history[f"{name}reconstruction"] - run.history[f"{name}kl"] for name in ("", "held_out_")}
    found.exact("bernoulli_training_elbo", bounds[""][-1])
    found.exact("bernoulli_held_out_elbo", bounds["held_out_"][-1])
    found.within("bernoulli_since_best", bounds["held_out_"].max() - bounds["held_out_"][-1], 1e-4)


def _importance(run: Stored, found: Findings) -> None:
    bounds = run.arrays["importance_bound"]
    found.exact("log_likelihood", bounds[-1])
    found.exact("log_likelihood_fewer", bounds[-2])
    found.exact("importance_least_gain", min(bounds[1:] - bounds[:-1]))


def _classifiers(run: Stored, pixels: np.ndarray, labels: np.ndarray, data: Path, found: Findings) -> None:
    images, _ = read_mnist(data, "train")
    held_out = images[-run.config["held_out_images"] :].reshape(-1, pixels.shape[1]) / 255
    for name in ("perceptron", "convolutional"):
        weights = stored(run.weights, name)

        def probabilities(rows: np.ndarray, name: str = name, weights: list[np.ndarray] = weights) -> np.ndarray:
            if name == "perceptron":
                return softmax(perceptron(rows, weights)[0], axis=1)
            return digit_network(rows.reshape(-1, 28, 28), weights)[1]

        sure = np.sort(probabilities(held_out).max(axis=1))
        at = (1 - run.config["recognised"] / 100) * (len(sure) - 1)
        threshold = np.interp(at, np.arange(len(sure)), sure)
        of_test = probabilities(pixels)
        found.within(f"{name}_threshold", threshold, 1e-4)
        border = 100 * np.mean(np.abs(of_test.max(axis=1) - threshold) < 1e-4) + 100 / len(pixels)
        found.within(f"{name}_recognised", 100 * np.mean(of_test.max(axis=1) >= threshold), border)
        found.within(f"{name}_accuracy", 100 * np.mean(of_test.argmax(axis=1) == labels), 100 / len(pixels))


def _paths(run: Stored, found: Findings) -> None:
    for kind in ("same", "different"):
        for space in ("codes", "arc", "pixels", "decoded"):
            path = f"{kind}_{space}"
            found.exact(f"{path}_bound", run.arrays[f"{path}_bound"][1:-1].mean())
            for judge in ("perceptron", "convolutional"):
                found.exact(f"{path}_{judge}_recognised", run.arrays[f"{path}_{judge}_recognised"][1:8].sum() / 7)
                found.exact(f"{path}_{judge}_own", run.arrays[f"{path}_{judge}_own"][1:8].sum() / 7)
                found.exact(f"{path}_{judge}_middle", run.arrays[f"{path}_{judge}_recognised"][4])
