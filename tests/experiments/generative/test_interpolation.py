"""Straight lines and arcs, compared with values computed by hand."""

from __future__ import annotations

import numpy as np

from experiments.generative.interpolation import interpolate, interpolate_on_arc


def test_points_are_evenly_spaced_between_the_ends() -> None:
    first, last = np.array([[0.0, 10.0], [1.0, 1.0]]), np.array([[8.0, 2.0], [1.0, -1.0]])
    path = interpolate(first, last, 9)
    assert path.shape == (2, 9, 2)
    np.testing.assert_allclose(path[0, :, 0], np.arange(9))  # t = k / 8
    np.testing.assert_allclose(path[0, :, 1], 10 - np.arange(9))
    np.testing.assert_array_equal(path[:, 0], first)
    np.testing.assert_array_equal(path[:, -1], last)


def test_an_arc_between_equal_norms_turns_evenly_and_keeps_the_norm() -> None:
    first, last = np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [3.0, 3.0]])
    path = interpolate_on_arc(first, last, 7)
    np.testing.assert_allclose(np.degrees(np.arctan2(path[0, :, 1], path[0, :, 0])), 15 * np.arange(7), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(path[0], axis=1), 2)
    np.testing.assert_allclose(path[1], interpolate(first, last, 7)[1])  # no angle: the straight line


def test_in_the_middle_of_an_arc_the_squared_norm_is_known_and_can_exceed_that_of_both_ends() -> None:
    angle = np.radians(150)
    first, last = np.array([[3.0, 0.0]]), 5 * np.array([[np.cos(angle), np.sin(angle)]])
    middle = np.linalg.norm(interpolate_on_arc(first, last, 3)[0, 1])
    np.testing.assert_allclose(middle**2, 3 * 5 + (5 - 3) ** 2 / (4 * np.cos(angle / 2) ** 2))
    assert middle > 5
