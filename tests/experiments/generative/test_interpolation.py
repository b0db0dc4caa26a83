"""Straight lines, by hand."""

from __future__ import annotations

import numpy as np

from experiments.generative.interpolation import interpolate


def test_points_are_evenly_spaced_between_the_ends() -> None:
    first, last = np.array([[0.0, 10.0], [1.0, 1.0]]), np.array([[8.0, 2.0], [1.0, -1.0]])
    path = interpolate(first, last, 9)
    assert path.shape == (2, 9, 2)
    np.testing.assert_allclose(path[0, :, 0], np.arange(9))  # t = k / 8
    np.testing.assert_allclose(path[0, :, 1], 10 - np.arange(9))
    np.testing.assert_array_equal(path[:, 0], first)
    np.testing.assert_array_equal(path[:, -1], last)
