"""How well codes interpolate: the paths between pairs of test images, and what is measured along them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.generative.interpolation import interpolate

STEPS = 8
"""A path has STEPS + 1 points, at t = k / STEPS; the STEPS − 1 between its ends are the interpolates."""

CONFIDENT = 0.9
"""A classifier recognises an image when it gives one digit at least this probability."""

KINDS = ("same", "different")
"""Pairs of the same digit, pairs of different digits."""

SPACES = ("codes", "pixels")
"""Where the straight line is drawn: between the codes, then decoded; or between the images themselves."""


@dataclass(frozen=True)
class Judge:
    """What looks at the points of a path, all as functions of rows of pixels or codes."""

    encode: Callable[[np.ndarray], np.ndarray]
    """Images, shape (n, d), to their codes, the means g(x) of the encoder, shape (n, latent_dim)."""
    decode: Callable[[np.ndarray], np.ndarray]
    """Codes to images E[x | z], shape (n, d)."""
    classify: Callable[[np.ndarray], np.ndarray]
    """Images to the digits' probabilities, shape (n, 10)."""
    bound: Callable[[np.ndarray], np.ndarray]
    """Images to their evidence lower bounds in nats, shape (n,)."""


def paths(judge: Judge, first: np.ndarray, last: np.ndarray) -> dict[str, np.ndarray]:
    """The paths of pairs of images in each of SPACES, pixels of shape (pairs, STEPS + 1, d).

    In the space of codes the ends are the decoded codes of the two images, not the images.
    """
    codes = interpolate(judge.encode(first), judge.encode(last), STEPS + 1)
    decoded = judge.decode(codes.reshape(-1, codes.shape[-1])).reshape(len(first), STEPS + 1, -1)
    return {"codes": decoded, "pixels": interpolate(first, last, STEPS + 1)}


def recognised(probabilities: np.ndarray) -> np.ndarray:
    """Whether some digit has the probability CONFIDENT; probabilities of shape (…, 10)."""
    return probabilities.max(axis=-1) >= CONFIDENT


def judge_paths(judge: Judge, path: np.ndarray) -> dict[str, np.ndarray]:
    """Means over pairs at each t: "recognised", a fraction, and "bound", in nats; shape (STEPS + 1,) each."""
    pairs, points, size = path.shape
    pixels = path.reshape(-1, size)
    found = recognised(judge.classify(pixels)).reshape(pairs, points)
    bound = judge.bound(pixels).reshape(pairs, points)
    return {"recognised": found.mean(axis=0), "bound": bound.mean(axis=0)}
