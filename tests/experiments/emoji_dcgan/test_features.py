"""Features are computed once for each content and network, and anew when the file is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.emoji_dcgan.features import cached_features, content_name
from experiments.inception.weights import Network

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), np.uint8)


class Counting:
    """An extractor that counts its calls."""

    network = Network("network", "1" * 64)

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        return images.reshape(len(images), -1).astype(np.float32)


def test_the_second_time_they_are_read(tmp_path: Path) -> None:
    extract: Any = Counting()
    first = cached_features(extract, IMAGES, tmp_path)
    np.testing.assert_array_equal(cached_features(extract, IMAGES.copy(), tmp_path), first)
    np.testing.assert_array_equal(first, IMAGES.reshape(6, -1))
    assert extract.calls == 1


@pytest.mark.parametrize("content", [b"", b"no array", None])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    extract: Any = Counting()
    first = cached_features(extract, IMAGES, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-9] if content is None else content)
    np.testing.assert_array_equal(cached_features(extract, IMAGES, tmp_path), first)
    assert extract.calls == 2


def test_another_pixel_shape_or_network_has_another_name() -> None:
    other = IMAGES.copy()
    other[3, 2, 1, 0] ^= 1
    names = {
        content_name(IMAGES, "a"), content_name(other, "a"), content_name(IMAGES.reshape(6, 2, 8, 3), "a"),
        content_name(IMAGES, "b"), content_name(IMAGES.astype(np.int8), "a"),
    }  # fmt: skip
    assert len(names) == 5
