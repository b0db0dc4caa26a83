"""The metrics of the analysis, which the report may print."""

from __future__ import annotations

from texloom.results.metrics import Metric

METRICS = {
    "least_squares_deviation": Metric("N/m", "standard deviation of the stiffness, by least squares"),
    "least_squares_expected": Metric("N/m", "the same in closed form"),
    "end_points_deviation": Metric("N/m", "standard deviation of the stiffness, from the first and last measurement"),
    "end_points_expected": Metric("N/m", "the same in closed form"),
    "coverage": Metric("%", "series whose interval of ±1.96 standard deviations contains the true stiffness"),
}
