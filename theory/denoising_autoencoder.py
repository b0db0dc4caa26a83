"""Checks of `denoising_autoencoder.tex`: quadrature on a Gaussian mixture, and enumeration of small discrete models."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from texloom.document.checks import Absolute, Exponent, Measured, Relative, verifies
from theory.errors import monte_carlo

SIGMA = 0.6


class Mixture(NamedTuple):
    """A one-dimensional Gaussian mixture: the density p of the clean points."""

    weight: np.ndarray
    mean: np.ndarray
    std: np.ndarray

    def density(self, x: np.ndarray) -> np.ndarray:
        return norm.pdf(x[..., None], self.mean, self.std) @ self.weight

    def score(self, x: np.ndarray) -> np.ndarray:
        """The derivative of the log density."""
        parts = self.weight * norm.pdf(x[..., None], self.mean, self.std)
        return (parts * (self.mean - x[..., None]) / self.std**2).sum(-1) / parts.sum(-1)

    def smoothed(self, sigma: float) -> Mixture:
        """The density of a clean point plus Gaussian noise."""
        return Mixture(self.weight, self.mean, np.sqrt(self.std**2 + sigma**2))


MIXTURE = Mixture(np.array([0.5, 0.2, 0.3]), np.array([-2.0, 0.5, 2.5]), np.array([0.5, 0.8, 0.4]))
GRID = np.linspace(-14, 14, 701)  # the trapezoidal rule converges faster than any power on Gaussians
STEP = GRID[1] - GRID[0]


def joint_density(mixture: Mixture, sigma: float) -> np.ndarray:
    """p(clean) q(noisy | clean) on GRID x GRID, times the area of a cell; rows are noisy, columns clean."""
    return mixture.density(GRID)[None, :] * norm.pdf(GRID[:, None], GRID[None, :], sigma) * STEP**2


def posterior_mean(mixture: Mixture, sigma: float, noisy: np.ndarray) -> np.ndarray:
    """E[clean | noisy] by quadrature over the clean points, with no use of the score."""
    weight = mixture.density(GRID) * norm.pdf(noisy[:, None], GRID, sigma)
    return weight @ GRID / weight.sum(axis=1)


def relative(found: float, expected: float) -> float:
    """The relative error of a number."""
    return abs(found - expected) / abs(expected)


@verifies("eq:dae-pythagoras", how="a random joint distribution on 7 × 9 points and a random map")
def pythagoras(formula=lambda irreducible, excess: irreducible + excess) -> Measured:
    rng = np.random.default_rng(0)
    joint = rng.dirichlet(np.ones(63)).reshape(7, 9)  # noisy x clean
    clean, mapped = rng.normal(size=9), rng.normal(size=7)
    posterior = joint @ clean / joint.sum(1)
    loss = (joint * (mapped[:, None] - clean) ** 2).sum()
    irreducible = (joint * (posterior[:, None] - clean) ** 2).sum()
    excess = joint.sum(1) @ (mapped - posterior) ** 2
    return Relative(relative(formula(irreducible, excess), loss), tolerance=1e-13)


def bernoulli_cross_entropy(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """−t log p − (1−t) log (1−p), elementwise."""
    return -(target * np.log(prediction) + (1 - target) * np.log(1 - prediction))


@verifies("eq:dae-cross-entropy", how="a random joint distribution on 7 × 9 points in (0, 1) and a random map")
def cross_entropy(excess_of=lambda loss, entropy: loss - entropy) -> Measured:
    """The Kullback–Leibler term is summed from its definition, Σ q log (q/p)."""
    rng = np.random.default_rng(3)
    joint = rng.dirichlet(np.ones(63)).reshape(7, 9)  # noisy x clean
    clean, mapped = rng.uniform(size=9), rng.uniform(0.05, 0.95, size=7)
    posterior = joint @ clean / joint.sum(1)
    loss = (joint * bernoulli_cross_entropy(clean[None, :], mapped[:, None])).sum()
    entropy = (joint * bernoulli_cross_entropy(clean[None, :], posterior[:, None])).sum()
    divergence = posterior * np.log(posterior / mapped) + (1 - posterior) * np.log((1 - posterior) / (1 - mapped))
    return Relative(relative(excess_of(loss, entropy), joint.sum(1) @ divergence), tolerance=1e-12)


@verifies("eq:dae-tweedie", how="posterior mean of a mixture of three Gaussians by quadrature, at 200 points")
def tweedie(formula=lambda noisy, sigma, score: noisy + sigma**2 * score) -> Measured:
    noisy = np.linspace(-5, 5, 200)
    found = formula(noisy, SIGMA, MIXTURE.smoothed(SIGMA).score(noisy))
    return Absolute(np.abs(found - posterior_mean(MIXTURE, SIGMA, noisy)).max(), tolerance=1e-10)


@verifies("eq:dae-score-matching", how="the three expectations by quadrature for s(u) = sin u − u/3")
def score_matching(
    conditional_score=lambda noisy, clean, sigma: (clean - noisy) / sigma**2,
    scale=lambda sigma: sigma**4,
    constant=lambda posterior, clean: (posterior - clean) ** 2,
) -> Measured:
    joint = joint_density(MIXTURE, SIGMA)
    noisy, clean = GRID[:, None], GRID[None, :]
    guess = np.sin(GRID) - GRID / 3
    denoising = (joint * ((noisy + SIGMA**2 * guess[:, None]) - clean) ** 2).sum()
    conditional = scale(SIGMA) * (joint * (guess[:, None] - conditional_score(noisy, clean, SIGMA)) ** 2).sum()
    free_of_guess = (joint * constant(posterior_mean(MIXTURE, SIGMA, GRID)[:, None], clean)).sum()
    score = MIXTURE.smoothed(SIGMA).score(GRID)
    marginal = scale(SIGMA) * joint.sum(1) @ (guess - score) ** 2 + free_of_guess
    return Relative(max(relative(conditional, denoising), relative(marginal, denoising)), tolerance=1e-10)


@verifies("eq:dae-small-noise", how="the remainder falls by 2⁴ when σ is halved")
def small_noise(formula=lambda noisy, sigma, score: noisy + sigma**2 * score, order: float = 4) -> Measured:
    noisy = np.linspace(-3, 3, 50)

    def remainder(sigma: float) -> float:
        exact = noisy + sigma**2 * MIXTURE.smoothed(sigma).score(noisy)
        return float(np.abs(exact - formula(noisy, sigma, MIXTURE.score(noisy))).max())

    return Exponent(abs(np.log2(remainder(0.02) / remainder(0.01)) - order), tolerance=0.02)


@verifies("eq:dae-identity-gap", how="Fisher information of the smoothed mixture by quadrature")
def identity_gap(formula=lambda sigma, fisher: sigma**4 * fisher) -> Measured:
    joint = joint_density(MIXTURE, SIGMA)
    posterior = posterior_mean(MIXTURE, SIGMA, GRID)
    optimal = (joint * (posterior[:, None] - GRID[None, :]) ** 2).sum()
    fisher = joint.sum(1) @ MIXTURE.smoothed(SIGMA).score(GRID) ** 2
    return Relative(relative(SIGMA**2 - optimal, formula(SIGMA, fisher)), tolerance=1e-10)


def patch_masks(side: int = 28, patch: int = 8) -> np.ndarray:
    """All masks, shape (positions, side, side)."""
    masks = []
    for top, left in product(range(side - patch + 1), repeat=2):
        mask = np.zeros((side, side))
        mask[top : top + patch, left : left + patch] = 1
        masks.append(mask)
    return np.array(masks)


@verifies("eq:dae-patch-energy", how="5 000 noisy patches drawn")
def patch_energy(formula=lambda sigma: sigma**2 * 64 / 784) -> Measured:
    rng = np.random.default_rng(1)
    sigma, masks = 0.5, patch_masks()[rng.integers(441, size=5_000)]
    energies = ((masks * sigma * rng.normal(size=masks.shape)) ** 2).mean(axis=(1, 2))
    return monte_carlo(energies, formula(sigma))


@verifies("eq:dae-patch-coverage", how="all 441 positions counted")
def patch_coverage(formula=lambda i: np.minimum(np.minimum(i + 1, 8), 28 - i)) -> Measured:
    a = formula(np.arange(28))
    return Absolute(float(np.abs(patch_masks().mean(0) - np.outer(a, a) / 441).max()), tolerance=1e-15)


def product_gate(position: np.ndarray, patch: int) -> np.ndarray:
    """The gate of eq:dae-product-gate, for each pixel, from a distribution of positions, rows by columns."""
    covered = np.ones(patch)
    return np.outer(np.convolve(position.sum(1), covered), np.convolve(position.sum(0), covered))


def total_variation(position: np.ndarray) -> float:
    """The distance of a joint distribution from the product of its marginals, between 0 and 1."""
    return float(np.abs(position - np.outer(position.sum(1), position.sum(0))).sum() / 2)


@verifies("eq:dae-product-gate", how="largest violation over 200 random positions on 5 × 5; equality for independence")
def gate_of_marginals(gate=product_gate, bound=total_variation) -> Measured:
    rng = np.random.default_rng(4)
    masks = patch_masks(side=7, patch=3)
    errors = []
    for concentration in rng.uniform(0.02, 1, size=200):
        position = rng.dirichlet(np.full(25, concentration)).reshape(5, 5)
        exact = np.tensordot(position.ravel(), masks, 1)
        errors.append(np.abs(gate(position, 3) - exact).max() - bound(position))
        independent = np.outer(position.sum(1), position.sum(0))
        errors.append(np.abs(gate(independent, 3) - np.tensordot(independent.ravel(), masks, 1)).max())
    return Absolute(max(0.0, *errors), tolerance=1e-14)


@verifies("eq:dae-gate", how="every image, patch and noise of a model with 4 pixels of 3 levels enumerated")
def gate(formula=lambda probability, noisy, inside: (1 - probability) * noisy + probability * inside) -> Measured:
    """Patches of 2 pixels, noise −½, 0 or ½, clipped. Both sides come from the joint distribution, by other sums."""
    rng = np.random.default_rng(2)
    levels, noises, noise_weights = (0.0, 0.5, 1.0), (-0.5, 0.0, 0.5), (0.2, 0.5, 0.3)
    images = list(product(levels, repeat=4))
    prior = rng.dirichlet(np.ones(len(images)))
    total: dict[tuple, np.ndarray] = {}  # noisy -> [weight, clean · weight, mask · weight, mask · clean · weight]
    for (image, p), start, (first, second) in product(
        zip(images, prior, strict=True), range(3), product(range(3), repeat=2)
    ):
        clean, noisy, mask = np.array(image), np.array(image), np.zeros(4)
        mask[start : start + 2] = 1
        noisy[start : start + 2] += [noises[first], noises[second]]
        noisy = np.clip(noisy, 0, 1)
        weight = p / 3 * noise_weights[first] * noise_weights[second]
        sums = total.setdefault(tuple(noisy), np.zeros((4, 4)))
        sums += weight * np.stack([np.ones(4), clean, mask, mask * clean])
    errors = []
    for noisy, (weight, clean, mask, masked_clean) in total.items():
        gated = formula(mask / weight, np.array(noisy), masked_clean / mask)
        errors.append(np.abs(gated - clean / weight).max())
    return Absolute(float(max(errors)), tolerance=1e-13)


@verifies("eq:dae-masking", how="every image, patch and mask of a model with 4 pixels of 3 levels enumerated")
def masking(formula=lambda noisy, probability, blackened: noisy + probability * blackened) -> Measured:
    """Patches of 2 pixels, each blackened with probability 0.4. Both sides come from the joint distribution."""
    rng = np.random.default_rng(5)
    images = list(product((0.0, 0.5, 1.0), repeat=4))
    prior = rng.dirichlet(np.ones(len(images)))
    total: dict[
        tuple, np.ndarray
    ] = {}  # noisy -> [weight, clean · weight, blackened · weight, blackened · clean · weight]
    for (image, p), start, chosen in product(zip(images, prior, strict=True), range(3), product((0, 1), repeat=2)):
        clean, blackened = np.array(image), np.zeros(4)
        blackened[start : start + 2] = chosen
        weight = p / 3 * 0.4 ** sum(chosen) * 0.6 ** (2 - sum(chosen))
        sums = total.setdefault(tuple((1 - blackened) * clean), np.zeros((4, 4)))
        sums += weight * np.stack([np.ones(4), clean, blackened, blackened * clean])
    errors = []
    for noisy, (weight, clean, blackened, hidden) in total.items():
        inside = hidden / np.where(blackened > 0, blackened, 1)
        errors.append(np.abs(formula(np.array(noisy), blackened / weight, inside) - clean / weight).max())
    return Absolute(float(max(errors)), tolerance=1e-13)
