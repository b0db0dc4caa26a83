"""The Fréchet distance compared with closed forms and with scipy's matrix root, which the code does not use."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from experiments.sample_quality import frechet
from experiments.sample_quality.frechet import (
    Moments,
    frechet_distance,
    frechet_distance_of_features,
    standard_error,
)

seeds = st.integers(0, 10**6)


def features(seed: int, count: int, dimension: int, shift: float = 0.0) -> np.ndarray:
    """Correlated, skewed features in float32, like those of networks."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(dimension).normal(size=(dimension, dimension)) / np.sqrt(dimension)
    return np.maximum(rng.normal(size=(count, dimension)) @ mixing + shift, -0.2).astype(np.float32)


def by_matrix_root(first: np.ndarray, second: np.ndarray) -> float:
    """The definition, in float64, with numpy's covariance and scipy's matrix root."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    shift = first.mean(0) - second.mean(0)
    return float(shift @ shift + np.trace(one) + np.trace(two) - 2 * np.trace(sqrtm(one @ two)).real)


def gaussian(mean: np.ndarray, covariance: np.ndarray) -> Moments:
    """Moments as if from 101 vectors."""
    return Moments(101, np.asarray(mean, float), np.asarray(covariance, float) * 100)


@pytest.mark.parametrize(("first", "second"), [(300, 400), (30, 25), (30, 400), (400, 20), (60, 61)])
def test_every_regime_agrees_with_the_matrix_root(first: int, second: int) -> None:
    x, y = features(1, first, 60), features(2, second, 60, shift=0.3)
    expected = by_matrix_root(x, y)
    rank_full = min(first, second) > 60
    # scipy computes the root of a singular product only to half of the digits
    assert frechet_distance_of_features(x, y) == pytest.approx(expected, rel=1e-9 if rank_full else 1e-6)
    assert frechet_distance(Moments.of(x), Moments.of(y)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1000, pytest.param(3000, marks=pytest.mark.slow)])
def test_at_the_size_of_inception_it_agrees_with_the_matrix_root(count: int) -> None:
    x, y = features(1, count, 2048), features(2, count, 2048, shift=0.05)
    assert frechet_distance_of_features(x, y) == pytest.approx(by_matrix_root(x, y), rel=1e-6)


@given(seeds, st.integers(2, 8))
def test_diagonal_covariances_have_a_closed_form(seed: int, dimension: int) -> None:
    rng = np.random.default_rng(seed)
    mean, other_mean = rng.normal(size=(2, dimension))
    deviation, other_deviation = rng.uniform(0, 3, (2, dimension))
    expected = np.sum((mean - other_mean) ** 2) + np.sum((deviation - other_deviation) ** 2)
    found = frechet_distance(gaussian(mean, np.diag(deviation**2)), gaussian(other_mean, np.diag(other_deviation**2)))
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-10)


@given(seeds, st.integers(3, 50))
def test_a_shift_moves_it_by_its_square_and_nothing_else(seed: int, count: int) -> None:
    x = features(seed, count, 10)
    shift = np.random.default_rng(seed).normal(size=10)
    assert frechet_distance_of_features(x, x + shift) == pytest.approx(shift @ shift, rel=1e-6)


@pytest.mark.parametrize("count", [20, 500])
def test_a_set_is_at_distance_zero_from_itself(count: int) -> None:
    x = features(3, count, 64)
    assert frechet_distance_of_features(x, x[::-1]) < 1e-12 * np.trace(Moments.of(x).covariance)
    assert frechet_distance(Moments.of(x), Moments.of(x)) < 1e-12 * np.trace(Moments.of(x).covariance)


@given(seeds)
def test_its_root_is_a_metric(seed: int) -> None:
    x, y, z = (features(seed + i, 30, 5, shift=0.2 * i) for i in range(3))
    distances = [frechet_distance_of_features(*pair) ** 0.5 for pair in ((x, z), (x, y), (y, z), (z, x))]
    assert distances[0] == pytest.approx(distances[3], rel=1e-7)
    assert distances[0] <= distances[1] + distances[2] + 1e-9


def test_dead_features_leave_it_unchanged() -> None:
    x, y = features(1, 300, 20), features(2, 300, 20, shift=0.3)
    with_dead = [np.pad(each, ((0, 0), (0, 30))) for each in (x, y)]
    assert frechet_distance_of_features(*with_dead) == pytest.approx(frechet_distance_of_features(x, y), rel=1e-12)


@given(seeds, st.lists(st.integers(1, 40), min_size=2, max_size=5))
def test_moments_are_streamed_and_merged(seed: int, sizes: list[int]) -> None:
    x = features(seed, sum(sizes), 7) + 1000  # with a large mean one-pass formulas suffer from cancellation
    parts = np.split(x, np.cumsum(sizes)[:-1])
    streamed = Moments.of_batches(iter(parts))
    merged = Moments.of(parts[0]) + Moments.of_batches(parts[1:])
    for moments in (streamed, merged):
        assert moments.count == len(x)
        np.testing.assert_allclose(moments.mean, x.mean(0, dtype=np.float64), rtol=1e-13)
        np.testing.assert_allclose(moments.covariance, np.cov(x.astype(np.float64), rowvar=False), atol=1e-10)


def test_blocks_of_rows_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = features(1, 100, 8), features(2, 110, 8)
    whole = frechet_distance_of_features(x, y)
    monkeypatch.setattr(frechet, "ROWS", 9)
    assert frechet_distance_of_features(x, y) == pytest.approx(whole, rel=1e-12)


def test_what_cannot_be_compared_is_refused() -> None:
    x = features(1, 10, 4)
    with pytest.raises(ValueError, match=r"got shapes \(10, 4\) and \(10, 3\)"):
        frechet_distance_of_features(x, x[:, :3])
    with pytest.raises(ValueError, match="features must have the same dimension, got 4 and 3"):
        frechet_distance(Moments.of(x), Moments.of(x[:, :3]))
    with pytest.raises(ValueError, match="moments must have the same dimension, got 4 and 3"):
        _ = Moments.of(x) + Moments.of(x[:, :3])
    for few in (lambda: Moments.of(x[:1]).covariance, lambda: frechet_distance_of_features(x, x[:1])):
        with pytest.raises(ValueError, match="at least 2 feature vectors, got 1"):
            few()
    with pytest.raises(ValueError, match=r"n ≥ 1, got \(0, 4\)"):
        Moments.of(x[:0])
    x[3, 1] = np.nan
    with pytest.raises(ValueError, match="rows 0 to 9 are not all finite"):
        Moments.of(x)


def test_memory_does_not_grow_with_the_number_of_vectors() -> None:
    def peak(count: int) -> int:
        x, y = (np.ones((count, 16), np.float32) + features(seed, 1, 16) for seed in (1, 2))
        tracemalloc.start()
        frechet_distance_of_features(x, y)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(40 * frechet.ROWS) < 1.2 * peak(4 * frechet.ROWS)


@pytest.mark.parametrize("count", [30, 90])
def test_the_standard_error_is_the_scatter_over_new_samples(count: int) -> None:
    """It is tested with fewer vectors than dimensions, and with more."""
    reference = features(1, 400, 40)
    samples = [features(seed, count, 40, shift=0.4) for seed in range(10, 90)]
    scatter = np.std([frechet_distance_of_features(each, reference) for each in samples], ddof=1)
    errors = [standard_error(each, reference, seed=number) for number, each in enumerate(samples[:20])]
    assert np.mean(errors) == pytest.approx(scatter, rel=0.35)


def test_a_standard_error_needs_two_halves() -> None:
    with pytest.raises(ValueError, match="at least 4 feature vectors, got 3"):
        standard_error(np.zeros((3, 2)), np.zeros((5, 2)))
