"""Latent codes fill their cube, and the same key gives the same codes."""

from __future__ import annotations

import numpy as np

from experiments.generative.latent import draw_latent
from texloom.training import loop


def test_latent_codes_are_uniform_and_keyed() -> None:
    latent = draw_latent(50_000, 2, loop.step_seed(0, 1)).numpy()
    assert -1 <= latent.min() < -0.999
    assert 0.999 < latent.max() <= 1
    np.testing.assert_allclose(latent.mean(0), 0, atol=0.015)
    np.testing.assert_allclose(np.cov(latent.T), np.eye(2) / 3, atol=0.01)
    np.testing.assert_array_equal(latent, draw_latent(50_000, 2, loop.step_seed(0, 1)))
    assert not np.array_equal(latent, draw_latent(50_000, 2, loop.step_seed(0, 2)))
