"""Features of images by an Inception network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from experiments.inception.formats import FROZEN_GRAPH, quantised_weights
from experiments.inception.weights import FOLDER, NAMES, Network, network_name_and_digest
from texloom.data.sums import forget
from texloom.errors import ReportError
from texloom.machine import cores
from texloom.training.progress import Progress

INPUT_SIDE = 299
BATCH = 16
"""Images per batch; a batch runs on one core."""
MANY = 512
"""Progress is shown for at least this many images."""
MOST_AT_ONCE = 4
"""Maximum number of batches at a time on more cores; each takes 250 MB of memory."""


class Extractor:
    """Features and class probabilities of images by one network.

    function: maps a float32 tensor of shape (n, h, w, 3) with values from 0 to 255 to features (n, 2048) and
    probabilities (n, classes). network: its name. Each batch runs on one core and has the same features on any core.
    """

    def __init__(self, function: Callable[[Any], tuple[Any, Any]], network: Network) -> None:
        import tensorflow as tf

        self.network = network
        pixels = tf.TensorSpec((None, None, None, 3), tf.uint8)  # type: ignore[arg-type]
        self._run = tf.function(lambda images: function(tf.cast(images, tf.float32)), input_signature=[pixels])

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features, float32 of shape (n, 2048), of RGB images, uint8 of shape (n, h, w, 3); see `check_images`."""
        return self.features_and_posteriors(images)[0]

    def features_and_posteriors(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features, and the probabilities of the network's own classes, float32 of shape (n, classes)."""
        check_images(images)
        batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
        with ThreadPoolExecutor(min(cores.available(), MOST_AT_ONCE)) as workers:
            parts = list(_shown(workers.map(self._run, batches), len(images)))
        features, posteriors = (
            np.concatenate([np.asarray(part) for part in each]) for each in zip(*parts, strict=True)
        )
        return features, posteriors


def _shown(parts: Iterator[Any], images: int) -> Iterator[Any]:
    """The parts as they become available; progress is shown for many images."""
    if images < MANY:
        yield from parts
        return
    with Progress(f"{images} images through Inception", images, unit="images") as progress:
        for number, part in enumerate(parts, start=1):
            progress.update(min(number * BATCH, images))
            yield part


def check_images(images: np.ndarray) -> None:
    """Raise ValueError unless these are uint8 RGB images of shape (n, h, w, 3), h and w from 2 to 299.

    The network's own resizing would shrink larger images without antialiasing, which changes the distance.
    """
    wanted = f"images must be uint8 of shape (n, h, w, 3) with h and w from 2 to {INPUT_SIDE}"
    if images.ndim != 4 or not len(images):
        raise ValueError(f"{wanted}, got shape {images.shape}")
    if images.shape[3] != 3:
        hint = ": channels come first; use transpose(0, 2, 3, 1)" if images.shape[1] == 3 else ""
        raise ValueError(f"{wanted}, got shape {images.shape}{hint}")
    if images.dtype != np.uint8:
        span = f"in [{images.min():.4g}, {images.max():.4g}]"
        raise ValueError(f"{wanted}, got {images.dtype} {span}: scale to [0, 255] and round, as for the real images")
    if not all(2 <= side <= INPUT_SIDE for side in images.shape[1:3]):
        raise ValueError(f"{wanted}, got shape {images.shape}: shrink larger ones with antialiasing")
    if images.max() == 1:
        raise ValueError(
            f"{wanted}, got values 0 and 1 only: images in [0, 1] must be multiplied by 255 before the cast"
        )


def load_extractor(folder: Path = FOLDER) -> Extractor:
    """The extractor of the network in `folder`. Raises ReportError if it is missing or was altered."""
    network = network_name_and_digest(folder)
    file = next(file for file, name in NAMES.items() if name == network.name)
    found = hashlib.sha256((folder / file).read_bytes()).hexdigest() if (folder / file).exists() else "no file"
    if found != network.digest:
        forget(folder)
        raise ReportError(
            folder / file, f"expected sha256 {network.digest[:16]}…, found {found[:16]}…", "run make again to fetch it"
        )
    if file == FROZEN_GRAPH:
        from experiments.inception.frozen_graph import load_frozen_inception

        return Extractor(load_frozen_inception(folder / file), network)
    from experiments.inception.network import build_inception_v3

    return Extractor(build_inception_v3(quantised_weights(folder)), network)
