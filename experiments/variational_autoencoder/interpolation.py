"""How well codes interpolate: the paths between pairs of test images, and what is measured along them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.generative.interpolation import interpolate, interpolate_on_arc

STEPS = 8
"""A path has STEPS + 1 points, at t = k / STEPS; the STEPS − 1 between its ends are the interpolates."""

KINDS = ("same", "different")
"""Pairs of the same digit, pairs of different digits."""

SPACES = ("codes", "arc", "pixels", "decoded")
"""The paths: the decoded straight line between the codes; the decoded arc of a great circle between them; the straight
line between the images; and this line with each of its points encoded and decoded again.

The last path is the fair comparison with the first, because any output of the decoder looks like a digit more often
than a blend of images does.
"""

CLASSIFIERS = ("perceptron", "convolutional")
"""The networks that recognise digits."""

Classify = Callable[[np.ndarray], np.ndarray]
"""From rows of pixels, shape (n, d), to the digits' probabilities, shape (n, 10)."""


@dataclass(frozen=True)
class Recogniser:
    """A classifier that recognises an image as a digit if the digit's probability is at least `threshold`."""

    classify: Classify
    threshold: float

    @classmethod
    def calibrated(cls, classify: Classify, images: np.ndarray, rate: float) -> Recogniser:
        """With the threshold at which `rate` per cent of the images, shape (n, d), are recognised as some digit."""
        return cls(classify, float(np.quantile(classify(images).max(axis=1), 1 - rate / 100)))

    def recognise(self, images: np.ndarray) -> np.ndarray:
        """The digits that an image is recognised as, bool of shape (n, 10): at most one for thresholds above ½."""
        return self.classify(images) >= self.threshold


@dataclass(frozen=True)
class Judge:
    """The functions that measure points of a path, given as rows of pixels or codes."""

    encode: Callable[[np.ndarray], np.ndarray]
    """From images, shape (n, d), to their codes, the means g(x) of the encoder, shape (n, latent_dim)."""
    decode: Callable[[np.ndarray], np.ndarray]
    """From codes to images E[x | z], shape (n, d)."""
    recognisers: Mapping[str, Recogniser]
    """The recognisers, by their names in CLASSIFIERS."""
    bound: Callable[[np.ndarray], np.ndarray]
    """From images to their evidence lower bounds in nats, shape (n,)."""


def paths(judge: Judge, first: np.ndarray, last: np.ndarray) -> dict[str, np.ndarray]:
    """The paths of pairs of images in each of SPACES, pixels of shape (pairs, STEPS + 1, d).

    If codes are decoded, the ends of a path are the decoded codes of the two images, not the images themselves.
    """

    def decoded(codes: np.ndarray) -> np.ndarray:
        return judge.decode(codes.reshape(-1, codes.shape[-1])).reshape(len(first), STEPS + 1, -1)

    ends = judge.encode(first), judge.encode(last)
    blends = interpolate(first, last, STEPS + 1)
    return {
        "codes": decoded(interpolate(*ends, STEPS + 1)),
        "arc": decoded(interpolate_on_arc(*ends, STEPS + 1)),
        "pixels": blends,
        "decoded": decoded(judge.encode(blends.reshape(-1, blends.shape[-1]))),
    }


def judge_paths(judge: Judge, path: np.ndarray, digits: np.ndarray) -> dict[str, np.ndarray]:
    """Means over pairs at each t, shape (STEPS + 1,): fractions for each classifier, and "bound", in nats.

    "<classifier>_recognised" as any digit, "<classifier>_own" as a digit of the pair; digits: int of shape (pairs, 2).
    """
    pairs, points, size = path.shape
    pixels = path.reshape(-1, size)
    found = {"bound": judge.bound(pixels).reshape(pairs, points).mean(axis=0)}
    rows = np.arange(pairs)[:, None]
    for name, recogniser in judge.recognisers.items():
        verdicts = recogniser.recognise(pixels).reshape(pairs, points, -1)
        own = verdicts[rows, :, digits].any(axis=1)  # (pairs, 2, points) before
        found[f"{name}_recognised"] = verdicts.any(axis=2).mean(axis=0)
        found[f"{name}_own"] = own.mean(axis=0)
    return found
