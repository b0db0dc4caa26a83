"""The values of the experiment."""

from __future__ import annotations

from typing import Self

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from texloom.training.configuration import Configuration


class Config(Configuration):
    """Values of the report; `smoke()` is the same experiment in less time."""

    points: PositiveInt = Field(default=512, description="training points")
    noise: NonNegativeFloat = Field(default=0.1, description="standard deviation of the noise in y")
    hidden: tuple[PositiveInt, ...] = Field(default=(32,), min_length=1, description="units of the hidden layers")
    steps: PositiveInt = Field(default=4000, description="training steps")
    batch: PositiveInt = Field(default=64, description="points in a step, at most `points`")
    learning_rate: PositiveFloat = Field(default=1e-2, description="Adam's first rate; falls to 0 along a cosine")

    @classmethod
    def smoke(cls) -> Self:
        return cls(steps=400)
