"""A measured value over seeds: arithmetic seed by seed, comparisons that remember what they compared."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True)
class Condition:
    """The outcome of a comparison and, in words, what was compared with what."""

    holds: bool
    text: str

    def __bool__(self) -> bool:
        return self.holds

    def __and__(self, other: Condition) -> Condition:
        return Condition(self.holds and other.holds, f"{self.text} and {other.text}")


@dataclass(frozen=True, eq=False)
class Quantity:
    """One value for each seed, in the order of the seeds.

    Sums, differences and ratios are taken seed by seed, so that what two results share cancels. Comparisons are of
    means and give a `Condition`; `lowest` and `highest` speak of the worst and best seed.

    unit: as printed ("dB", "s", "%"); empty for pure numbers. meaning: what it is, for the reader.
    """

    name: str
    values: tuple[float, ...]
    unit: str = ""
    meaning: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"quantity '{self.name}' has no values")

    @property
    def mean(self) -> float:
        return fmean(self.values)

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation over seeds; None for a single seed."""
        return stdev(self.values) if len(self.values) > 1 else None

    @property
    def lowest(self) -> Quantity:
        return Quantity(f"lowest {self.name}", (min(self.values),), self.unit, self.meaning)

    @property
    def highest(self) -> Quantity:
        return Quantity(f"highest {self.name}", (max(self.values),), self.unit, self.meaning)

    def _combine(self, other: Quantity | float, symbol: str, function: Callable[[float, float], float]) -> Quantity:
        values = other.values if isinstance(other, Quantity) else (float(other),)
        if len(values) == 1:
            values *= len(self.values)
        mine = self.values * len(values) if len(self.values) == 1 else self.values
        name = f"{self.name} {symbol} {other.name if isinstance(other, Quantity) else f'{other:g}'}"
        unit = self.unit if symbol in "+−" or not isinstance(other, Quantity) else ""
        return Quantity(name, tuple(function(a, b) for a, b in zip(mine, values, strict=True)), unit)

    def __add__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "+", operator.add)

    def __sub__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "−", operator.sub)

    def __mul__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "×", operator.mul)

    def __truediv__(self, other: Quantity | float) -> Quantity:
        return self._combine(other, "÷", operator.truediv)

    def _compare(self, other: Quantity | float, symbol: str, function: Callable[[float, float], bool]) -> Condition:
        if isinstance(other, Quantity):
            right, value = f"{other.name} = {other.mean:.5g}", other.mean
        else:
            right, value = f"{other:g}", float(other)
        return Condition(function(self.mean, value), f"{self.name} = {self.mean:.5g} {symbol} {right}")

    def __lt__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "<", operator.lt)

    def __le__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "≤", operator.le)

    def __gt__(self, other: Quantity | float) -> Condition:
        return self._compare(other, ">", operator.gt)

    def __ge__(self, other: Quantity | float) -> Condition:
        return self._compare(other, "≥", operator.ge)
