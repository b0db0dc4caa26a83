"""What the variants maximise, and their names; without TensorFlow, so that the figures can know them, too."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

VARIANTS = ("bernoulli", "gaussian", "standard", "weighted", "constrained")
"""The trained models, as the configuration and the names of metrics and arrays call them."""

SIDE_BY_SIDE = VARIANTS[2:]
"""Three ways to weigh the rate, trained alike."""


class Objective(BaseModel):
    """What one variant maximises, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    likelihood: Literal["bernoulli", "gaussian"] = Field(
        default="bernoulli", description="bernoulli, on dynamically binarised digits, or gaussian, N(f(z), C I)"
    )
    variance: PositiveFloat | None = Field(default=None, description="C of the Gaussian likelihood; null to learn it")
    beta: NonNegativeFloat = Field(default=1.0, description="multiplier of the rate, with a threshold its first value")
    threshold: PositiveFloat | None = Field(
        default=None, description="bound on the rate in nats, met by dual ascent on beta; null for a fixed beta"
    )
    dual_rate: PositiveFloat = Field(default=1e-3, description="step of the dual ascent, in 1/nat")
    warm_up: NonNegativeInt = Field(default=0, description="epochs over which a fixed beta grows from 0 in training")
    epochs: PositiveInt = Field(default=5, description="passes over the training images")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.variance is not None and self.likelihood != "gaussian":
            raise ValueError(f"variance: only the gaussian likelihood has one, not {self.likelihood}")
        if self.warm_up and self.threshold is not None:
            raise ValueError("warm_up: with a threshold the multiplier is found, not given")
        return self
