"""A measured value over seeds: arithmetic seed by seed, comparisons that remember what they compared."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, median, stdev

POINTS = "percentage points"
"""The unit of a difference of percentages."""


@dataclass(frozen=True)
class Limit:
    """A number that a quantity was compared with, in the unit of that quantity."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:.15g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Condition:
    """The outcome of a comparison and, in words, what was compared with what.

    limits: the numbers among it, in order, equal ones once.
    """

    holds: bool
    text: str
    limits: tuple[Limit, ...] = ()

    def __bool__(self) -> bool:
        return self.holds

    def __and__(self, other: Condition) -> Condition:
        limits = tuple(dict.fromkeys(self.limits + other.limits))
        return Condition(self.holds and other.holds, f"{self.text} and {other.text}", limits)


@dataclass(frozen=True, eq=False)
class Quantity:
    """One value for each seed, in the order of the seeds.

    Sums, differences and ratios are taken seed by seed, so that what two results share cancels. Comparisons are of
    means and give a `Condition`; `lowest` and `highest` speak of the worst and best seed.

    unit: as printed ("dB", "s", "%"); empty for pure numbers. meaning: what it is, for the reader. error: the standard
    error of a single value, found by resampling what it was measured on; None where it is not known.
    """

    name: str
    values: tuple[float, ...]
    unit: str = ""
    meaning: str = ""
    error: float | None = None

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"quantity '{self.name}' has no values")

    @property
    def mean(self) -> float:
        """The mean over seeds."""
        return fmean(self.values)

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation over seeds; None for a single seed."""
        return stdev(self.values) if len(self.values) > 1 else None

    @property
    def uncertainty(self) -> float | None:
        """The deviation over seeds, or the error of a single value: what decides how many digits are printed."""
        return self.error if self.deviation is None else self.deviation

    @property
    def median(self) -> float:
        """The median over seeds."""
        return median(self.values)

    @property
    def is_skewed(self) -> bool:
        """Whether the deviation exceeds the mean of what is never negative: then median and range are printed."""
        return self.deviation is not None and min(self.values) >= 0 and self.deviation > self.mean

    @property
    def lowest(self) -> Quantity:
        """The value of the seed where it is lowest."""
        return Quantity(f"lowest {self.name}", (min(self.values),), self.unit, self.meaning)

    @property
    def highest(self) -> Quantity:
        """The value of the seed where it is highest."""
        return Quantity(f"highest {self.name}", (max(self.values),), self.unit, self.meaning)

    @property
    def magnitude(self) -> Quantity:
        """The absolute value, seed by seed."""
        return Quantity(f"|{self.name}|", tuple(map(abs, self.values)), self.unit, self.meaning, self.error)

    def percent_of(self, other: Quantity | float) -> Quantity:
        """The ratio to another value in per cent, seed by seed."""
        whole = other.name if isinstance(other, Quantity) else f"{other:g}"
        return Quantity(f"{self.name} in % of {whole}", tuple(100 * value for value in (self / other).values), "%")

    def _combine(self, other: Quantity | float, symbol: str, function: Callable[[float, float], float]) -> Quantity:
        values = other.values if isinstance(other, Quantity) else (float(other),)
        if len(values) == 1:
            values *= len(self.values)
        mine = self.values * len(values) if len(self.values) == 1 else self.values
        name = f"{self.name} {symbol} {other.name if isinstance(other, Quantity) else f'{other:g}'}"
        unit = self.unit if symbol in "+−" or not isinstance(other, Quantity) else ""
        if symbol == "−" and unit == "%":
            unit = POINTS
        combined = tuple(function(a, b) for a, b in zip(mine, values, strict=True))
        return Quantity(name, combined, unit, error=self._error_after(symbol, other))

    def _error_after(self, symbol: str, other: Quantity | float) -> float | None:
        """The error of a sum with, or a multiple by, a number; with another quantity it may be correlated."""
        if self.error is None or isinstance(other, Quantity):
            return None
        return self.error if symbol in "+−" else abs({"×": self.error * other, "÷": _divide(self.error, other)}[symbol])

    def __add__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "+", operator.add)

    def __sub__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "−", operator.sub)

    def __mul__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "×", operator.mul)

    def __truediv__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "÷", _divide)

    def _compare(self, other: Quantity | float, symbol: str, function: Callable[[float, float], bool]) -> Condition:
        if isinstance(other, Quantity):
            right, value, limits = f"{other.name} = {other.mean:.5g}", other.mean, ()
        else:
            right, value, limits = f"{other:.15g}", float(other), (Limit(float(other), self.unit),)
        return Condition(function(self.mean, value), f"{self.name} = {self.mean:.5g} {symbol} {right}", limits)

    def __lt__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "<", operator.lt)

    def __le__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "≤", operator.le)

    def __gt__(self, other: Quantity | float) -> Condition:
        return self._compare(other, ">", operator.gt)

    def __ge__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "≥", operator.ge)


def _divide(number: float, by: float) -> float:
    """The quotient; infinite, or not a number, where it is so: no smoke run may stop a build."""
    return number / by if by else math.copysign(math.inf, by) * number if number else math.nan
