"""Straight lines and arcs between latent codes, or between images; in numpy."""

from __future__ import annotations

import numpy as np


def interpolate(first: np.ndarray, last: np.ndarray, points: int) -> np.ndarray:
    """(1 − t) first + t last at evenly spaced t from 0 to 1; from arrays of shape (n, d) to shape (n, points, d)."""
    t = np.linspace(0.0, 1.0, points, dtype=first.dtype)[:, None]
    return (1 - t) * first[:, None, :] + t * last[:, None, :]


def interpolate_on_arc(first: np.ndarray, last: np.ndarray, points: int) -> np.ndarray:
    """As `interpolate`, but along an arc: the great circle's if both norms are equal.

    (sin((1 − t)ω) first + sin(tω) last) / sin ω, where ω is the angle between them; a straight line if ω is almost 0.
    In the middle the norm is at least the geometric mean of the two norms; it can exceed both.
    """
    t = np.linspace(0.0, 1.0, points, dtype=first.dtype)[:, None]
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(last, axis=1)
    angle = np.arccos(np.clip(np.sum(first * last, axis=1) / np.maximum(norms, 1e-12), -1, 1))[:, None, None]
    narrow = np.abs(np.sin(angle)) < 1e-4
    sine = np.where(narrow, 1, np.sin(angle))
    weights = (np.where(narrow, each, np.sin(each * angle) / sine) for each in (1 - t, t))
    one, other = (each.astype(first.dtype) for each in weights)
    return one * first[:, None, :] + other * last[:, None, :]
