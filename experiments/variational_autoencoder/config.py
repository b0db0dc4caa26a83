"""The configuration of the variational autoencoder: the objectives of its variants, and their common settings."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from texloom.training.configuration import Configuration, Settings

VARIANTS = ("bernoulli", "gaussian", "standard", "weighted", "constrained")
"""The trained models, by their names in the configuration, metrics and arrays."""

SIDE_BY_SIDE = VARIANTS[2:]
"""Three variants with different weights of the rate, otherwise trained in the same way."""


TRAINING_SET = 60_000
"""Number of images in MNIST's training set."""


class Objective(Settings):
    """The objective of a variant and the length of its training."""

    likelihood: Literal["bernoulli", "gaussian"] = Field(
        default="bernoulli", description="bernoulli, on dynamically binarised digits, or gaussian, N(f(z), C I)"
    )
    variance: PositiveFloat | None = Field(default=None, description="C of the Gaussian likelihood; null to learn it")
    beta: NonNegativeFloat = Field(
        default=1.0, description="multiplier of the rate; if there is a threshold, only its initial value"
    )
    threshold: PositiveFloat | None = Field(
        default=None, description="bound on the rate in nats, met by dual ascent on beta; null for a fixed beta"
    )
    dual_rate: PositiveFloat = Field(default=1e-3, description="step of the dual ascent, in 1/nat")
    warm_up: NonNegativeInt = Field(default=0, description="epochs over which a fixed beta grows from 0 in training")
    epochs: PositiveInt = Field(default=6, description="passes over the training images")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.variance is not None and self.likelihood != "gaussian":
            raise ValueError(f"variance: only the gaussian likelihood has one, not {self.likelihood}")
        if self.warm_up and self.threshold is not None:
            raise ValueError(
                "warm_up: cannot be used with a threshold, because the multiplier is then found during training"
            )
        return self


class Config(Configuration):
    """The settings of the report; `smoke()` gives the same experiment with settings that take seconds."""

    hidden: tuple[PositiveInt, ...] = Field(
        default=(512, 256), description="units of the encoder's hidden layers; the decoder has them in reverse"
    )
    latent_dim: int = Field(default=20, ge=2, description="dimensions of the latent code")
    batch: PositiveInt = Field(default=128, description="images per step")
    learning_rate: PositiveFloat = Field(default=3e-3, description="Adam's initial learning rate; decays linearly to 0")
    training_images: PositiveInt = Field(
        default=50_000, le=60_000, description="images used for training, the first of the training set"
    )
    held_out_images: PositiveInt = Field(
        default=10_000, description="last images of the training set, held out for choices and not trained on"
    )
    test_images: int = Field(default=10_000, ge=200, le=10_000, description="test images in the evaluation")
    bernoulli: Objective = Field(default=Objective(epochs=32, warm_up=2), description="the main model")
    gaussian: Objective = Field(
        default=Objective(likelihood="gaussian", warm_up=1), description="the likelihood of the derivation, C learnt"
    )
    standard: Objective = Field(
        default=Objective(warm_up=1), description="first of three models side by side: beta = 1"
    )
    weighted: Objective = Field(
        default=Objective(beta=4.0, warm_up=1), description="second of the three: another fixed beta"
    )
    constrained: Objective = Field(
        default=Objective(threshold=15.0), description="third of the three: a bound on the rate"
    )
    importance_samples: int = Field(default=500, ge=2, description="samples of the importance-weighted estimate")
    importance_images: PositiveInt = Field(
        default=2500, description="test images on which the gain of this estimate over the bound is measured"
    )
    pair_seed: int = Field(default=2024, ge=0, description="seed of the pairs of test images, the same for every run")
    pairs: int = Field(default=1000, ge=10, description="pairs in each measurement; the figures show the first ten")
    classifier_epochs: PositiveInt = Field(default=4, description="passes in the training of each classifier")
    filters: tuple[PositiveInt, ...] = Field(
        default=(32, 64, 128), description="filters of the convolutions in the second classifier"
    )
    recognised: float = Field(
        default=95.0,
        gt=0,
        lt=100,
        description="percentage of the held-out images that each classifier is calibrated to recognise",
    )
    smoothing: float = Field(
        default=0.05, ge=0, lt=1, description="fraction of a label's probability that is spread over all digits"
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.training_images + self.held_out_images > TRAINING_SET:
            raise ValueError(
                f"held_out_images: {self.held_out_images} and training_images: {self.training_images} "
                f"are together more than {TRAINING_SET} images"
            )
        if self.training_images < self.batch:
            raise ValueError(f"batch: {self.batch}, but there are only {self.training_images} training images")
        if self.importance_images > self.test_images:
            raise ValueError(
                f"importance_images: {self.importance_images}, but there are only {self.test_images} test images"
            )
        return self

    @property
    def steps_per_epoch(self) -> int:
        """Number of whole batches of training images."""
        return self.training_images // self.batch

    @classmethod
    def smoke(cls) -> Self:
        brief = {
            name: field.default.model_copy(update={"epochs": 4}) for name, field in cls.model_fields.items()
            if name in VARIANTS
        }  # fmt: skip
        return cls(
            hidden=(128,),
            training_images=3000,
            held_out_images=1000,
            test_images=1000,
            importance_samples=50,
            importance_images=200,
            pairs=50,
            classifier_epochs=4,
            filters=(8, 16),
            **brief,  # type: ignore[arg-type]
        )
