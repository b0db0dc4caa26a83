"""Precision, recall, density, coverage and nearest neighbours, compared with brute force and known results."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sample_quality import neighbours
from experiments.sample_quality.neighbours import compare_neighbourhoods, nearest_distances, neighbour_radius

seeds = st.integers(0, 10**6)


def normal(seed: int, count: int, dimension: int = 3, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, dimension)).astype(np.float32)


def distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)


def by_definition(real: np.ndarray, generated: np.ndarray, k: int) -> tuple[float, float, float, float]:
    """The formulas of both papers on the whole distance matrix."""
    radii = [np.sort(distances(each, each), axis=1)[:, k] for each in (real, generated)]  # column 0 is itself
    between = distances(real, generated)
    in_real = between <= radii[0][:, None]
    return (
        float(in_real.any(axis=0).mean()),
        float((between <= radii[1]).any(axis=1).mean()),
        float(in_real.sum() / (k * len(generated))),
        float(in_real.any(axis=1).mean()),
    )


@given(seeds, st.integers(4, 40), st.integers(4, 40), st.integers(1, 3))
def test_all_four_are_their_definitions(seed: int, n: int, m: int, k: int) -> None:
    real, generated = normal(seed, n), normal(seed + 1, m, shift=0.5)
    assert compare_neighbourhoods(real, generated, k) == pytest.approx(by_definition(real, generated, k))


def test_blocks_of_rows_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    real, generated = normal(0, 50), normal(1, 37, shift=0.5)
    monkeypatch.setattr(neighbours, "ROWS", 8)
    assert compare_neighbourhoods(real, generated, 3) == pytest.approx(by_definition(real, generated, 3))
    np.testing.assert_allclose(nearest_distances(generated, real), distances(generated, real).min(axis=1), rtol=1e-6)


def test_a_set_covers_itself_and_nothing_covers_what_is_far() -> None:
    x = normal(0, 200)
    same = compare_neighbourhoods(x, x)
    assert (same.precision, same.recall, same.coverage) == (1, 1, 1)
    assert same.density == pytest.approx(1 + 1 / 5)  # the k others in each ball and the sample itself
    assert compare_neighbourhoods(x, x + 100) == (0, 0, 0, 0)


def test_half_the_modes_is_full_precision_and_half_coverage() -> None:
    left, right = normal(0, 300), normal(1, 300, shift=50)
    found = compare_neighbourhoods(np.concatenate([left, right]), normal(2, 600))
    assert found.precision > 0.9
    assert found.recall == pytest.approx(0.5, abs=0.05)
    assert found.coverage == pytest.approx(0.5, abs=0.05)


def test_radii_on_a_line() -> None:
    points = np.array([[0.0], [1.0], [3.0], [7.0]])
    np.testing.assert_allclose(neighbour_radius(points, 1), [1, 1, 2, 4])
    np.testing.assert_allclose(neighbour_radius(points, 3), [7, 6, 4, 7])


def test_a_copy_is_at_distance_zero_far_from_the_origin_too() -> None:
    x = normal(0, 30, 100) + 1000
    found = nearest_distances(np.concatenate([x[7:8], x[7:8] + 0.01]), x)
    assert found[0] == 0
    assert found[1] == pytest.approx(0.1, rel=1e-2)
    assert neighbour_radius(np.concatenate([x, x[:1]]), 1)[0] == 0  # an identical vector counts as a neighbour


def test_what_does_not_fit_is_refused() -> None:
    x = normal(0, 5)
    with pytest.raises(ValueError, match="k must be from 1 to 4 for 5 samples, got 5"):
        compare_neighbourhoods(x, x, 5)
    with pytest.raises(ValueError, match=r"got shapes \(5, 3\) and \(5, 2\)"):
        nearest_distances(x, x[:, :2])


def test_memory_grows_with_one_sample_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "ROWS", 64)
    x, y = normal(0, 4000), normal(1, 3000)
    tracemalloc.start()
    compare_neighbourhoods(x, y)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 5 * 8 * 64 * len(x)  # a tenth of the whole distance matrix
