"""Figures and tables, from the runs; TensorFlow is not needed."""

from __future__ import annotations

from matplotlib.figure import Figure
from texloom.results.plotting import BLUE, GREY, ORANGE, TEXT_WIDTH, new_figure
from texloom.results.runs import Runs
from texloom.results.tables import Table


def figures(runs: Runs) -> dict[str, Figure]:
    """All figures by name."""
    return {"fit": fit(runs)}


def tables(runs: Runs) -> dict[str, Table]:
    """All tables by name."""
    return {"comparison": comparison(runs)}


def fit(runs: Runs) -> Figure:
    """The first seed's points, the curve they come from, and both curves fitted to them."""
    arrays = runs[0].arrays
    figure = new_figure(height=2.2, width=0.72 * TEXT_WIDTH)
    axes = figure.subplots()
    axes.plot(*arrays["points"].T, ".", color=GREY, markersize=1.5, alpha=0.5, label="points")
    axes.plot(arrays["x"], arrays["truth"], color=GREY, linestyle=":", label="curve")
    axes.plot(arrays["x"], arrays["line"], color=ORANGE, linestyle="--", label="best straight line")
    axes.plot(arrays["x"], arrays["network"], color=BLUE, label="perceptron")
    axes.set(xlabel="$x$", ylabel="$y$")
    axes.legend(loc="upper left")
    return figure


def comparison(runs: Runs) -> Table:
    """Root mean square distance from the curve."""
    methods = {"Best straight line": "line_error", "Perceptron": "network_error"}
    rows = [[name, runs.metric(metric)] for name, metric in methods.items()]
    return Table([("Method", ""), ("Distance from the curve", "")], rows, emphasis=1)
