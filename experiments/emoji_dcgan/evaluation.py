"""Measurements: distances of generated images to the training images, in the features of one named network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from experiments.datasets.emoji import duplicates
from experiments.emoji_dcgan.config import Config
from experiments.emoji_dcgan.metrics import DAMAGES
from experiments.sample_quality.frechet import frechet_distance_of_features, standard_error
from experiments.sample_quality.kernel_distance import kernel_distance
from experiments.sample_quality.neighbours import compare_neighbourhoods, nearest_distances, squared_distances
from texloom.results.tiling import to_bytes

if TYPE_CHECKING:
    from texloom.results.writer import RunWriter

SPLITS = 5
"""Number of random splits of the training set into halves whose distance is measured."""

NEIGHBOURS, SHOWN = 4, 10
"""The number of nearest training images stored for each sample, and the number of such samples."""

TAIL = 0.1
"""The final fraction of the training over which losses are averaged."""

Extract = Callable[[np.ndarray], np.ndarray]


def measure_losses(history: Mapping[str, np.ndarray], run: RunWriter) -> None:
    """Record the mean of both losses over the tail, and the bound eq:lsgan-certificate from the discriminator's."""
    tails = {name: np.asarray(loss[-max(round(TAIL * len(loss)), 1) :]) for name, loss in history.items()}
    for player in ("discriminator", "generator"):
        run.metric(f"{player}_loss", tails[f"{player}_loss"].mean())
    run.metric("equilibrium_loss", 0.25)
    run.metric("divergence_bound", lower_bound(tails["discriminator_loss"].mean()))


def lower_bound(loss: Any) -> Any:
    """2 − 8 J: the bound that a discriminator's loss J proves for the divergence, eq:lsgan-certificate."""
    return 2.0 - 8.0 * loss


def halves(count: int, seed: int, split: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two random halves of `count` rows; if the number is odd, one row is left out. split: the number of the split."""
    order = np.random.default_rng([seed, 1, split]).permutation(count)
    middle = count // 2
    return order[:middle], order[middle : 2 * middle]


def uniform_noise(count: int, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Images of independent, uniformly distributed bytes."""
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
    """Fréchet and kernel distance of each set's features to those of the training set, and of two halves to each other.

    real: features of the training set, shape (n, d); features: those of the other sets, by name. All were computed by
    `network`, whose name and digest, in this order, are recorded with every number. Errors are over images, those of
    the halves over random splits.
    """
    origin = f"{network[0]}, sha256 {network[1][:8]}"
    splits = [[real[rows] for rows in halves(len(real), seed, split)] for split in range(SPLITS)]
    between = [frechet_distance_of_features(*split) for split in splits]
    _record("real", (frechet_distance_of_features(real, real), None), len(real), origin, run)
    _record("half", (float(np.mean(between)), float(np.std(between, ddof=1))), len(splits[0][0]), origin, run)
    first, second = splits[0]
    _record_kernel("half", first, second, seed, origin, run)
    for name, each in features.items():
        found = frechet_distance_of_features(each, real), standard_error(each, real, seed=seed)
        _record(name, found, len(each), origin, run)
        _record_kernel(name, each, real, seed, origin, run)


def _record(name: str, found: tuple[float, float | None], count: int, origin: str, run: RunWriter) -> None:
    """Record a Fréchet distance with its standard error."""
    run.metric(f"{name}_fid", found[0], error=found[1], images=count, network=origin)
    run.metric(f"{name}_count", count)


def _record_kernel(
    name: str, features: np.ndarray, reference: np.ndarray, seed: int, origin: str, run: RunWriter
) -> None:
    """Record a kernel distance, and its standard error also as a separate metric."""
    kernel = kernel_distance(features, reference, seed=seed)
    error = kernel.standard_error
    run.metric(f"{name}_kid", kernel.mean, error=error, images=len(features), network=origin)
    run.metric(f"{name}_kid_error", error, images=len(features), network=origin)


def measure_gain(run: RunWriter) -> None:
    """Record by how many standard errors weight averaging lowers each distance, treating the two sets as independent.

    Both sets are drawn from the same latent codes, which tends to make the error of the difference smaller.
    """
    for distance in ("fid", "kid"):
        one, other = (run.metrics[f"{name}_{distance}"] for name in ("generator", "average"))
        error = np.hypot(one["error"], other["error"])
        run.metric(f"{distance}_gain", (one["value"] - other["value"]) / error if error else 0.0)


def measure_damage(
    extract: Extract, images: np.ndarray, real: np.ndarray, count: int, seed: int, run: RunWriter
) -> None:
    """Record the Fréchet distance of some training images to all of them, undamaged and at each level of damage."""
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
    """Record how near generated images come to training images in feature space, and the neighbours of a few.

    For comparison, record how near the images of one half of the training set come to those of the other half.
    """
    first, second = halves(len(real), seed)
    distances = {"sample": nearest_distances(features, real), "real": nearest_distances(real[first], real[second])}
    for name, values in distances.items():
        run.array(f"{name}_nearest", values)
        run.metric(f"{name}_nearest", np.median(values))
    run.metric("least_nearest", distances["sample"].min())
    near = np.percentile(distances["real"], 5)
    run.metric("near_copies", 100 * np.mean(distances["sample"] < near))
    (_, squared), *_ = squared_distances(features[:SHOWN], real)
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :NEIGHBOURS]
    run.array("neighbours", np.concatenate([samples[:SHOWN, None], images[nearest]], axis=1))


def measure_variety(real: np.ndarray, features: Mapping[str, np.ndarray], run: RunWriter) -> None:
    """Record precision and recall of each set of features against those of the training set."""
    for name, each in features.items():
        found = compare_neighbourhoods(real, each)
        run.metric(f"{name}_precision", found.precision)
        run.metric(f"{name}_recall", found.recall)


def mean_power(images: np.ndarray) -> np.ndarray:
    """The mean power of grey images at each frequency, vertical and horizontal: shape (side / 2 + 1, side / 2 + 1).

    images: uint8 of shape (n, side, side, 3); grey values are scaled to [0, 1]. Frequencies are in cycles per image and
    averaged over their signs; the entry (0, 0) is the mean square of the images' means.
    """
    grey = np.asarray(images, np.float64).mean(axis=-1) / 255
    side = grey.shape[-1]
    power = np.mean(np.abs(np.fft.fft2(grey)) ** 2, axis=0) / side**4
    signed = [np.roll(power[::down, ::across], (down < 0, across < 0), (0, 1)) for down, across in SIGNS]
    return np.mean(signed, axis=0)[: side // 2 + 1, : side // 2 + 1]


SIGNS = ((1, 1), (1, -1), (-1, 1), (-1, -1))
"""The combinations of signs of the vertical and the horizontal frequency."""


def ring_means(power: np.ndarray) -> np.ndarray:
    """The mean of what `mean_power` gives at each distance from frequency zero, shape (side / 2 + 1,)."""
    half = len(power) - 1
    inner = np.arange(half + 1) % half > 0  # these frequencies occur with both signs
    weight = np.outer(1 + inner, 1 + inner)
    radius = np.rint(np.hypot(*np.meshgrid(np.arange(half + 1), np.arange(half + 1)))).astype(int)
    total = np.bincount(radius.ravel(), (weight * power).ravel())
    return (total / np.bincount(radius.ravel(), weight.ravel()))[: half + 1]


def measure_spectra(
    images: np.ndarray, samples: Mapping[str, np.ndarray], levelled: Mapping[str, np.ndarray], run: RunWriter
) -> None:
    """Measure where generated images are softer than training images, and whether their finest detail is an artefact.

    Rows, columns and checkerboards that alternate from pixel to pixel are the patterns that a transposed convolution of
    stride 2 may leave, because it computes the pixels of each parity with different kernel weights. levelled: the
    samples drawn with a last kernel that cannot produce a checkerboard in flat areas, see `level_parities`.
    """
    real, last = mean_power(images), images.shape[1] // 2
    alternating = {"rows": (last, 0), "columns": (0, last), "checks": (last, last)}
    others = np.ones(real.shape, bool)
    others[0, 0] = False
    others[tuple(np.transpose([*alternating.values()]))] = False
    for name, each in samples.items():
        power = mean_power(each)
        rings, share = (ring_means(power) / ring_means(real))[1:], power / real
        run.array(f"{name}_power", rings)
        run.array(f"{name}_plane", share)
        run.metric(f"{name}_least_power", rings.min())
        run.metric(f"{name}_last_power", rings[-1], frequency=len(rings))
        for pattern, frequency in alternating.items():
            run.metric(f"{name}_{pattern}_power", float(share[frequency]))
        run.metric(f"{name}_other_power", float(share[others].max()))
        run.metric(f"{name}_levelled_power", float((mean_power(levelled[name]) / real)[last, last]))


def evaluate(
    extract: Any,
    images: np.ndarray,
    real: np.ndarray,
    samples: Mapping[str, np.ndarray],
    levelled: Mapping[str, np.ndarray],
    untrained: np.ndarray,
    config: Config,
    seed: int,
    run: RunWriter,
) -> None:
    """Measure everything, and store what the figures show.

    images: the training images, uint8 of shape (n, 32, 32, 3); real: their features; samples: equally many images
    by the "generator" and by the "average", from the same latent codes; levelled: images from some of these codes, see
    `measure_spectra`.
    """
    noise = uniform_noise(config.control_images, images.shape[1:], seed)
    features = {name: extract(each) for name, each in {"noise": noise, "untrained": untrained, **samples}.items()}
    trained = {name: features[name] for name in samples}
    few = features["generator"][: config.control_images]
    measure_distances(real, features | {"few": few}, extract.network, seed, run)
    measure_gain(run)
    measure_variety(real, trained, run)
    measure_damage(extract, images, real, config.damaged_images, seed, run)
    measure_copies(images, real, samples["average"], trained["average"], seed, run)
    groups = duplicates(images)
    run.metric("duplicates", sum(len(group) - 1 for group in groups))
    run.metric("duplicate_groups", len(groups))
    measure_spectra(images, samples, levelled, run)
    run.array("network", np.array([extract.network.name, extract.network.digest]))
    keep_pictures(images, samples, seed, run)


def keep_pictures(images: np.ndarray, samples: Mapping[str, np.ndarray], seed: int, run: RunWriter) -> None:
    """Store the real, generated and damaged images that the figures show."""
    shown = np.random.default_rng([seed, 5]).permutation(len(images))[:96]
    run.array("real", images[shown])
    for name, each in samples.items():
        run.array(f"{name}_samples", each[:240])
    damaged = [
        [images[shown[0]], *(damage(images[shown[:1]], kind, level, seed)[0] for level in levels)]
        for kind, levels in DAMAGES.items()
    ]
    run.array("damaged", damaged)
