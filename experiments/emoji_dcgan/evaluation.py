"""What is measured: distances of generated images to the training images, in the features of one named network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from experiments.datasets.emoji import duplicates
from experiments.emoji_dcgan.config import Config
from experiments.emoji_dcgan.metrics import DAMAGES
from experiments.sample_quality.frechet import frechet_distance_of_features
from experiments.sample_quality.kernel_distance import kernel_distance
from experiments.sample_quality.neighbours import compare_neighbourhoods, nearest_distances, squared_distances
from texloom.results.tiling import to_bytes

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

NEIGHBOURS, SHOWN = 4, 10
"""Nearest training images kept for each of so many samples."""

TAIL = 0.1
"""The part of the training, its last, over which losses are averaged."""

Extract = Callable[[np.ndarray], np.ndarray]


def measure_losses(history: Mapping[str, np.ndarray], run: RunWriter) -> None:
    """The mean of both losses over the tail, and eq:lsgan-certificate for the discriminator's."""
    tails = {name: np.asarray(loss[-max(round(TAIL * len(loss)), 1) :]) for name, loss in history.items()}
    for player in ("discriminator", "generator"):
        run.metric(f"{player}_loss", tails[f"{player}_loss"].mean())
    run.metric("equilibrium_loss", 0.25)
    run.metric("divergence_bound", lower_bound(tails["discriminator_loss"].mean()))


def lower_bound(loss: Any) -> Any:
    """2 − 8 J: what a discriminator's loss J proves of the distributions' divergence, eq:lsgan-certificate."""
    return 2.0 - 8.0 * loss


def halves(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two random halves of `count` rows; of an odd number one is left out."""
    order = np.random.default_rng([seed, 1]).permutation(count)
    middle = count // 2
    return order[:middle], order[middle : 2 * middle]


def uniform_noise(count: int, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Images whose bytes are independent and uniform."""
    return np.random.default_rng([seed, 2]).integers(0, 256, (count, *shape), np.uint8)


def damage(images: np.ndarray, kind: str, level: float, seed: int) -> np.ndarray:
    """uint8 images with Gaussian noise of `level` grey levels, or blurred over `level` pixels."""
    values = images.astype(np.float32)
    if kind == "noise":
        values += level * np.random.default_rng([seed, 3]).standard_normal(values.shape, np.float32)
    else:
        values = ndimage.gaussian_filter(values, (0, level, level, 0), mode="nearest")
    return to_bytes(values)


def measure_distances(
    real: np.ndarray, features: Mapping[str, np.ndarray], network: tuple[str, str], seed: int, run: RunWriter
) -> None:
    """Fréchet and kernel distance of each set's features to those of the training set; two halves to each other.

    real: features of the training set, shape (n, d); features: of the other sets by name; all by `network`, whose name
    and digest, in this order, go with every number.
    """
    origin = f"{network[0]}, sha256 {network[1][:8]}"
    first, second = (real[rows] for rows in halves(len(real), seed))
    pairs = {"half": (first, second)} | {name: (each, real) for name, each in features.items()}
    _record("real", frechet_distance_of_features(real, real), len(real), origin, run)
    for name, (each, reference) in pairs.items():
        _record(name, frechet_distance_of_features(each, reference), len(each), origin, run)
        kernel = kernel_distance(each, reference, seed=seed)
        run.metric(f"{name}_kid", kernel.mean, images=len(each), network=origin)
        run.metric(f"{name}_kid_error", kernel.standard_error, images=len(each), network=origin)


def _record(name: str, distance: float, count: int, origin: str, run: RunWriter) -> None:
    run.metric(f"{name}_fid", distance, images=count, network=origin)
    run.metric(f"{name}_count", count)


def measure_damage(
    extract: Extract, images: np.ndarray, real: np.ndarray, count: int, seed: int, run: RunWriter
) -> None:
    """The Fréchet distance of some training images to all of them, before and after noise and blur at each level."""
    rows = np.sort(np.random.default_rng([seed, 4]).permutation(len(images))[:count])
    whole = frechet_distance_of_features(real[rows], real)
    for kind, levels in DAMAGES.items():
        damaged = [extract(damage(images[rows], kind, level, seed)) for level in levels]
        distances = [whole, *(frechet_distance_of_features(each, real) for each in damaged)]
        run.array(f"{kind}_distances", distances)
        run.metric(f"{kind}_least_rise", min(np.diff(distances)))


def measure_copies(
    images: np.ndarray, real: np.ndarray, samples: np.ndarray, features: np.ndarray, seed: int, run: RunWriter
) -> None:
    """How near generated images come to training images in feature space, and the neighbours of a few.

    The yardstick is how near the images of one half of the training set come to those of the other.
    """
    first, second = halves(len(real), seed)
    distances = {"sample": nearest_distances(features, real), "real": nearest_distances(real[first], real[second])}
    for name, values in distances.items():
        run.metric(f"{name}_nearest", np.median(values))
    near = np.percentile(distances["real"], 5)
    run.metric("near_copies", 100 * np.mean(distances["sample"] < near))
    (_, squared), *_ = squared_distances(features[:SHOWN], real)
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :NEIGHBOURS]
    run.array("neighbours", np.concatenate([samples[:SHOWN, None], images[nearest]], axis=1))


def measure_variety(real: np.ndarray, features: Mapping[str, np.ndarray], run: RunWriter) -> None:
    """Precision and recall of each set of features against those of the training set."""
    for name, each in features.items():
        found = compare_neighbourhoods(real, each)
        run.metric(f"{name}_precision", found.precision)
        run.metric(f"{name}_recall", found.recall)


def spectrum(images: np.ndarray) -> np.ndarray:
    """Mean power of grey images at each distance from frequency zero, in cycles per image: shape (side / 2 + 1,).

    images: uint8 of shape (n, side, side, 3); grey values run from 0 to 1. The entry 0 is the square of the mean.
    """
    grey = np.asarray(images, np.float64).mean(axis=-1) / 255
    side = grey.shape[-1]
    power = np.mean(np.abs(np.fft.fft2(grey)) ** 2, axis=0) / side**4
    frequency = np.fft.fftfreq(side, 1 / side)
    radius = np.rint(np.hypot(*np.meshgrid(frequency, frequency))).astype(int)
    total = np.bincount(radius.ravel(), power.ravel())
    return (total / np.bincount(radius.ravel()))[: side // 2 + 1]


def measure_spectra(images: np.ndarray, samples: Mapping[str, np.ndarray], run: RunWriter) -> None:
    """Where generated images are softer than the training images, and whether their finest detail is an artefact."""
    real = spectrum(images)[1:]
    for name, each in samples.items():
        ratio = spectrum(each)[1:] / real
        run.array(f"{name}_power", ratio)
        run.metric(f"{name}_least_power", ratio.min())
        run.metric(f"{name}_last_power", ratio[-1], frequency=len(ratio))


def evaluate(
    extract: Any,
    images: np.ndarray,
    real: np.ndarray,
    samples: Mapping[str, np.ndarray],
    untrained: np.ndarray,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Measure everything, and keep what the figures show.

    images: the training images, uint8 of shape (n, 32, 32, 3), and real their features; samples: as many generated
    images from the "generator" and from the "average", of the same latent codes.
    """
    noise = uniform_noise(config.control_images, images.shape[1:], seed)
    features = {name: extract(each) for name, each in {"noise": noise, "untrained": untrained, **samples}.items()}
    trained = {name: features[name] for name in samples}
    measure_distances(real, features, extract.network, seed, run)
    measure_variety(real, trained, run)
    measure_damage(extract, images, real, config.damaged_images, seed, run)
    measure_copies(images, real, samples["average"], trained["average"], seed, run)
    groups = duplicates(images)
    run.metric("duplicates", sum(len(group) - 1 for group in groups))
    run.metric("duplicate_groups", len(groups))
    measure_spectra(images, samples, run)
    run.array("network", np.array([extract.network.name, extract.network.digest]))
    keep_pictures(images, samples, seed, run)


def keep_pictures(images: np.ndarray, samples: Mapping[str, np.ndarray], seed: int, run: RunWriter) -> None:
    """The real, generated and damaged images that the figures show."""
    shown = np.random.default_rng([seed, 5]).permutation(len(images))[:96]
    run.array("real", images[shown])
    for name, each in samples.items():
        run.array(f"{name}_samples", each[:240])
    damaged = [
        [images[shown[0]], *(damage(images[shown[:1]], kind, level, seed)[0] for level in levels)]
        for kind, levels in DAMAGES.items()
    ]
    run.array("damaged", damaged)
