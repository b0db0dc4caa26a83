"""The kernel inception distance compared with brute force; it is unbiased and its error is correct."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sample_quality import kernel_distance as module
from experiments.sample_quality.kernel_distance import kernel_distance, polynomial_kernel, squared_discrepancy

seeds = st.integers(0, 10**6)


def normal(seed: int, count: int, dimension: int = 4, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, dimension))


def kernel(x: np.ndarray, y: np.ndarray) -> float:
    return float((x @ y / len(x) + 1) ** 3)


def by_pairs(first: np.ndarray, second: np.ndarray) -> float:
    """The unbiased estimate pair by pair."""
    within = [
        np.mean([kernel(a, b) for i, a in enumerate(each) for j, b in enumerate(each) if i != j])
        for each in (first, second)
    ]
    return float(sum(within) - 2 * np.mean([kernel(a, b) for a in first for b in second]))


@given(seeds, st.integers(2, 9), st.integers(2, 9))
def test_it_is_the_sum_over_pairs(seed: int, n: int, m: int) -> None:
    x, y = normal(seed, n), normal(seed + 1, m, shift=0.5)
    assert squared_discrepancy(x, y) == pytest.approx(by_pairs(x, y), rel=1e-9, abs=1e-9)


def test_the_kernel_is_cubic() -> None:
    found = polynomial_kernel(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(found, [[(11 / 2 + 1) ** 3, 1]])


@pytest.mark.parametrize("counts", [(30, 40), (300, 45)])
def test_both_ways_of_computing_subsets_give_each_subset_s_own_value(
    counts: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rows use one pass over the whole kernel, many rows use a kernel for each subset.

    The size of the blocks changes neither result.
    """
    monkeypatch.setattr(module, "ROWS", 7)
    x, y = normal(1, counts[0]), normal(2, counts[1], shift=0.3)
    found = kernel_distance(x, y, subsets=6, subset_size=20, seed=5).values
    rng = np.random.default_rng(5)
    for value in found:
        rows, columns = rng.permutation(len(x))[:20], rng.permutation(len(y))[:20]
        assert value == pytest.approx(by_pairs(x[rows], y[columns]), rel=1e-9)


def test_it_is_unbiased_where_the_distributions_agree() -> None:
    values = [squared_discrepancy(normal(2 * i, 20), normal(2 * i + 1, 20)) for i in range(2000)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))
    assert np.mean(np.array(values) < 0) > 0.4  # an estimate that is never negative would be biased


def test_a_shift_of_the_mean_has_a_closed_form() -> None:
    """In one dimension k(x, y) = 1 + 3xy + 3x²y² + x³y³ compares three moments: MMD² = 3Δm₁² + 3Δm₂² + Δm₃²."""
    shift = 0.5
    expected = 3 * shift**2 + 3 * shift**4 + (3 * shift + shift**3) ** 2
    found = kernel_distance(normal(0, 40_000, 1), normal(1, 40_000, 1, shift=shift), subsets=40)
    assert found.mean == pytest.approx(expected, abs=4 * found.standard_error)
    assert found.standard_error < 0.1 * expected


def test_the_standard_error_is_the_scatter_of_repeated_measurements() -> None:
    measured = [kernel_distance(normal(2 * i, 120), normal(2 * i + 1, 120, shift=0.7), subsets=100) for i in range(100)]
    scatter = np.std([each.mean for each in measured])
    assert np.mean([each.standard_error for each in measured]) == pytest.approx(scatter, rel=0.25)
    assert np.mean([each.deviation for each in measured]) / np.sqrt(100) < 0.3 * scatter  # the usual formula


def test_subsets_default_to_a_thousand_or_half_the_sample() -> None:
    x = normal(0, 50)
    assert kernel_distance(x, x[:40], subsets=2).fraction == 0.5
    assert kernel_distance(normal(0, 2500, 2), normal(1, 4000, 2), subsets=2).fraction == 1000 / 2500
    whole = kernel_distance(x, x[:40], subsets=3, subset_size=40)
    assert np.isnan(whole.standard_error)


def test_the_same_seed_gives_the_same_subsets() -> None:
    x, y = normal(0, 60), normal(1, 60)
    np.testing.assert_array_equal(kernel_distance(x, y, seed=3).values, kernel_distance(x, y, seed=3).values)
    assert kernel_distance(x, y, seed=3).mean != kernel_distance(x, y, seed=4).mean


def test_what_does_not_fit_is_refused() -> None:
    x = normal(0, 30)
    with pytest.raises(ValueError, match=r"got shapes \(30, 4\) and \(30, 3\)"):
        kernel_distance(x, x[:, :3])
    for size in (1, 21):
        with pytest.raises(ValueError, match=f"subset_size must be from 2 to 20, .* got {size}"):
            kernel_distance(x, x[:20], subset_size=size)
