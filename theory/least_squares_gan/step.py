"""Checks of the part on the generator's step: the divergence that it descends, convexity, the force on a point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from texloom.document.checks import Absolute, Measured, verifies
from theory.errors import worst
from theory.least_squares_gan.distributions import CODINGS, jsd, kl, optimal, triangular

Formula = Callable[..., np.ndarray]


def step_direction(loss: Callable[[np.ndarray], np.ndarray], seed: int) -> tuple[float, Callable[[Formula], float]]:
    """A softmax family of 7 outcomes at a random point, moved in a random direction.

    Args: the loss per generated point, as a function of the ratio fake / real.
    Returns: the derivative of the mean loss with the losses held fixed, and a function that differentiates a
    divergence of (real, fake) in the same direction, by a central difference of error 1e-10.
    """
    rng = np.random.default_rng(seed)
    real = rng.dirichlet(2 * np.ones(7))
    logits, direction = rng.normal(size=7), rng.normal(size=7)

    def fake(t: float) -> np.ndarray:
        weights = np.exp(logits + t * direction)
        return weights / weights.sum()

    def slope(function: Formula, h: float = 2e-3) -> float:
        values = [function(fake(k * h)) for k in (-2, -1, 1, 2)]
        return float(np.dot([1, -8, 8, -1], values)) / (12 * h)

    held = loss(fake(0) / real)
    return slope(lambda q: q @ held), lambda divergence: slope(lambda q: divergence(real, q))


def nonsaturating_loss(ratio: np.ndarray) -> np.ndarray:
    """−ln D at the optimal discriminator."""
    return -np.log(1 / (1 + ratio))


def zero_one_loss(ratio: np.ndarray) -> np.ndarray:
    """(D − 1)² at the optimal discriminator of the 0-1 coding."""
    return (1 / (1 + ratio) - 1) ** 2


def antiderivative(loss: Formula) -> Formula:
    """The function ψ with ψ' = loss and ψ(1) = 0, by quadrature."""
    return np.vectorize(lambda ratio: quad(loss, 1, ratio, epsabs=1e-13)[0])


@verifies(
    "eq:lsgan-step", how="both gradients by finite differences for three losses, their antiderivatives by quadrature"
)
def step(generating=antiderivative) -> Measured:
    errors = []
    for seed, loss in enumerate((nonsaturating_loss, zero_one_loss, lambda r: ((1 - r) / (1 + r)) ** 2)):
        psi = generating(loss)
        held, slope_of = step_direction(loss, seed)
        errors.append(slope_of(lambda p, q, psi=psi: p @ psi(q / p)) - held)
    return Absolute(worst(errors), tolerance=1e-9)


def step_errors(loss, divergences, psi, constant, second_derivative) -> list[float]:
    """Errors of a divergence and of its ψ; all must be 0.

    On 5 random families: slopes of the divergences minus the slope with the losses held. At 6 ratios: ψ' + constant
    minus the loss, and the derivative of the loss minus ψ''. Last, ψ(1).
    """
    errors = []
    for seed in range(5):
        held, slope_of = step_direction(loss, seed)
        errors += [slope_of(divergence) - held for divergence in divergences]
    ratios = np.geomspace(0.2, 5, 6)
    shifted = ratios + 1e-20j  # complex step: no cancellation
    errors += list(psi(shifted).imag / 1e-20 + constant - loss(ratios))
    errors += list(loss(shifted).imag / 1e-20 - second_derivative(ratios))
    return [*errors, psi(1.0)]


@verifies("eq:lsgan-step-nonsaturating", how="slopes on 5 random softmax families; derivatives by complex step")
def step_nonsaturating(
    divergence=lambda p, q: kl(q, p) - 2 * jsd(p, q),
    closed=lambda p, q: 2 * kl((p + q) / 2, p),
    psi=lambda ratio: (1 + ratio) * np.log((1 + ratio) / 2) - (ratio - 1),
    constant: float = np.log(2),
    second_derivative=lambda ratio: 1 / (1 + ratio),
) -> Measured:
    errors = step_errors(nonsaturating_loss, (divergence, closed), psi, constant, second_derivative)
    values = [divergence(p, q) - closed(p, q) for p, q in np.random.default_rng(24).dirichlet(np.ones(6), size=(5, 2))]
    return Absolute(worst(errors + values), tolerance=1e-9)


@verifies("eq:lsgan-step-zero-one", how="slopes on 5 random softmax families; derivatives by complex step")
def step_zero_one(
    divergence=lambda p, q: 2 * kl(p, (p + q) / 2) - triangular(p, q) / 4,
    psi=lambda ratio: ratio - 2 * np.log(1 + ratio) - 1 / (1 + ratio) + 2 * np.log(2) - 1 / 2,
    second_derivative=lambda ratio: 2 * ratio / (1 + ratio) ** 3,
) -> Measured:
    values = [
        divergence(p, q) - p @ psi(q / p) for p, q in np.random.default_rng(25).dirichlet(np.ones(6), size=(5, 2))
    ]
    return Absolute(
        worst(step_errors(zero_one_loss, (divergence,), psi, 0, second_derivative) + values), tolerance=1e-9
    )


@verifies("eq:lsgan-convex", how="by complex step at 9 ratios for 200 random codes; its sign against c ≥ b")
def convex(
    formula=lambda ratio, a, b, c: 2 * (b - a) * (c * (1 + ratio) - a * ratio - b) / (1 + ratio) ** 3,
    condition=lambda _a, b, c: c >= b,
) -> Measured:
    rng = np.random.default_rng(26)
    ratios = np.geomspace(1e-6, 1e6, 9)
    errors = []
    for a, width, c in zip(rng.normal(size=200), rng.exponential(size=200), rng.normal(size=200), strict=True):
        b = a + width
        step = 1e-20 * ratios
        exact = ((((b + a * (ratios + 1j * step)) / (1 + ratios + 1j * step)) - c) ** 2).imag / step
        errors += list(exact - formula(ratios, a, b, c))
        errors.append(float((exact >= 0).all() != condition(a, b, c)))
    return Absolute(worst(errors), tolerance=1e-10)


def two_outcomes_pearson(u: float, e: float) -> float:
    """Eq:lsgan-two-outcomes for the codes (-1, 1, 0)."""
    return e**2 / (2 * u + e) ** 2 - e**2 / (2 - 2 * u - e) ** 2


def two_outcomes_zero_one(u: float, e: float) -> float:
    """Eq:lsgan-two-outcomes for the codes (0, 1, 1)."""
    return (u + e) ** 2 / (2 * u + e) ** 2 - (1 - u - e) ** 2 / (2 - 2 * u - e) ** 2


@verifies("eq:lsgan-two-outcomes", how="the mean loss moved by a step in e, at 200 random (u, e); the signs as stated")
def two_outcomes(pearson=two_outcomes_pearson, zero_one=two_outcomes_zero_one) -> Measured:
    """With the discriminator held, the mean loss is linear in e, so one step of any length gives its derivative."""
    rng = np.random.default_rng(27)
    errors = []
    for u in rng.uniform(0.05, 0.45, size=200):
        e = rng.uniform(-u, 1 - 2 * u)
        p, q = np.array([u, 1 - u]), np.array([u + e, 1 - u - e])
        for (a, b, c), formula in zip(CODINGS[:2], (pearson, zero_one), strict=True):
            loss = (optimal(p, q, a, b) - c) ** 2
            moved = q + np.array([0.5, -0.5])
            errors.append((moved - q) @ loss / 0.5 - formula(u, e))
        errors += [float(pearson(u, e) <= 0), float(zero_one(u, e) * e <= 0)]
    return Absolute(worst(errors), tolerance=1e-12)


FORCES = {
    "minimax": lambda ratio: 1 / (1 + ratio),
    "non-saturating": lambda ratio: ratio / (1 + ratio),
    "0-1": lambda ratio: 2 * ratio**2 / (1 + ratio) ** 3,
    "Pearson": lambda ratio: 4 * ratio * (ratio - 1) / (1 + ratio) ** 3,
}
"""The force on a generated point along −∇ ln(fake / real), eq:lsgan-force."""


@verifies("eq:lsgan-force", how="gradient of the loss at the optimal discriminator of two Gaussians, by complex step")
def force(formulas=FORCES) -> Measured:
    losses = {
        "minimax": lambda d: np.log(d),  # of 1 − D, which is the optimal discriminator with the densities exchanged
        "non-saturating": lambda d: -np.log(1 - d),
        "0-1": lambda d: d**2,
        "Pearson": lambda d: (1 - 2 * d) ** 2,
    }
    x = np.linspace(-3, 4, 15) + 1e-20j

    def density(mean: float, std: float) -> np.ndarray:
        return np.exp(-(((x - mean) / std) ** 2) / 2) / std

    real, fake = density(0, 1), density(1.2, 0.8)
    slope = np.imag(np.log(fake) - np.log(real)) / 1e-20
    errors = []
    for name, loss in losses.items():
        gradient = np.imag(loss(fake / (real + fake))) / 1e-20
        errors += list(gradient - formulas[name](np.real(fake / real)) * slope)
    return Absolute(worst(errors), tolerance=1e-12)
