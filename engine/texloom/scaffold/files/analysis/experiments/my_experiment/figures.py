"""Figures and tables, from the runs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from texloom.results.plotting import BLUE, GREY, ORANGE, TEXT_WIDTH, new_figure
from texloom.results.runs import Run, Runs
from texloom.results.tables import Table

METHODS = {"Least squares": "least_squares", "First and last point": "end_points"}
"""The names of the estimates in the table and the arrays."""


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    return {"stiffness": stiffness(runs)}


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {"comparison": comparison(runs)}


def stiffness(runs: Runs) -> Figure:
    """The first seed: one series with its best line, and how both estimates are distributed over all series."""
    figure = new_figure(height=2.2, width=TEXT_WIDTH)
    left, right = figure.subplots(1, 2)
    draw_series(left, runs[0])
    draw_distributions(right, runs[0])
    return figure


def draw_series(axes: Axes, run: Run) -> None:
    """The first series and its best straight line."""
    extension, force = run.arrays["extension"], run.arrays["force"]
    axes.plot(1000 * extension, force, "o", color=GREY, markersize=2.5, label="measured")
    axes.plot(1000 * extension, np.polyval(np.polyfit(extension, force, deg=1), extension), color=BLUE, label="fitted")
    axes.set(xlabel="extension (mm)", ylabel="force (N)")
    axes.legend()


def draw_distributions(axes: Axes, run: Run) -> None:
    """Histograms of both estimates, and the true stiffness."""
    for (label, name), color in zip(METHODS.items(), (BLUE, ORANGE), strict=True):
        axes.hist(run.arrays[name], bins=40, density=True, histtype="step", color=color, label=label.lower())
    axes.axvline(run.config["stiffness"], color=GREY, linestyle=":")
    axes.set(xlabel="stiffness (N/m)", ylabel="density")
    axes.margins(y=0.45)  # room for the legend
    axes.legend(loc="upper left")


def comparison(runs: Runs) -> Table:
    """The standard deviation of each estimate over the series, beside the theoretical one."""
    rows = [
        [label, runs.metric(f"{name}_deviation"), runs.metric(f"{name}_expected")] for label, name in METHODS.items()
    ]
    return Table([("Method", ""), ("Standard deviation", "N/m"), ("In closed form", "N/m")], rows, emphasis=0)
