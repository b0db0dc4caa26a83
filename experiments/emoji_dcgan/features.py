"""Features that are not computed again: those of images that do not change, and those of a killed evaluation."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from texloom.results.inputs import reads

if TYPE_CHECKING:
    from experiments.inception.extractor import Extractor
    from experiments.inception.weights import Network
    from texloom.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class ResumableExtractor:
    """An extractor that keeps its features with the checkpoint, so that an evaluation that was killed goes on."""

    extractor: Extractor
    checkpoint: Checkpoint | None

    @property
    def network(self) -> Network:
        """The network's name and digest."""
        return self.extractor.network

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features, float32 of shape (n, d), of the images."""
        if not self.checkpoint:
            return self.extractor(images)
        return self.checkpoint.keep(content_name(images, self.network.digest), lambda: self.extractor(images))


def content_name(images: np.ndarray, network_digest: str) -> str:
    """The name of the file with these images' features; it depends on the images' bytes and shape, and the network."""
    digest = hashlib.sha256(f"{network_digest} {images.dtype} {images.shape} ".encode())
    digest.update(np.ascontiguousarray(images).tobytes())
    return f"{digest.hexdigest()[:32]}.npy"


def cached_features(extract: Extractor, images: np.ndarray, folder: Path) -> np.ndarray:
    """extract(images), read from `folder` if it was computed before, else computed and stored there.

    A file that is damaged or has another shape is computed again. If several seeds are trained in parallel, one
    computes the features and the others wait.
    """
    path, partial = folder / content_name(images, extract.network.digest), folder / "unfinished.partial"
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder):
        with suppress(OSError):  # usually there is none
            partial.unlink()  # left by a training that was killed
        features = _load(path, len(images))
        if features is None:
            features = extract(images)
            with partial.open("wb") as file:
                np.save(file, features)
            partial.replace(path)
    reads(path)  # declared also if just written, because the name identifies the content
    return features


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the operating system releases it when the process that holds it dies."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _load(path: Path, count: int) -> np.ndarray | None:
    """The features of `count` images; None if the file is missing or damaged."""
    try:
        kept = np.load(path)
    except (OSError, ValueError, EOFError):
        return None
    return kept if len(kept) == count and np.isfinite(kept).all() else None
