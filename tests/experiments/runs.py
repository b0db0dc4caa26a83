"""Runs as several chapters' tests need them: some that nothing was trained for, and two that must be the same."""

from __future__ import annotations

import numpy as np

from texloom.results.writer import RunWriter


def record_rest(run: RunWriter) -> None:
    """A number for each declared metric that has none yet, so that only names that are recorded can be looked up."""
    for number, (name, (unit, meaning)) in enumerate(run.declared.items()):
        run.metrics.setdefault(name, {"value": float(number), "unit": unit, "meaning": meaning})


def assert_same(first: RunWriter, second: RunWriter) -> None:
    """The same results to the bit."""
    assert first.metrics == second.metrics
    for kind in ("weights", "arrays", "columns"):
        one, other = getattr(first, kind), getattr(second, kind)
        assert list(one) == list(other)
        for name, values in one.items():
            np.testing.assert_array_equal(values, other[name], err_msg=name)
