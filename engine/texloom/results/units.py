"""Units of products, quotients and powers: "N/m" and "m" give "N", and "m" squared is "m^2", as siunitx prints it."""

from __future__ import annotations

import re

FACTOR = re.compile(r"(?P<name>[^\s./^()]+)(?:\^(?P<exponent>-?\d+))?")


def combined(unit: str, other: str, sign: int) -> str:
    """The unit of a product with another unit, or of a quotient (sign −1); empty for a pure number."""
    if not other:
        return unit
    powers = _powers(unit)
    for name, exponent in _powers(other).items():
        powers[name] = powers.get(name, 0) + sign * exponent
    return _written(powers)


def power(unit: str, exponent: float) -> str | None:
    """The unit of a power; None if it would have a fractional exponent."""
    powers = {name: each * exponent for name, each in _powers(unit).items()}
    if any(each != int(each) for each in powers.values()):
        return None
    return _written({name: int(each) for name, each in powers.items()})


def _powers(unit: str) -> dict[str, int]:
    """The exponents of the factors of a unit; a unit that is not written with . / and ^ is one factor."""
    found: dict[str, int] = {}
    for number, part in enumerate(unit.split("/")):
        for factor in filter(None, part.split(".")):
            match = FACTOR.fullmatch(factor)
            if not match:
                return {unit: 1}
            if match["name"] != "1":
                exponent = int(match["exponent"] or 1) * (-1 if number else 1)
                found[match["name"]] = found.get(match["name"], 0) + exponent
    return found


def _written(powers: dict[str, int]) -> str:
    above = [_factor(name, exponent) for name, exponent in powers.items() if exponent > 0]
    below = [_factor(name, -exponent) for name, exponent in powers.items() if exponent < 0]
    return "/".join([".".join(above) or "1", *below]) if above or below else ""


def _factor(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"
