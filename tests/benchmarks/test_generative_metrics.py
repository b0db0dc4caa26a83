"""Fréchet distance, kernel distance, score, precision and recall: the same values as other libraries, in less time.

    make bench

Agreement is asserted; times are printed. Both sides get the same features, with Inception's dimension.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import sqrtm

from experiments.sample_quality.frechet import Moments, frechet_distance, frechet_distance_of_features
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import kernel_distance
from experiments.sample_quality.neighbours import compare_neighbourhoods
from tests.benchmarks.metric_peers import peer
from tests.benchmarks.side_by_side import time_in_turn

torch = pytest.importorskip("torch", reason="torch is of the group peers, which make bench installs")

FEATURES = 2048


def features(seed: int, count: int, shift: float = 0.0) -> np.ndarray:
    """Correlated, skewed and non-negative features, like those of Inception."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(FEATURES, FEATURES))
    return np.maximum(rng.normal(size=(count, FEATURES)) @ mixing / 40 + 0.3 + shift, 0).astype(np.float32)


def statistics(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance in float64 by numpy."""
    values = values.astype(np.float64)
    return values.mean(axis=0), np.cov(values, rowvar=False)


def by_matrix_root(first: np.ndarray, second: np.ndarray) -> float:
    """The Fréchet distance as it is usually computed."""
    (mean, covariance), (other_mean, other_covariance) = statistics(first), statistics(second)
    root: Any = sqrtm(covariance @ other_covariance)
    traces = np.trace(covariance) + np.trace(other_covariance) - 2 * np.trace(root.real)
    return float((mean - other_mean) @ (mean - other_mean) + traces)


@pytest.mark.parametrize(("count", "at_least"), [(1000, 20), (3000, 4)])
def test_frechet_distance(benchmark, count: int, at_least: float) -> None:
    """From features to the distance, compared with scipy's root; torch-fidelity and pytorch-fid must agree."""
    fidelity, pytorch_fid = peer("torch_fidelity.metric_fid"), peer("pytorch_fid.fid_score")
    x, y = features(1, count), features(2, count, shift=0.02)
    x64, y64 = torch.from_numpy(x.astype(np.float64)), torch.from_numpy(y.astype(np.float64))

    def torch_fidelity() -> float:
        both = [fidelity.fid_features_to_statistics(each) for each in (x64, y64)]
        return fidelity.fid_statistics_to_metric(*both, verbose=False)[fidelity.KEY_METRIC_FID]

    def reference_port() -> float:
        return pytorch_fid.calculate_frechet_distance(*statistics(x), *statistics(y))

    ours = frechet_distance_of_features(x, y)
    assert ours == pytest.approx(by_matrix_root(x, y), rel=1e-6)
    assert ours == pytest.approx(torch_fidelity(), rel=1e-6)
    assert ours == pytest.approx(reference_port(), rel=1e-6)
    if count > FEATURES:
        assert ours == pytest.approx(frechet_distance(Moments.of(x), Moments.of(y)), rel=1e-9)
    work = f"Fréchet distance, {count} features of dimension {FEATURES} each"
    peers = {"scipy sqrtm": lambda: by_matrix_root(x, y)}
    time_in_turn(
        benchmark, work, lambda: frechet_distance_of_features(x, y), peers, units=1, rounds=5, at_least=at_least
    )


def test_kernel_distance(benchmark) -> None:
    """3000 generated and 3671 real features, compared with torch-fidelity; one subset of all rows must agree."""
    fidelity = peer("torch_fidelity.metric_kid")
    x, y = features(1, 3000), features(2, 3671, shift=0.02)
    settings = {"kid_subsets": 100, "kid_subset_size": 1000, "rng_seed": 0, "verbose": False}

    def theirs(first: np.ndarray, second: np.ndarray, **changed: Any) -> dict[str, float]:
        tensors = torch.from_numpy(first), torch.from_numpy(second)
        return fidelity.kid_features_to_metric(*tensors, **(settings | changed))

    def ours() -> Any:
        return kernel_distance(x, y, subset_size=1000)

    whole = kernel_distance(x[:900], y[:900], subsets=1, subset_size=900).mean
    x64, y64 = x[:900].astype(np.float64), y[:900].astype(np.float64)
    expected = theirs(x64, y64, kid_subsets=1, kid_subset_size=900)
    assert whole == pytest.approx(expected[fidelity.KEY_METRIC_KID_MEAN], rel=1e-6)
    found, expected = ours(), theirs(x, y)
    error = found.deviation / np.sqrt(100)  # other subsets of the same samples
    assert found.mean == pytest.approx(expected[fidelity.KEY_METRIC_KID_MEAN], abs=6 * error)
    assert found.deviation == pytest.approx(expected[fidelity.KEY_METRIC_KID_STD], rel=0.4)
    work = "kernel distance, 3000 and 3671 features, 100 subsets of 1000"
    time_in_turn(benchmark, work, ours, {"torch-fidelity": lambda: theirs(x, y)}, units=1, rounds=5, at_least=1)


def test_inception_score(benchmark) -> None:
    """Ten splits of 10,000 posteriors, compared with torch-fidelity, which starts from logits."""
    fidelity = peer("torch_fidelity.metric_isc")
    logits = 3 * np.random.default_rng(0).normal(size=(10_000, 1008))
    posteriors = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    tensor = torch.from_numpy(logits)

    def theirs() -> dict[str, float]:
        return fidelity.isc_features_to_metric(tensor, splits=10, shuffle=False)

    found, expected = inception_score(posteriors, splits=10), theirs()
    assert found.mean == pytest.approx(expected[fidelity.KEY_METRIC_ISC_MEAN], rel=1e-9)
    assert found.deviation == pytest.approx(expected[fidelity.KEY_METRIC_ISC_STD], rel=1e-6)
    work = "inception score, 10,000 images and 1008 classes in ten splits"
    time_in_turn(
        benchmark, work, lambda: inception_score(posteriors, 10), {"torch-fidelity": theirs}, units=1, rounds=5
    )


def test_precision_and_recall(benchmark) -> None:
    """3000 features per set and three neighbours, compared with torch-fidelity; ours adds density and coverage."""
    fidelity = peer("torch_fidelity.metric_prc")
    x, y = features(1, 3000, shift=0.01), features(2, 2900)
    tensors = torch.from_numpy(y.astype(np.float64)), torch.from_numpy(x.astype(np.float64))

    def theirs() -> dict[str, float]:
        settings = {"prc_neighborhood": 3, "prc_batch_size": 10_000, "save_cpu_ram": True, "verbose": False}
        return fidelity.prc_features_to_metric(*tensors, **settings)

    found, expected = compare_neighbourhoods(x, y, k=3), theirs()
    assert 0.01 < found.precision < 0.99  # neither 0 nor 1, or the comparison would be trivial
    assert found.precision == pytest.approx(expected[fidelity.KEY_METRIC_PRECISION], abs=1e-6)
    assert found.recall == pytest.approx(expected[fidelity.KEY_METRIC_RECALL], abs=1e-6)
    work = f"precision and recall, 3000 and 2900 features of dimension {FEATURES}"
    peers = {"torch-fidelity": theirs}
    time_in_turn(benchmark, work, lambda: compare_neighbourhoods(x, y, k=3), peers, units=1, rounds=5)


def test_torchmetrics_agrees(benchmark) -> None:
    """torchmetrics' functions on the same features, without its classes."""
    torchmetrics_fid, torchmetrics_kid = peer("torchmetrics.image.fid"), peer("torchmetrics.image.kid")
    x, y = features(1, 3000), features(2, 3000, shift=0.02)
    moments = [torch.from_numpy(part) for each in (x, y) for part in statistics(each)]

    def theirs() -> float:
        return float(torchmetrics_fid._compute_fid(*moments))

    one, two = Moments.of(x), Moments.of(y)
    assert frechet_distance(one, two) == pytest.approx(theirs(), rel=1e-6)
    few = [torch.from_numpy(each[:900].astype(np.float64)) for each in (x, y)]
    expected = float(torchmetrics_kid.poly_mmd(*few))
    assert kernel_distance(x[:900], y[:900], subsets=1, subset_size=900).mean == pytest.approx(expected, rel=1e-6)
    work = f"Fréchet distance from moments of dimension {FEATURES}"
    peers = {"torchmetrics": theirs}
    time_in_turn(benchmark, work, lambda: frechet_distance(one, two), peers, units=1, rounds=5)


def test_inception_features(benchmark, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 32×32 images to 2048 features, compared with torch-fidelity's network, whose layers have the same sizes."""
    from experiments.inception.extractor import load_extractor
    from experiments.inception.weights import FOLDER, fetch
    from texloom.data.sums import SUMS

    if not (FOLDER / SUMS).exists():
        fetch()
    inception = peer("torch_fidelity.feature_extractor_inceptionv3")
    images = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3), np.uint8)
    extract = load_extractor()
    theirs = torch_fidelity_network(inception, monkeypatch)
    tensor = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())

    def run() -> list[Any]:
        with torch.no_grad():
            return [theirs(part)[0] for part in tensor.split(32)]

    assert extract(images).shape == (64, FEATURES)
    assert sum(len(part) for part in run()) == 64
    work = "Inception features of a 32×32 image"
    peers = {"torch-fidelity": run}
    time_in_turn(benchmark, work, lambda: extract(images), peers, units=64, rounds=5, at_least=2.5)


def torch_fidelity_network(module: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its extractor with random weights: the time does not depend on the weights, which cannot always be downloaded."""

    class RandomWeights(module.FeatureExtractorInceptionV3):
        def load_state_dict(self, *_: Any, **__: Any) -> None: ...

    monkeypatch.setattr(module, "load_state_dict_from_url", lambda *_, **__: {})
    return RandomWeights("random", ["2048"])
