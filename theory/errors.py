"""What several measured errors come to; shared by the checks of all fragments."""

from __future__ import annotations

import numpy as np


def worst(errors) -> float:
    """The largest absolute value; NaN if there is one."""
    return float(np.max(np.abs(np.asarray(list(errors), dtype=float))))


def beyond(low, value, high) -> float:
    """By how much low ≤ value ≤ high is violated; 0 if it holds."""
    return max(0.0, float(low) - float(value), float(value) - float(high))
