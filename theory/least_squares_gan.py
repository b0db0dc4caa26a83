"""Checks of `least_squares_gan.tex`: random discrete distributions, Gaussians by quadrature, derivatives by sympy.

Each check takes the formulas of the text as parameters and computes the other side without them, so that a test can
hand it a wrong formula and see it fail. Throughout, `p` is the density of the real points, `q` of the generated ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy
from matplotlib.figure import Figure
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import expit, rel_entr
from scipy.stats import norm

from texloom.document.checks import Measured, verifies
from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, RED, new_figure, style

Formula = Callable[..., np.ndarray]
CODINGS = ((-1.0, 1.0, 0.0), (0.0, 1.0, 1.0), (-0.7, 1.9, 0.3), (0.4, -1.1, 2.0))
PEARSON_CODINGS = ((-1.0, 1.0, 0.0), (0.3, 2.3, 1.3))


def random_pair(seed: int, size: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions on `size` points; the last two points are missed by one of them each."""
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(size)), rng.dirichlet(np.ones(size))
    p[-1] = q[-2] = 0
    return p / p.sum(), q / q.sum()


def disjoint_pair(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two distributions without a common point."""
    rng = np.random.default_rng(seed)
    return np.append(rng.dirichlet(np.ones(5)), np.zeros(4)), np.append(np.zeros(5), rng.dirichlet(np.ones(4)))


PAIRS = [*(random_pair(seed) for seed in range(20)), disjoint_pair(0), disjoint_pair(1)]


def triangular(p: np.ndarray, q: np.ndarray) -> float:
    """The divergence of the least-squares GAN."""
    return float(((p - q) ** 2 / (p + q)).sum())


def kl(p: np.ndarray, q: np.ndarray) -> float:
    """The Kullback-Leibler divergence of discrete distributions, in nats."""
    return float(rel_entr(p, q).sum())


def jsd(p: np.ndarray, q: np.ndarray) -> float:
    """The Jensen-Shannon divergence of discrete distributions, in nats."""
    return (kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2


def optimal(p: np.ndarray, q: np.ndarray, a: float, b: float) -> np.ndarray:
    """The discriminator that is optimal for the codes a and b, eq:lsgan-optimal-discriminator."""
    return (b * p + a * q) / (p + q)


def discriminator_loss(d: np.ndarray, p: np.ndarray, q: np.ndarray, a: float, b: float) -> float:
    """The discriminator's objective, eq:lsgan-discriminator."""
    return float(p @ (d - b) ** 2 + q @ (d - a) ** 2) / 2


def generator_loss(d: np.ndarray, p: np.ndarray, q: np.ndarray, c: float) -> float:
    """The generator's objective with both terms, eq:lsgan-generator."""
    return float(p @ (d - c) ** 2 + q @ (d - c) ** 2) / 2


def worst(errors) -> float:
    """The largest absolute value; NaN if there is one."""
    return float(np.max(np.abs(np.asarray(list(errors), dtype=float))))


def beyond(low, value, high) -> float:
    """By how much low ≤ value ≤ high is violated; 0 if it holds."""
    return max(0.0, float(low) - float(value), float(value) - float(high))


# ---------------------------------------------------------------- saturation

LOGIT, TARGET = sympy.symbols("logit target", real=True)
SIGMOID = 1 / (1 + sympy.exp(-LOGIT))
LOSSES = (sympy.log(1 - SIGMOID), -sympy.log(SIGMOID), (LOGIT - TARGET) ** 2 / 2)


@verifies("eq:lsgan-logit-gradients", how="symbolic derivatives, the difference simplified to 0")
def logit_gradients(formulas=(-SIGMOID, -(1 - SIGMOID), LOGIT - TARGET)) -> Measured:
    differences = [sympy.diff(loss, LOGIT) - formula for loss, formula in zip(LOSSES, formulas, strict=True)]
    remaining = [sympy.simplify(difference).subs({LOGIT: 0.3, TARGET: 0.8}) for difference in differences]
    return Measured(worst(remaining), tolerance=0)


@verifies("eq:lsgan-logit-limits", how="symbolic limits, and of the quotients with the asymptotic forms")
def logit_limits(
    left=(0, -1, -sympy.oo),
    right=(-1, 0, sympy.oo),
    tails=(-sympy.exp(LOGIT), -sympy.exp(-LOGIT)),
) -> Measured:
    gradients = [sympy.diff(loss, LOGIT) for loss in LOSSES]
    wrong = sum(sympy.limit(g, LOGIT, -sympy.oo) != value for g, value in zip(gradients, left, strict=True))
    wrong += sum(sympy.limit(g, LOGIT, sympy.oo) != value for g, value in zip(gradients, right, strict=True))
    wrong += sympy.limit(sympy.simplify(gradients[0] / tails[0]), LOGIT, -sympy.oo) != 1
    wrong += sympy.limit(sympy.simplify(gradients[1] / tails[1]), LOGIT, sympy.oo) != 1
    return Measured(float(wrong), tolerance=0)


def jsd_from_ceiling(p: np.ndarray, q: np.ndarray) -> float:
    """The right side of eq:lsgan-jsd-ceiling."""
    both = (p > 0) & (q > 0)
    p, q = p[both], q[both]
    return float(np.log(2) - (p @ np.log1p(q / p) + q @ np.log1p(p / q)) / 2)


@verifies("eq:lsgan-jsd-ceiling", how="22 random pairs of distributions, two of them disjoint with value ln 2")
def jsd_ceiling(formula=jsd_from_ceiling, ceiling=np.log(2)) -> Measured:
    errors = [formula(p, q) - jsd(p, q) for p, q in PAIRS]
    at_ceiling = [jsd(*disjoint_pair(seed)) - ceiling for seed in range(5)]
    above = [max(0, jsd(p, q) - ceiling) for p, q in PAIRS]
    return Measured(worst(errors + at_ceiling + above), tolerance=1e-13)


@verifies("eq:lsgan-cauchy", how="the integral by adaptive quadrature, at 7 points for 2 pairs of scales")
def cauchy(formula=lambda q, s0, s1: s0 * s1 / (np.pi * (s0**2 * q**2 + s1**2))) -> Measured:
    def by_quadrature(q: float, s0: float, s1: float) -> float:
        return 2 * quad(lambda v: v * norm.pdf(v, 0, s0) * norm.pdf(q * v, 0, s1), 0, 12 * s0, epsabs=1e-13)[0]

    cases = [(q, *scales) for q in np.linspace(-3, 3, 7) for scales in ((0.5, 1.3), (2.0, 0.7))]
    return Measured(worst(formula(*case) - by_quadrature(*case) for case in cases), tolerance=1e-10)


@verifies("eq:lsgan-ceiling", how="22 random pairs of distributions, two of them disjoint with value 2")
def ceiling(formula=lambda p, q: 2 - (4 * p * q / (p + q)).sum(), largest=2.0) -> Measured:
    errors = [formula(p, q) - triangular(p, q) for p, q in PAIRS]
    return Measured(worst([*errors, triangular(*disjoint_pair(2)) - largest]), tolerance=1e-13)


@verifies("eq:lsgan-overlap", how="largest violation over 22 random pairs and 40 pairs of shifted Gaussians")
def overlap(bounds=lambda coefficient: (coefficient, 2 * coefficient)) -> Measured:
    def violation(p: np.ndarray, q: np.ndarray) -> float:
        for_jsd, for_triangular = bounds(np.sqrt(p * q).sum())
        return beyond(0, np.log(2) - jsd(p, q), for_jsd) + beyond(0, 2 - triangular(p, q), for_triangular)

    shifted = [gaussian_pair(t) for t in np.linspace(0, 10, 40)]
    return Measured(worst(violation(p, q) for p, q in PAIRS + shifted), tolerance=1e-14)


# ---------------------------------------------------------------- divergence


def least_squares_fit(p: float, q: float, a: float, b: float) -> float:
    """The number d that minimises p (d − b)² + q (d − a)², by a general least-squares solver."""
    root = np.sqrt([p, q])
    return float(np.linalg.lstsq(root[:, None], root * [b, a], rcond=None)[0][0])


@verifies(
    "eq:lsgan-optimal-discriminator", how="minimised numerically point by point; the loss of random discriminators"
)
def optimal_discriminator(
    formula=optimal, excess=lambda d, best, p, q: ((p + q) * (d - best) ** 2).sum() / 2
) -> Measured:
    errors = []
    for a, b, _ in CODINGS:
        p, q = random_pair(21)
        best = np.array([least_squares_fit(*point, a, b) for point in zip(p, q, strict=True)])
        other = np.random.default_rng(22).normal(size=p.size)
        increase = discriminator_loss(other, p, q, a, b) - discriminator_loss(best, p, q, a, b)
        errors += [*(formula(p, q, a, b) - best), increase - excess(other, best, p, q)]
    return Measured(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-value", how="22 random pairs of distributions, 4 codings")
def value(formula=lambda p, q, a, b, c: (((b - c) * p + (a - c) * q) ** 2 / (p + q)).sum()) -> Measured:
    cases = [(p, q, *codes) for p, q in PAIRS for codes in CODINGS]
    errors = [2 * generator_loss(optimal(p, q, a, b), p, q, c) - formula(p, q, a, b, c) for p, q, a, b, c in cases]
    return Measured(worst(errors), tolerance=1e-12)


def value_under_pearson_codes() -> list[tuple[float, np.ndarray, np.ndarray]]:
    """Twice the generator's objective at the optimum, for b − c = 1 and b − a = 2, with the distributions."""
    return [(2 * generator_loss(optimal(p, q, a, b), p, q, c), p, q) for p, q in PAIRS for a, b, c in PEARSON_CODINGS]


def chi_square(mu: np.ndarray, nu: np.ndarray) -> float:
    """Pearson's χ², with the second argument in the denominator."""
    return float(((mu - nu) ** 2 / nu).sum())


@verifies("eq:lsgan-pearson", how="22 random pairs of distributions, 2 codings with b − c = 1, b − a = 2")
def pearson(
    formula=lambda p, q: chi_square(2 * q, p + q), normalised=lambda p, q: 2 * chi_square(q, (p + q) / 2)
) -> Measured:
    values = value_under_pearson_codes()
    errors = [found - side(p, q) for found, p, q in values for side in (formula, normalised)]
    return Measured(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-triangular", how="22 random pairs of distributions, 2 codings with b − c = 1, b − a = 2")
def triangular_form(formula=triangular) -> Measured:
    return Measured(worst(found - formula(p, q) for found, p, q in value_under_pearson_codes()), tolerance=1e-12)


@verifies("eq:lsgan-bounds", how="largest violation over 22 random pairs and 2 pairs that attain the bounds")
def bounds(lower=lambda distance: distance**2 / 2, upper=lambda distance: distance) -> Measured:
    attained = [(np.array([0.8, 0.2]), np.array([0.2, 0.8])), disjoint_pair(3)]
    errors = []
    for p, q in PAIRS + attained:
        distance = np.abs(p - q).sum()
        errors.append(beyond(lower(distance), triangular(p, q), upper(distance)) + beyond(0, distance, 2))
    for (p, q), bound in zip(attained, (lower, upper), strict=True):
        errors.append(triangular(p, q) - bound(np.abs(p - q).sum()))
    return Measured(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-bce", how="the objective maximised numerically at each point of 5 random pairs")
def cross_entropy(formula=lambda p, q: -np.log(4) + 2 * jsd(p, q)) -> Measured:
    def maximum(p: float, q: float) -> float:
        def negative(logit: float) -> float:
            return p * np.logaddexp(0, -logit) + q * np.logaddexp(0, logit)

        return -minimize_scalar(negative, bounds=(-60, 60), method="bounded", options={"xatol": 1e-9}).fun  # type: ignore[union-attr]

    found = [(sum(maximum(*point) for point in zip(p, q, strict=True)), p, q) for p, q in PAIRS[:4] + PAIRS[-1:]]
    return Measured(worst(maximal - formula(p, q) for maximal, p, q in found), tolerance=1e-11)


@verifies("eq:lsgan-series", how="400 terms of the series, 10 random pairs that charge the same points")
def series(
    coefficient=lambda j: 1 / (2 * j * (2 * j - 1)), quadratic=lambda middle, contrast: 2 * middle @ contrast**2
) -> Measured:
    errors = []
    for seed in range(10):
        p, q = np.random.default_rng(seed).dirichlet(5 * np.ones(8), size=2)
        middle, contrast = (p + q) / 2, (p - q) / (p + q)
        j = np.arange(1, 401)
        total = coefficient(j) @ (contrast ** (2 * j[:, None]) @ middle)
        errors += [total - jsd(p, q), quadratic(middle, contrast) - triangular(p, q)]
    return Measured(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-sandwich", how="largest violation over 22 random pairs; both constants attained in the limit")
def sandwich(low=1 / 4, high=np.log(2) / 2) -> Measured:
    violations = [beyond(low * triangular(p, q), jsd(p, q), high * triangular(p, q)) for p, q in PAIRS]
    p, direction = np.full(4, 0.25), np.array([1.0, -2.0, 3.0, -2.0])
    near = p + 1e-3 * direction
    attained = [jsd(p, near) / triangular(p, near) - low, jsd(*disjoint_pair(4)) / 2 - high]
    return Measured(worst(violations + attained), tolerance=1e-4)


@verifies("eq:lsgan-affine", how="22 random pairs of distributions, 4 codings")
def affine(
    generator=lambda delta, a, b, c: 2 * ((a + b) / 2 - c) ** 2 + (b - a) ** 2 / 4 * delta,
    discriminator=lambda delta, a, b: (b - a) ** 2 / 4 * (1 - delta / 2),
) -> Measured:
    errors = []
    for p, q in PAIRS:
        for a, b, c in CODINGS:
            best, delta = optimal(p, q, a, b), triangular(p, q)
            errors.append(2 * generator_loss(best, p, q, c) - generator(delta, a, b, c))
            errors.append(discriminator_loss(best, p, q, a, b) - discriminator(delta, a, b))
    return Measured(worst(errors), tolerance=1e-12)


@verifies("eq:lsgan-zero-one", how="22 random pairs of distributions, the codes a = 0, b = c = 1")
def zero_one(
    integral=lambda p, q: (q**2 / (p + q)).sum(),
    generator=lambda delta: 1 / 2 + delta / 4,
    discriminator=lambda delta: 1 / 4 - delta / 8,
) -> Measured:
    errors = []
    for p, q in PAIRS:
        best, delta = optimal(p, q, 0, 1), triangular(p, q)
        found = 2 * generator_loss(best, p, q, 1)
        errors += [found - integral(p, q), found - generator(delta)]
        errors.append(discriminator_loss(best, p, q, 0, 1) - discriminator(delta))
    return Measured(worst(errors), tolerance=1e-13)


@verifies("eq:lsgan-certificate", how="largest violation over 2200 random discriminators; attained by the optimal one")
def certificate(formula=lambda loss: 2 - 8 * loss) -> Measured:
    rng = np.random.default_rng(23)
    errors = []
    for p, q in PAIRS:
        best, delta = optimal(p, q, 0, 1), triangular(p, q)
        errors.append(formula(discriminator_loss(best, p, q, 0, 1)) - delta)
        noise = rng.normal(size=(100, 1)) * rng.normal(size=(100, p.size))
        errors += [beyond(-np.inf, formula(discriminator_loss(best + n, p, q, 0, 1)), delta) for n in noise]
    return Measured(worst(errors), tolerance=1e-13)


def one_term_expanded(p: np.ndarray, q: np.ndarray) -> float:
    """The right side of eq:lsgan-one-term."""
    middle, contrast = (p + q) / 2, (p - q) / (p + q)
    return float(1 / 4 + 3 / 8 * triangular(p, q) - middle @ contrast**3 / 4)


@verifies("eq:lsgan-one-term", how="22 random pairs of distributions")
def one_term(integral=lambda p, q: (q**3 / (p + q) ** 2).sum(), formula=one_term_expanded) -> Measured:
    errors = [q @ (optimal(p, q, 0, 1) - 1) ** 2 - side(p, q) for p, q in PAIRS for side in (integral, formula)]
    return Measured(worst(errors), tolerance=1e-13)


# ---------------------------------------------------------------- the generator's step


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
    return Measured(worst(errors), tolerance=1e-9)


def step_errors(loss, divergences, second_derivative) -> list[float]:
    """Differences of slopes on 5 random families, and of ψ'' with the derivative of the loss at 6 ratios."""
    errors = []
    for seed in range(5):
        held, slope_of = step_direction(loss, seed)
        errors += [slope_of(divergence) - held for divergence in divergences]
    ratios = np.geomspace(0.2, 5, 6)
    errors += list(loss(ratios + 1e-20j).imag / 1e-20 - second_derivative(ratios))  # complex step: no cancellation
    return errors


@verifies("eq:lsgan-step-nonsaturating", how="slopes on 5 random softmax families; second derivative by complex step")
def step_nonsaturating(
    divergence=lambda p, q: kl(q, p) - 2 * jsd(p, q),
    closed=lambda p, q: 2 * kl((p + q) / 2, p),
    second_derivative=lambda ratio: 1 / (1 + ratio),
) -> Measured:
    errors = step_errors(nonsaturating_loss, (divergence, closed), second_derivative)
    values = [divergence(p, q) - closed(p, q) for p, q in np.random.default_rng(24).dirichlet(np.ones(6), size=(5, 2))]
    return Measured(worst(errors + values), tolerance=1e-9)


@verifies("eq:lsgan-step-zero-one", how="slopes on 5 random softmax families; second derivative by complex step")
def step_zero_one(
    divergence=lambda p, q: 2 * kl(p, (p + q) / 2) - triangular(p, q) / 4,
    second_derivative=lambda ratio: 2 * ratio / (1 + ratio) ** 3,
) -> Measured:
    psi = antiderivative(zero_one_loss)
    values = [
        divergence(p, q) - p @ psi(q / p) for p, q in np.random.default_rng(25).dirichlet(np.ones(6), size=(5, 2))
    ]
    return Measured(worst(step_errors(zero_one_loss, (divergence,), second_derivative) + values), tolerance=1e-9)


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
    return Measured(worst(errors), tolerance=1e-10)


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
    return Measured(worst(errors), tolerance=1e-12)


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
    return Measured(worst(errors), tolerance=1e-12)


# ---------------------------------------------------------------- figures


def gaussian_pair(shift: float) -> tuple[np.ndarray, np.ndarray]:
    """N(0, 1) and N(shift, 1) on a fine grid, each summing to one."""
    grid = np.linspace(-10, 20, 1501)
    p, q = norm.pdf(grid), norm.pdf(grid, shift)
    return p / p.sum(), q / q.sum()


def draw_losses() -> Figure:
    """The three generator losses and their derivatives against the discriminator's output."""
    figure = new_figure(2.2)
    loss, slope = figure.subplots(1, 2)
    logit = np.linspace(-6, 6, 241)
    curves = (
        (r"minimax, $\ln(1-D)$", -np.logaddexp(0, logit), -expit(logit), "--", BLUE),
        (r"non-saturating, $-\ln D$", np.logaddexp(0, -logit), -expit(-logit), "-.", ORANGE),
        (r"least squares, $\frac{1}{2}(\ell-1)^2$", (logit - 1) ** 2 / 2, logit - 1, "-", GREEN),
    )
    for label, values, derivative, line, colour in curves:
        loss.plot(logit, values, line, color=colour, label=label)
        slope.plot(logit, derivative, line, color=colour)
    loss.set(xlim=(-6, 6), ylim=(-6.2, 9), xlabel=r"discriminator's output $\ell$", ylabel="generator's loss")
    slope.set(xlim=(-6, 6), ylim=(-3, 3), xlabel=r"discriminator's output $\ell$", ylabel=r"derivative by $\ell$")
    slope.axhline(0, color=GREY, linewidth=0.6)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def draw_optimum() -> Figure:
    """The divergences of shifted Gaussians, and the force on a generated point, at the optimal discriminator."""
    figure = new_figure(2.3)
    divergence, strength = figure.subplots(1, 2)
    shifts = np.linspace(0, 8, 81)
    pairs = [gaussian_pair(shift) for shift in shifts]
    divergence.plot(
        shifts, [jsd(p, q) / np.log(2) for p, q in pairs], "--", color=BLUE, label=r"Jensen-Shannon$/\ln 2$"
    )
    divergence.plot(shifts, [triangular(p, q) / 2 for p, q in pairs], color=GREEN, label=r"least squares, $\Delta/2$")
    divergence.set(xlim=(0, 8), ylim=(0, 1.05), xlabel="separation $t$", ylabel="divergence / its ceiling")
    divergence.legend(loc="lower right")
    logarithm = np.linspace(-6, 6, 241)
    lines = (
        ("minimax", "minimax", "--", BLUE, (-5.8, 1.05)),
        ("non-saturating", "non-saturating", "-.", ORANGE, (2.4, 1.05)),
        ("0-1", "least squares,\n0-1", "-", GREEN, (-5.8, 0.08)),
        ("Pearson", r"least squares, $(-1,1,0)$", ":", RED, (0.1, -0.32)),
    )
    for name, label, line, colour, place in lines:
        strength.plot(logarithm, FORCES[name](np.exp(logarithm)), line, color=colour)
        strength.annotate(label, place, color=colour, fontsize=8)
    strength.axhline(0, color=GREY, linewidth=0.6)
    strength.set(
        xlim=(-6, 6), ylim=(-0.5, 1.25), xlabel=r"$\ln\omega=\ln(p_{\mathrm{g}}/p_{\mathrm{d}})$", ylabel="force"
    )
    return figure


def figures() -> dict[str, Figure]:
    """The figures of the fragment, by the file name that it includes."""
    with style():
        return {"losses": draw_losses(), "optimum": draw_optimum()}
