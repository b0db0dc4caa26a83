"""The configuration of the emoji DCGAN."""

from __future__ import annotations

from typing import Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from texloom.training.configuration import Configuration


class Config(Configuration):
    """The settings of the report; `smoke()` gives the same experiment with settings that take seconds."""

    latent_dim: PositiveInt = Field(default=100, description="dimension of the latent codes, uniform in [−1, 1]")
    batch: int = Field(default=16, ge=2, description="real images per iteration, and as many generated ones")
    iterations: PositiveInt = Field(default=20_000, description="iterations of Algorithm 1")
    learning_rate: PositiveFloat = Field(default=3e-4, description="Adam's learning rate, for both networks")
    beta_1: float = Field(default=0.5, ge=0, lt=1, description="Adam's decay of the mean gradient; beta_2 is 0.999")
    average_decay: float = Field(
        default=0.999, ge=0, lt=1, description="decay of the average of the generator's weights, per iteration"
    )
    sample_every: PositiveInt = Field(
        default=200, description="iterations between two snapshots of the fixed codes' images"
    )
    fixed_codes: int = Field(default=32, ge=16, description="latent codes whose images are stored during training")
    settling_codes: PositiveInt = Field(
        default=500, description="latent codes that give the statistics of batch normalisation in inference mode"
    )
    evaluation_images: int = Field(
        default=3000,
        ge=16,
        description="generated images in the distances, from the last generator and from the average each",
    )
    control_images: int = Field(
        default=128, ge=2, description="images of uniform noise, and of the untrained generator, in the distances"
    )
    levelled_images: int = Field(
        default=1000, ge=2, description="images of the generators with a levelled last kernel, for the spectrum"
    )
    damaged_images: int = Field(default=64, ge=2, description="real images that are blurred or made noisy")
    real_images: int | None = Field(default=None, ge=16, description="training images used; all by default")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.iterations % self.sample_every:
            raise ValueError(f"sample_every = {self.sample_every} does not divide iterations = {self.iterations}")
        return self

    @classmethod
    def smoke(cls) -> Self:
        return cls(
            iterations=200, sample_every=20, settling_codes=64, evaluation_images=32, control_images=16,
            damaged_images=8, real_images=64,
        )  # fmt: skip
