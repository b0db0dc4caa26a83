"""Measured values over seeds: arithmetic seed by seed, and comparisons that store what they compare."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean, median, stdev

from texloom.errors import ReportError
from texloom.results import units

POINTS = "percentage points"
"""The unit of a difference of percentages."""


@dataclass(frozen=True)
class Limit:
    """A number that a quantity is compared with, in the unit of that quantity."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:.15g} {self.unit}".rstrip()


LONGEST = 1e15
"""Whole numbers below this are printed with all their digits, which a float holds exactly."""


def is_whole(value: float) -> bool:
    """Whether a value is a whole number that is printed with all its digits."""
    return float(value).is_integer() and abs(value) < LONGEST


def rounded(value: float, digits: int) -> str:
    """A value in plain characters: whole numbers with all digits, others with at most `digits` significant digits."""
    return str(int(value)) if is_whole(value) else f"{value:.{digits}g}"


RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "≤": operator.le,
    ">": operator.gt,
    "≥": operator.ge,
}


@dataclass(frozen=True)
class Comparison:
    """A comparison of the mean of a quantity with a number, or with the mean of another quantity."""

    left: Quantity
    relation: str
    """A key of RELATIONS."""
    right: Quantity | float

    @property
    def bound(self) -> float:
        """The number on the right side."""
        return self.right.mean if isinstance(self.right, Quantity) else self.right

    @property
    def holds(self) -> bool:
        return RELATIONS[self.relation](self.left.mean, self.bound)

    @property
    def limit(self) -> Limit | None:
        """The limit, if the right side is a given number, not a measured one."""
        return None if isinstance(self.right, Quantity) else Limit(self.right, self.left.unit)

    @property
    def text(self) -> str:
        """Both sides by the names of their metrics, with the values found."""
        if isinstance(self.right, Quantity):
            right = f"{self.right.name} = {rounded(self.right.mean, 5)}"
        else:
            right = f"{self.right:.15g}"
        return f"{self.left.name} = {rounded(self.left.mean, 5)} {self.relation} {right}"


@dataclass(frozen=True)
class Condition:
    """Comparisons that must hold together."""

    comparisons: tuple[Comparison, ...]

    @property
    def holds(self) -> bool:
        return all(comparison.holds for comparison in self.comparisons)

    @property
    def text(self) -> str:
        """All comparisons, with the values found."""
        return " and ".join(comparison.text for comparison in self.comparisons)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The distinct limits of the comparisons, in order."""
        limits = (comparison.limit for comparison in self.comparisons)
        return tuple(dict.fromkeys(limit for limit in limits if limit is not None))

    def __bool__(self) -> bool:
        return self.holds

    def __and__(self, other: Condition) -> Condition:
        return Condition(self.comparisons + other.comparisons)


@dataclass(frozen=True, eq=False)
class Quantity:
    """One value for each seed, in the order of the seeds.

    Sums, differences and ratios are computed seed by seed, so that common variations cancel. Comparisons compare means
    and return a `Condition`; `lowest` and `highest` are the values of the worst and best seed.

    unit: as printed ("dB", "s", "%"); empty for pure numbers. meaning: description for the reader. error: the standard
    error of a single value, found by resampling the data it was measured on; None if not known. operation: how it was
    computed from its operands ("−", "lowest", "in % of"); empty for a metric.
    """

    name: str
    values: tuple[float, ...]
    unit: str = ""
    meaning: str = ""
    error: float | None = None
    operation: str = ""
    operands: tuple[Quantity | float, ...] = ()

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"quantity '{self.name}' has no values")

    @property
    def is_finite(self) -> bool:
        """Whether all values are finite."""
        return all(map(math.isfinite, self.values))

    @property
    def mean(self) -> float:
        """The mean over seeds; infinite or NaN if one of the values is."""
        return fmean(self.values) if self.is_finite else sum(self.values)

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation over seeds; None for a single seed, NaN if a value is not finite."""
        if len(self.values) == 1:
            return None
        return stdev(self.values) if self.is_finite else math.nan

    @property
    def uncertainty(self) -> float | None:
        """The deviation over seeds, or the error of a single value; determines how many digits are printed."""
        return self.error if self.deviation is None else self.deviation

    @property
    def median(self) -> float:
        """The median over seeds."""
        return median(self.values)

    @property
    def is_skewed(self) -> bool:
        """Whether all values are non-negative and the deviation exceeds the mean: then median and range are printed."""
        return self.deviation is not None and min(self.values) >= 0 and self.deviation > self.mean

    @property
    def lowest(self) -> Quantity:
        """The lowest value over the seeds."""
        return self._of_one_seed("lowest", min(self.values))

    @property
    def highest(self) -> Quantity:
        """The highest value over the seeds."""
        return self._of_one_seed("highest", max(self.values))

    def _of_one_seed(self, which: str, value: float) -> Quantity:
        name = f"{which} {self.name}"
        return Quantity(name, (value,), self.unit, self.meaning, operation=which, operands=(self,))

    @property
    def magnitude(self) -> Quantity:
        """The absolute value, seed by seed."""
        values = tuple(map(abs, self.values))
        return Quantity(f"|{self.name}|", values, self.unit, self.meaning, self.error, "magnitude", (self,))

    def percent_of(self, other: Quantity | float) -> Quantity:
        """The ratio to another value in per cent, seed by seed."""
        whole = other.name if isinstance(other, Quantity) else f"{other:g}"
        values = tuple(100 * value for value in (self / other).values)
        return Quantity(f"{self.name} in % of {whole}", values, "%", operation="in % of", operands=(self, other))

    def _combine(self, other: Quantity | float, symbol: str, function: Callable[[float, float], float]) -> Quantity:
        values = other.values if isinstance(other, Quantity) else (float(other),)
        if len(values) == 1:
            values *= len(self.values)
        mine = self.values * len(values) if len(self.values) == 1 else self.values
        name = f"{self.name} {symbol} {other.name if isinstance(other, Quantity) else f'{other:g}'}"
        unit = self._unit_after(symbol, other)
        combined = tuple(function(a, b) for a, b in zip(mine, values, strict=True))
        error = self._error_after(symbol, other)
        return Quantity(name, combined, unit, error=error, operation=symbol, operands=(self, other))

    def _unit_after(self, symbol: str, other: Quantity | float) -> str:
        """The unit after an operation. Raises ReportError for a sum of different units."""
        if symbol in "×÷":
            return units.combined(
                self.unit, other.unit if isinstance(other, Quantity) else "", 1 if symbol == "×" else -1
            )
        if isinstance(other, Quantity):
            self._check_unit(other, "added" if symbol == "+" else "subtracted")
        return POINTS if symbol == "−" and self.unit == "%" else self.unit

    def _check_unit(self, other: Quantity, what: str) -> None:
        """Raise ReportError if another quantity has another unit."""
        if not {self.unit, other.unit} <= {"%", POINTS} and self.unit != other.unit:
            mine, its = (
                f"'{each.name}' in {each.unit}" if each.unit else f"'{each.name}', a pure number"
                for each in (self, other)
            )
            raise ReportError("", f"{mine} and {its} cannot be {what}", "convert one of them, or divide it by its unit")

    def _error_after(self, symbol: str, other: Quantity | float) -> float | None:
        """The error after an operation with a number; None for another quantity, which may be correlated."""
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

    def __radd__(self, other: float) -> Quantity:
        return self + other

    def __rsub__(self, other: float) -> Quantity:
        return replace(-self + other, name=f"{other:g} − {self.name}")

    def __rmul__(self, other: float) -> Quantity:
        return self * other

    def __rtruediv__(self, other: float) -> Quantity:
        return replace(self**-1 * other, name=f"{other:g} ÷ {self.name}")

    def __neg__(self) -> Quantity:
        values = tuple(-value for value in self.values)
        return Quantity(f"−{self.name}", values, self.unit, self.meaning, self.error, "minus", (self,))

    def __pos__(self) -> Quantity:
        return self

    def __abs__(self) -> Quantity:
        return self.magnitude

    def __pow__(self, exponent: float) -> Quantity:
        """A power, seed by seed. Raises ReportError for one that is not real, or whose unit cannot be written."""
        values = tuple(_power(value, exponent) for value in self.values)
        real = tuple(value for value in values if not isinstance(value, complex))
        unit = units.power(self.unit, exponent)
        if unit is None or len(real) < len(values):
            why = "is not real" if unit is not None else f"has no unit: it is in {self.unit}"
            raise ReportError("", f"'{self.name}' to the power of {exponent:g} {why}", "divide it by its unit first")
        return Quantity(f"{self.name} ^ {exponent:g}", real, unit, operation="power", operands=(self, exponent))

    def __float__(self) -> float:
        return self.mean

    def __round__(self, digits: int = 0) -> Quantity:
        """The rounded mean."""
        values = (round(self.mean, digits),)
        return replace(self, values=values, error=None, operation="rounded", operands=(self, digits))

    def __format__(self, specification: str) -> str:
        return format(self.mean, specification) if specification else str(self)

    def _compare(self, relation: str, other: Quantity | float) -> Condition:
        if isinstance(other, Quantity):
            self._check_unit(other, "compared")
        right = other if isinstance(other, Quantity) else float(other)
        return Condition((Comparison(self, relation, right),))

    def __lt__(self, other: Quantity | float) -> Condition:
        return self._compare("<", other)

    def __le__(self, other: Quantity | float) -> Condition:
        return self._compare("≤", other)

    def __gt__(self, other: Quantity | float) -> Condition:
        return self._compare(">", other)

    def __ge__(self, other: Quantity | float) -> Condition:
        return self._compare("≥", other)


def _power(number: float, exponent: float) -> float | complex:
    """The power; infinite instead of an error."""
    try:
        return number**exponent
    except (ZeroDivisionError, OverflowError):
        return math.inf


def _divide(number: float, by: float) -> float:
    """The quotient; infinite or NaN instead of an error, so that smoke runs do not stop a build."""
    return number / by if by else math.copysign(math.inf, by) * number if number else math.nan
