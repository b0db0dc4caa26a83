"""The figures of the fragment."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from texloom.results.plotting import BLUE, GREEN, GREY, ORANGE, PURPLE, new_figure, style
from theory.variational_inference.constraint import collapse_rate, collapse_weight
from theory.variational_inference.estimators import (
    baseline_variance,
    draws,
    oscillating_variances,
    pathwise_variance,
    score_variance,
)


def draw_estimators() -> Figure:
    """Measured variances and their formulas: against the width, the dimension and the frequency of the loss."""
    figure = new_figure(2.3)
    width, dimension, frequency = figure.subplots(1, 3)
    formulas = {
        "score": (score_variance, "-", ORANGE, "score function"),
        "baseline": (baseline_variance, "--", PURPLE, "score function, mean subtracted"),
        "pathwise": (lambda _delta, h, _k: pathwise_variance(h), "-.", BLUE, "pathwise"),
    }
    widths, measured_widths = np.geomspace(0.05, 2, 60), np.geomspace(0.05, 2, 8)
    dimensions = np.array([1, 2, 4, 8, 16, 32, 64])
    by_width = [draws(1.0, h, 1, count=50_000) for h in measured_widths]
    by_dimension = [draws(1.0, 0.5, k, count=20_000) for k in dimensions]
    for name, (formula, line, colour, label) in formulas.items():
        width.plot(widths, [formula(1.0, h, 1) for h in widths], line, color=colour, label=label)
        width.plot(measured_widths, [drawn[name].var() for drawn in by_width], "o", color=colour, markersize=3)
        dimension.plot(dimensions, [formula(1.0, 0.5, k) for k in dimensions], line, color=colour)
        dimension.plot(dimensions, [drawn[name].var() for drawn in by_dimension], "o", color=colour, markersize=3)
    width.set(xscale="log", yscale="log", xlabel=r"width $h$", ylabel="variance of one draw")
    dimension.set(xscale="log", yscale="log", xlabel="dimension $k$", xticks=[1, 10])
    draw_oscillating(frequency)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def draw_oscillating(axes, g: float = 1.0, h: float = 0.5) -> None:
    """The variances for the loss cos νz, formula and draws."""
    noise = np.random.default_rng(10).normal(size=50_000)
    for estimator, (line, colour) in enumerate((("-.", BLUE), ("-", ORANGE))):
        nus, measured = np.geomspace(0.3, 12, 80), np.geomspace(0.3, 12, 8)
        axes.plot(nus, [oscillating_variances(nu, g, h)[estimator] for nu in nus], line, color=colour)
        z = g + h * noise
        values = [(-nu * np.sin(nu * z), np.cos(nu * z) * noise / h)[estimator].var() for nu in measured]
        axes.plot(measured, values, "o", color=colour, markersize=3)
    axes.set(xscale="log", yscale="log", xlabel=r"frequency $\nu$")


def scalar_tradeoff(beta: float, w: float = 2.0, c: float = 0.5) -> tuple[float, float]:
    """Rate and accuracy of the tempered posterior of x = wz + noise, averaged over x ~ N(0, w² + C)."""
    s2, v = w**2 + c, w**2 + beta * c
    posterior_variance = beta * c / v
    rate = (w**2 * s2 / v**2 + posterior_variance - 1 - np.log(posterior_variance)) / 2
    square = s2 * (beta * c / v) ** 2 + w**2 * posterior_variance
    return rate, -square / (2 * c) - np.log(2 * np.pi * c) / 2


def draw_tradeoff() -> Figure:
    """The best accuracy against the rate with its tangents, and the collapse of the linear model."""
    figure = new_figure(2.3)
    curve, fall = figure.subplots(1, 2)
    rate, best = np.array([scalar_tradeoff(beta) for beta in np.geomspace(0.02, 60, 200)]).T
    curve.plot(rate, best, color=BLUE, label=r"$F^*(\epsilon)$")
    for beta, place in ((4.0, (6, -9)), (1.0, (6, -9)), (0.25, (0, -11))):
        at, value = scalar_tradeoff(beta)
        reach = np.array([-1, 1]) * 0.75 / np.hypot(1, beta / 2.5)
        curve.plot(at + reach, value + beta * reach, color=ORANGE, linewidth=0.9)
        curve.plot(at, value, "o", color=ORANGE, markersize=3.5)
        curve.annotate(rf"$\beta={beta:g}$", (at, value), xytext=place, textcoords="offset points", fontsize=8)
    curve.set(
        xlim=(0, 2.6), ylim=(-5, 0.2), xlabel=r"threshold $\epsilon$ (nats)", ylabel=r"best accuracy $F^*$ (nats)"
    )
    effective = np.linspace(0.01, 1.5, 200)
    fall.plot(effective, [collapse_weight(1, e) for e in effective], color=GREEN, label=r"weight $w^2/s^2$")
    fall.plot(effective, [collapse_rate(1, e) for e in effective], "--", color=BLUE, label="rate (nats)")
    fall.axvline(1, color=GREY, linewidth=0.6)
    fall.set(xlim=(0, 1.5), ylim=(-0.03, 1.6), xlabel=r"$\beta C/s^2$")
    fall.legend(loc="upper right")
    return figure


def figures() -> dict[str, Figure]:
    """The figures of the fragment, by the file name that it includes."""
    with style():
        return {"estimators": draw_estimators(), "tradeoff": draw_tradeoff()}
