"""The metrics of the experiment, which the report may print."""

from __future__ import annotations

from texloom.results.metrics import Metric

METRICS = {
    "line_error": Metric("", "root mean square distance from the curve, the best straight line"),
    "network_error": Metric("", "root mean square distance from the curve, the perceptron"),
}
