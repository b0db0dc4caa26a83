"""Features of images in the right order; an altered network and unsuitable images are rejected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.inception import extractor as inception
from experiments.inception.extractor import Extractor, check_images, load_extractor
from experiments.inception.formats import QUANTISED_MANIFEST, QUANTISED_WEIGHTS
from experiments.inception.weights import Network
from tests.experiments.inception.tiny_archives import WEIGHTS
from texloom.data import sources
from texloom.data.sums import SUMS
from texloom.errors import ReportError


def test_without_a_network_or_with_an_altered_one_nothing_is_extracted(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="there is no Inception network here\n  python -m experiments data inception"):
        load_extractor(tmp_path)
    sources.keep(tmp_path, {QUANTISED_WEIGHTS: WEIGHTS, QUANTISED_MANIFEST: b"[]"})
    (tmp_path / QUANTISED_WEIGHTS).write_bytes(WEIGHTS[::-1])
    with pytest.raises(ReportError, match=r"expected sha256 .*, found .*\n  run make again"):
        load_extractor(tmp_path)
    assert not (tmp_path / SUMS).exists()  # so the next make fetches again


IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), np.uint8)


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (IMAGES.transpose(0, 3, 1, 2), r"got shape \(5, 3, 8, 6\): channels come first; use transpose\(0, 2, 3, 1\)"),
        (IMAGES[..., :1], r"got shape \(5, 8, 6, 1\)$"),
        (np.concatenate([IMAGES, IMAGES[..., :1]], axis=3), r"got shape \(5, 8, 6, 4\)$"),
        (IMAGES[0], r"got shape \(8, 6, 3\)"),
        (IMAGES[:0], r"got shape \(0, 8, 6, 3\)"),
        (IMAGES.astype(np.float32), r"got float32 in \[0, 255\]: scale to \[0, 255\] and round"),
        (IMAGES / 127.5 - 1, r"got float64 in \[-1, 1\]: scale"),
        (IMAGES.astype(np.int32), r"got int32 in \[0, 255\]"),
        (IMAGES[:, :1], r"got shape \(5, 1, 6, 3\)"),
        (np.zeros((1, 300, 10, 3), np.uint8), r"got shape \(1, 300, 10, 3\): shrink larger ones with antialiasing"),
        ((IMAGES / 255).round().astype(np.uint8), "got values 0 and 1 only"),
    ],
)
def test_images_of_another_kind_are_refused_and_named(images: np.ndarray, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        check_images(images)


def test_images_pass_in_batches_and_keep_their_order(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import tensorflow as tf

    monkeypatch.setattr(inception, "BATCH", 2)
    network = Network("mean", "0" * 64)
    extract = Extractor(lambda pixels: (tf.reduce_mean(pixels, (1, 2)), tf.nn.softmax(pixels[:, 0, 0])), network)
    features, posteriors = extract.features_and_posteriors(IMAGES)
    np.testing.assert_allclose(features, IMAGES.mean(axis=(1, 2)), rtol=1e-5)
    assert "through Inception" not in capfd.readouterr().err
    monkeypatch.setattr(inception, "MANY", len(IMAGES))
    np.testing.assert_array_equal(extract(IMAGES), features)
    assert "5 images through Inception: 100 %, done in" in capfd.readouterr().err
    assert posteriors.shape == (5, 3)
    np.testing.assert_allclose(posteriors.sum(1), 1, rtol=1e-5)
    assert extract.network == network
    with pytest.raises(ValueError, match="got float32"):
        extract(IMAGES.astype(np.float32))
