"""Helpers for runs in the tests of several chapters: runs without training, and comparison of two runs."""

from __future__ import annotations

import numpy as np

from texloom.results.writer import RunWriter


def record_rest(run: RunWriter) -> None:
    """Record a number for each declared metric without one, so that exactly the declared names can be looked up."""
    for number, (name, metric) in enumerate(run.declared.items()):
        run.metrics.setdefault(name, {"value": float(number), "unit": metric.unit, "meaning": metric.meaning})


def assert_same(first: RunWriter, second: RunWriter) -> None:
    """Assert that both have the same results to the bit."""
    assert first.metrics == second.metrics
    for kind in ("weights", "arrays", "columns"):
        one, other = getattr(first, kind), getattr(second, kind)
        assert list(one) == list(other)
        for name, values in one.items():
            np.testing.assert_array_equal(values, other[name], err_msg=name)
