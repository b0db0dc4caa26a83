"""Points on the curve, their distance to it, and the scaling for the networks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.quadratic_gan.data import Scaling, curve_height, draw_points, quadratic, residuals

CURVE = (2.0, -3.0, 5.0)


def test_a_quadratic_by_hand() -> None:
    np.testing.assert_array_equal(quadratic(np.array([0.0, 1.0, -2.0]), CURVE), [5.0, 4.0, 19.0])


def test_drawn_points_lie_on_the_curve_and_fill_the_range() -> None:
    points = draw_points(5000, CURVE, (-1.0, 3.0), (0, 0))
    assert (points.shape, points.dtype) == ((5000, 2), np.float32)
    np.testing.assert_allclose(residuals(points, CURVE), 0, atol=1e-5)
    x = points[:, 0]
    assert -1 <= x.min() < -0.99
    assert 2.99 < x.max() <= 3
    assert x.mean() == pytest.approx(1.0, abs=5 * 4 / np.sqrt(12 * 5000))


def test_a_draw_is_repeatable_and_numbered() -> None:
    first = draw_points(10, CURVE, (0.0, 1.0), (3, 0))
    np.testing.assert_array_equal(first, draw_points(10, CURVE, (0.0, 1.0), (3, 0)))
    assert not np.array_equal(first, draw_points(10, CURVE, (0.0, 1.0), (3, 1)))
    assert not np.array_equal(first, draw_points(10, CURVE, (0.0, 1.0), (4, 0)))


def test_residuals_are_signed_vertical_distances() -> None:
    points = np.array([[[0.0, 7.0], [1.0, 4.0]], [[-2.0, 18.0], [1.0, 0.0]]])
    np.testing.assert_array_equal(residuals(points, CURVE), [[2.0, 0.0], [-1.0, -4.0]])


@pytest.mark.parametrize(
    ("coefficients", "x_range", "height"),
    [
        ((1.0, 0.0, 10.0), (-50.0, 50.0), 2500.0),  # the report's curve: 10 at the vertex, 2510 at both ends
        ((1.0, 0.0, 0.0), (1.0, 3.0), 8.0),  # the vertex lies outside
        ((-1.0, 2.0, 0.0), (0.0, 4.0), 9.0),  # opens downwards: 1 at x = 1, −8 at x = 4
    ],
)
def test_height_of_the_curve(coefficients: tuple, x_range: tuple, height: float) -> None:
    assert curve_height(coefficients, x_range) == pytest.approx(height)


@given(st.integers(0, 100), st.floats(0.1, 10), st.floats(-5, 5))
def test_standardised_points_have_mean_zero_and_variance_one_and_come_back(seed: int, a: float, b: float) -> None:
    points = draw_points(200, (a, b, 1.0), (-3.0, 2.0), (seed, 0))
    scaling = Scaling.of(points)
    standard = scaling.standardise(points)
    np.testing.assert_allclose(standard.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(standard.std(0), 1, atol=1e-5)
    np.testing.assert_allclose(scaling.restore(standard), points, rtol=1e-4, atol=1e-4)


def test_the_identity_changes_nothing() -> None:
    points = draw_points(5, CURVE, (-1.0, 1.0), (0, 0))
    np.testing.assert_array_equal(Scaling.identity().standardise(points), points)
    np.testing.assert_array_equal(Scaling.identity().restore(points), points)
