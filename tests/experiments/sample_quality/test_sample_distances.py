"""Distances of samples compared with scipy, brute force and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import energy_distance as scipy_energy_distance

from experiments.sample_quality import sample_distances
from experiments.sample_quality.sample_distances import energy_distance, mean_distance

seeds = st.integers(0, 10**6)


def normal(seed: int, count: int, dimensions: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimensions))


@given(seeds, st.integers(1, 30), st.integers(1, 30))
def test_in_one_dimension_the_energy_distance_is_scipy_s(seed: int, first: int, second: int) -> None:
    x, y = normal(seed, first, 1), normal(seed + 1, second, 1) + 0.3
    # the square root of a difference with cancellation keeps half of the digits
    assert energy_distance(x, y) == pytest.approx(scipy_energy_distance(x[:, 0], y[:, 0]), abs=1e-7)


def test_the_mean_distance_by_brute_force_in_parts_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = normal(0, 17, 3), normal(1, 11, 3)
    expected = np.mean([[np.sqrt(((a - b) ** 2).sum()) for b in y] for a in x])
    assert mean_distance(x, y) == pytest.approx(expected, rel=1e-12)
    monkeypatch.setattr(sample_distances, "ROWS", 5)
    assert mean_distance(x, y) == pytest.approx(expected, rel=1e-12)


def test_two_points_apart() -> None:
    x, y = np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])
    assert energy_distance(x, y) == pytest.approx(np.sqrt(2 * 5))


@given(seeds, st.integers(2, 20))
def test_distances_are_symmetric_and_zero_for_the_same_points(seed: int, count: int) -> None:
    x, y = normal(seed, count), normal(seed + 1, count)
    assert energy_distance(x, y) == pytest.approx(energy_distance(y, x), abs=1e-7)
    assert energy_distance(x, x[::-1]) == pytest.approx(0, abs=1e-7)
    assert energy_distance(x, y) > 0


@given(seeds)
def test_the_triangle_inequality(seed: int) -> None:
    x, y, z = (normal(seed + shift, 12) * (1 + shift) for shift in range(3))
    assert energy_distance(x, z) <= energy_distance(x, y) + energy_distance(y, z) + 1e-7
