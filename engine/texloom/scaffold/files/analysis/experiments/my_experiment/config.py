"""The values of the analysis."""

from __future__ import annotations

from typing import Self

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from texloom.training.configuration import Configuration


class Config(Configuration):
    """Values of the report; `smoke()` is the same analysis in less time."""

    stiffness: PositiveFloat = Field(default=50.0, description="of the spring, in N/m")
    noise: NonNegativeFloat = Field(default=0.2, description="standard deviation of a measured force, in N")
    longest: PositiveFloat = Field(default=0.1, description="the largest extension, in m")
    points: int = Field(default=20, ge=2, description="measurements in a series, at evenly spaced extensions from 0")
    series: PositiveInt = Field(default=20_000, description="simulated series")

    @classmethod
    def smoke(cls) -> Self:
        return cls(series=500)
