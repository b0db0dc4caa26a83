"""Features of images that do not change, kept under a name made of the images and of the network."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from experiments.inception.extractor import Extractor


def content_name(images: np.ndarray, network_digest: str) -> str:
    """The name of the file with these images' features by this network: other bytes, shape or network, other name."""
    digest = hashlib.sha256(f"{network_digest} {images.dtype} {images.shape} ".encode())
    digest.update(np.ascontiguousarray(images).tobytes())
    return f"{digest.hexdigest()[:32]}.npy"


def cached_features(extract: Extractor, images: np.ndarray, folder: Path) -> np.ndarray:
    """extract(images), from `folder` if it was computed before, else computed and kept there.

    A file that is damaged or of another shape is computed anew.
    """
    path = folder / content_name(images, extract.network.digest)
    try:
        kept = np.load(path)
        if len(kept) == len(images) and np.isfinite(kept).all():
            return kept
    except (OSError, ValueError, EOFError):
        pass
    features = extract(images)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.save(file, features)
    partial.replace(path)
    return features
