"""A cache of features of images that do not change, keyed by the images and the network."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from texloom.results.inputs import reads

if TYPE_CHECKING:
    from experiments.inception.extractor import Extractor


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
    reads(path)  # also if it was just written: the name identifies the content
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
