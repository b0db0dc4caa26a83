"""The figures of the fragment."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from scipy.special import expit

from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, RED, new_figure, style
from theory.least_squares_gan.distributions import gaussian_pair, jsd, triangular
from theory.least_squares_gan.step import FORCES


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
    slope.set(
        xlim=(-6, 6), ylim=(-3, 3), xlabel=r"discriminator's output $\ell$", ylabel=r"derivative with respect to $\ell$"
    )
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
