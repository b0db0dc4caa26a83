"""A network and reference images, with which sets of images are evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from experiments.sample_quality.frechet import Moments, frechet_distance
from experiments.sample_quality.inception_score import inception_score
from experiments.sample_quality.kernel_distance import KernelDistance, kernel_distance
from experiments.sample_quality.neighbours import Neighbourhood, compare_neighbourhoods, nearest_distances
from experiments.sample_quality.resampling import bootstrap_error


class Opinion(NamedTuple):
    """A network's outputs for n images: features (n, d) and class probabilities (n, classes)."""

    features: np.ndarray
    posteriors: np.ndarray


Network = Callable[[np.ndarray], Opinion]


@dataclass(frozen=True)
class Judge:
    """Score, distance and related measures, all with one network and one reference.

    reference: features of real images, (n, d). neighbours: precision and recall use at most this many of each set.
    """

    network: Network
    reference: np.ndarray
    neighbours: int = 4000

    @cached_property
    def moments(self) -> Moments:
        return Moments.of(self.reference)

    def score_and_distance(self, images: np.ndarray) -> tuple[float, float]:
        """The inception score of a set of images, and its Fréchet distance to the reference."""
        opinion = self.network(images)
        return inception_score(opinion.posteriors).mean, self.distance(opinion.features)

    def distance(self, features: np.ndarray) -> float:
        """The Fréchet distance of features to the reference."""
        return frechet_distance(Moments.of(features), self.moments)

    def errors(self, opinion: Opinion) -> tuple[float, float]:
        """Standard errors of score and distance over the images."""
        count = len(opinion.features)
        return (
            bootstrap_error(lambda rows: inception_score(opinion.posteriors[rows]).mean, count),
            bootstrap_error(lambda rows: self.distance(opinion.features[rows]), count),
        )

    def kernel_distance(self, features: np.ndarray) -> KernelDistance:
        """The kernel distance of features to the reference."""
        return kernel_distance(features, self.reference, subsets=20)

    def neighbourhood(self, features: np.ndarray) -> Neighbourhood:
        """Precision, recall, density and coverage, with five neighbours."""
        return compare_neighbourhoods(self.reference[: self.neighbours], features[: self.neighbours])

    def nearest(self, features: np.ndarray) -> np.ndarray:
        """The distance of each image to its nearest reference image."""
        return nearest_distances(features, self.reference)
