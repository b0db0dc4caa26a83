"""Declarations of metrics: each experiment has them in its `metrics.py`, as `METRICS: dict[str, Metric]`."""

from __future__ import annotations

from typing import NamedTuple


class Metric(NamedTuple):
    """A number that an experiment measures, as the report prints it."""

    unit: str
    """"dB", "s", "%"; empty for pure numbers."""
    meaning: str
    """What it is, for the reader. A {placeholder} is filled when the value is recorded."""
    finite: bool = True
    """Whether values must be finite; False allows infinity and NaN, which are printed as such."""
