"""Runs that nothing was trained for: figures and tables are drawn from them."""

from __future__ import annotations

from texloom.results.writer import RunWriter


def record_rest(run: RunWriter) -> None:
    """A number for each declared metric that has none yet, so that only names that are recorded can be looked up."""
    for number, (name, (unit, meaning)) in enumerate(run.declared.items()):
        run.metrics.setdefault(name, {"value": float(number), "unit": unit, "meaning": meaning})
