"""A judge without a network, for images whose features and classes follow directly from their pixels."""

from __future__ import annotations

import numpy as np

from experiments.datasets.mnist import DIGITS, SIDE, Split
from experiments.metrics.judge import Judge, Opinion
from experiments.metrics.samples import Data
from texloom.results.writer import RunWriter


def toy_images(seed: int, count: int) -> Split:
    """Digit d is a bright square on grey; d determines the row of the square. Brightness varies within a class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, DIGITS, count)
    images = rng.integers(0, 60, (count, SIDE, SIDE)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        top = 2 * label + 3
        image[top : top + 4, 8:20] = rng.integers(150, 256)
    return Split(images, labels.astype(np.uint8))


def read(images: np.ndarray) -> Opinion:
    """Features are the means of ten rows of pixels, and some details; the class is the number of the brightest row."""
    images = np.asarray(images, np.float64)
    rows = np.stack([images[:, 2 * d + 4 : 2 * d + 6, 8:20].mean(axis=(1, 2)) for d in range(DIGITS)], axis=1)
    details = np.stack([images.std(axis=(1, 2)), images[:, 5:, 5].mean(axis=1), images[:, 10, :].std(axis=1)], axis=1)
    logits = rows / 5
    posteriors = np.exp(logits - logits.max(axis=1, keepdims=True))
    features = np.concatenate([rows, details], axis=1) / 50
    return Opinion(features, posteriors / posteriors.sum(axis=1, keepdims=True))


def toy_data(seed: int = 0) -> Data:
    foreign = np.random.default_rng([seed, 9]).integers(100, 256, (150, SIDE, SIDE)).astype(np.uint8)
    return Data(toy_images(seed, 500), toy_images(seed + 1, 700), toy_images(seed + 2, 700).images, foreign)


def toy_judge(data: Data) -> Judge:
    return Judge(read, read(data.reference.images).features, neighbours=200)


def values(run: RunWriter) -> dict[str, float]:
    """The recorded measurements."""
    return {name: metric["value"] for name, metric in run.metrics.items()}
