"""The configuration of the simple GAN: the curve, the points, and the training of each of the two variants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, FiniteFloat, PositiveFloat, PositiveInt, model_validator

from texloom.training.configuration import Configuration, Settings

VARIANTS = ("reference", "improved", "held")
"""The variants trained at full length, as named in metrics and arrays; `held` is `improved` at a constant rate."""

FACTORS = {
    "loss": ("loss",),
    "optimizer": ("optimizer",),
    "decay": ("final_rate", "generator_rate", "discriminator_rate"),
    "scaling": ("standardised",),
    "width": ("generator_hidden", "discriminator_hidden"),
    "batching": ("turns", "discriminator_steps", "generator_steps"),
}
"""The changes that make `reference` into `improved`, and the settings that each changes."""

CHANGES = {
    "none": (),
    **{f"only_{factor}": (factor,) for factor in FACTORS},
    **{f"without_{factor}": tuple(other for other in FACTORS if other != factor) for factor in FACTORS},
    "all": tuple(FACTORS),
}
"""The trainings of the one-factor table, each with its changes to the reference."""

STREAMS = 512
"""Number of random streams of one variant in an iteration, one for each turn."""


class Protocol(Settings):
    """How one variant is trained."""

    generator_hidden: tuple[PositiveInt, PositiveInt] = Field(
        default=(16, 16), description="units of the generator's hidden layers"
    )
    discriminator_hidden: tuple[PositiveInt, PositiveInt] = Field(
        default=(16, 16), description="units of the discriminator's first two hidden layers; the third has 2"
    )
    standardised: bool = Field(
        default=False, description="networks get coordinates with zero mean and unit variance instead of raw ones"
    )
    loss: Literal["cross_entropy", "least_squares"] = Field(
        default="cross_entropy", description="cross_entropy or least_squares"
    )
    optimizer: Literal["rmsprop", "adam"] = Field(default="rmsprop", description="rmsprop or adam")
    discriminator_rate: PositiveFloat = Field(default=1e-3, description="learning rate of the discriminator")
    generator_rate: PositiveFloat = Field(default=1e-3, description="learning rate of the generator")
    final_rate: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="final learning rates as a fraction of the initial ones; they decay exponentially",
    )
    turns: int = Field(
        default=1, ge=1, le=STREAMS, description="batches per iteration; both networks take their steps on each"
    )
    discriminator_steps: PositiveInt = Field(default=10, description="steps of the discriminator on each batch")
    generator_steps: PositiveInt = Field(
        default=10, description="steps of the generator on each batch, after the discriminator's"
    )


REFERENCE = Protocol()
IMPROVED = Protocol(
    generator_hidden=(32, 32),
    discriminator_hidden=(64, 64),
    standardised=True,
    loss="least_squares",
    optimizer="adam",
    final_rate=0.01,
    turns=5,
    discriminator_steps=1,
    generator_steps=1,
)


def _curved(coefficients: tuple[float, float, float]) -> tuple[float, float, float]:
    if coefficients[0] == 0:
        raise ValueError("a = 0 is a line, not a quadratic")
    return coefficients


def _ascending(x_range: tuple[float, float]) -> tuple[float, float]:
    if x_range[0] >= x_range[1]:
        raise ValueError("the lower end must be below the upper end")
    return x_range


class Config(Configuration):
    """The settings of the report; `smoke()` gives the same experiment with settings that take seconds."""

    coefficients: Annotated[tuple[FiniteFloat, FiniteFloat, FiniteFloat], AfterValidator(_curved)] = Field(
        default=(1.0, 0.0, 10.0), description="a, b, c of the curve y = a x² + b x + c; a is not 0"
    )
    x_range: Annotated[tuple[FiniteFloat, FiniteFloat], AfterValidator(_ascending)] = Field(
        default=(-50.0, 50.0), description="x is uniformly distributed between these values"
    )
    training_points: PositiveInt = Field(default=100_000, description="points in the training set")
    latent_dim: PositiveInt = Field(
        default=2, description="dimension of the latent code, uniform in [−1, 1] per coordinate"
    )
    batch: PositiveInt = Field(default=256, description="real points per step, and as many generated ones")
    iterations: PositiveInt = Field(
        default=10_000, description="iterations, each with the steps that the protocol gives"
    )
    record_every: PositiveInt = Field(
        default=10, description="iterations per point of the loss curves, which is the mean over them"
    )
    sample_every: PositiveInt = Field(default=1000, description="iterations between two snapshots of generated samples")
    snapshot_points: PositiveInt = Field(default=500, description="points in each snapshot")
    test_points: PositiveInt = Field(default=20_000, description="generated points in the evaluation")
    distance_points: PositiveInt = Field(default=5000, description="points in each sample of the energy distances")
    factor_iterations: PositiveInt = Field(
        default=1000, description="iterations of each training of the one-factor table"
    )
    reference: Protocol = Field(default=REFERENCE, description="the tutorial's protocol")
    improved: Protocol = Field(default=IMPROVED, description="our protocol")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        for name, whole in (("record_every", "sample_every"), ("sample_every", "iterations")):
            if getattr(self, whole) % getattr(self, name):
                raise ValueError(f"{name} = {getattr(self, name)} does not divide {whole} = {getattr(self, whole)}")
        if self.training_points < self.points_per_iteration:
            raise ValueError(
                f"training_points: {self.training_points}, but one iteration takes {self.points_per_iteration}"
            )
        if self.distance_points > self.test_points:
            raise ValueError(
                f"distance_points: {self.distance_points}, but there are only {self.test_points} test points"
            )
        return self

    @property
    def points_per_iteration(self) -> int:
        """Number of training points per iteration in the protocol that uses more of them."""
        return self.batch * max(self.reference.turns, self.improved.turns)

    def changed_by(self, factors: Iterable[str]) -> Protocol:
        """The reference, with these factors set as in the improved protocol."""
        fields = [field for factor in factors for field in FACTORS[factor]]
        return self.reference.model_copy(update={field: getattr(self.improved, field) for field in fields})

    @property
    def protocols(self) -> dict[str, Protocol]:
        """The protocol of each of VARIANTS."""
        held = self.changed_by(CHANGES["without_decay"])
        return dict(zip(VARIANTS, (self.reference, self.changed_by(FACTORS), held), strict=True))

    @classmethod
    def smoke(cls) -> Self:
        return cls(
            training_points=20_000,
            iterations=500,
            sample_every=50,
            test_points=2000,
            distance_points=1000,
            factor_iterations=50,
        )
