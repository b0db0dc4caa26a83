"""The measurements with emojis and the Inception network: damage, preprocessing, images of another data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.inception.extractor import Extractor
from experiments.metrics import damage, preprocessing
from experiments.metrics.curves import measure_steps
from experiments.metrics.metrics import EMOJI_DAMAGES, EMOJI_SETS
from experiments.sample_quality.frechet import frechet_distance_of_features, standard_error
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import kernel_distance
from experiments.sample_quality.resampling import bootstrap_error
from texloom.results.tiling import to_bytes

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter


def measure_emojis(extractor: Extractor, emojis: np.ndarray, digits: np.ndarray, count: int, run: RunWriter) -> None:
    """Record score and distance of `count` emojis, damaged and preprocessed in several ways.

    emojis: uint8 (n, 32, 32, 3) in random order; those after the first `count` are the reference.
    digits: `count` images of another data set in the same format.
    """
    run.array("network", [extractor.network.name, f"sha256 {extractor.network.digest[:16]}"])
    images, rng = emojis[:count], np.random.default_rng(0)
    reference = extractor(emojis[count:])
    sets = {
        "as_they_are": images,
        **{f"noise_{i}": damage.gaussian_noise(images, amount, rng) for i, amount in enumerate(EMOJI_DAMAGES["noise"])},
        **{f"blur_{i}": damage.blur(images, amount, rng) for i, amount in enumerate(EMOJI_DAMAGES["blur"])},
        "jpeg": preprocessing.compress(images, 75),
        "antialiased": there_and_back(images, antialias=True),
        "aliased": there_and_back(images, antialias=False),
        "digits": digits[:count],
    }
    values = {}
    for name, each in sets.items():
        features, posteriors = extractor.features_and_posteriors(each)
        values[name] = inception_score(posteriors).mean, frechet_distance_of_features(features, reference)
        if name in EMOJI_SETS:
            measure_set(name, values[name], features, posteriors, reference, run)
        if name == "as_they_are":
            classes = np.bincount(posteriors.argmax(axis=1))
            run.metric("emoji_one_class", 100 * classes.max() / classes.sum())
    for kind, amounts in EMOJI_DAMAGES.items():
        names = ["as_they_are", *(f"{kind}_{i}" for i in range(len(amounts)))]
        curve = np.array([values[name] for name in names])
        run.array(f"emoji_{kind}_amounts", [0, *amounts])
        run.array(f"emoji_{kind}_score", curve[:, 0])
        run.array(f"emoji_{kind}_distance", curve[:, 1])
        measure_steps(f"emoji_{kind}", curve, run)


def measure_set(
    name: str,
    score_and_distance: tuple[float, float],
    features: np.ndarray,
    posteriors: np.ndarray,
    reference: np.ndarray,
    run: RunWriter,
) -> None:
    """Record score, distance and kernel distance of a set, with their standard errors over its images."""
    score, distance = score_and_distance
    error = bootstrap_error(lambda rows: inception_score(posteriors[rows]).mean, len(posteriors))
    run.metric(f"emoji_{name}_score", score, error=error)
    run.metric(f"emoji_{name}_distance", distance, error=standard_error(features, reference))
    kernel = kernel_distance(features, reference, subsets=20)
    run.metric(f"emoji_{name}_kernel", kernel.mean, error=kernel.standard_error)


def there_and_back(images: np.ndarray, *, antialias: bool) -> np.ndarray:
    """Images shrunk to half with or without antialiasing, and enlarged again in the same way."""
    resize = preprocessing.resize_with_antialiasing if antialias else preprocessing.resize_without_antialiasing
    shrunk = to_bytes(resize(images, images.shape[1] // 2))
    return to_bytes(preprocessing.resize_with_antialiasing(shrunk, images.shape[1]))


def as_colour(digits: np.ndarray, side: int) -> np.ndarray:
    """Digits (n, 28, 28) as black ink on white paper, uint8 (n, side, side, 3)."""
    margin = (side - digits.shape[1]) // 2
    paper = np.pad(255 - digits, ((0, 0), (margin, margin), (margin, margin)), constant_values=255)
    return np.repeat(paper[..., None], 3, axis=3)


def as_digits(emojis: np.ndarray, side: int) -> np.ndarray:
    """Emojis (n, 32, 32, 3) as light ink on black paper, uint8 (n, side, side): grey and cropped."""
    grey = emojis @ np.array([0.299, 0.587, 0.114])
    margin = (emojis.shape[1] - side) // 2
    return to_bytes(255 - grey[:, margin : margin + side, margin : margin + side])
