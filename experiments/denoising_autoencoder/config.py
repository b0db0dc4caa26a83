"""The configuration of the patch denoiser."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from experiments.datasets.mnist import SIDE
from texloom.training.configuration import Configuration


class Config(Configuration):
    """The settings of the report; `smoke()` gives the same experiment with settings that take seconds."""

    hidden: tuple[PositiveInt, ...] = Field(default=(640, 640), min_length=1, description="units of the hidden layers")
    patch: int = Field(default=8, ge=1, le=SIDE, description="side of the noisy patch in pixels")
    noise: Literal["gaussian", "uniform", "salt_and_pepper", "mask"] = Field(
        default="gaussian", description="kind of noise: gaussian, uniform, salt_and_pepper or mask"
    )
    strength: PositiveFloat = Field(
        default=0.5, description="standard deviation, half width or probability of the noise; images are in [0, 1]"
    )
    epochs: PositiveInt = Field(default=20, description="passes over the training images")
    masked_epochs: PositiveInt = Field(
        default=6, description="passes over the training images for the network with masking noise"
    )
    batch: PositiveInt = Field(default=128, description="images per step")
    learning_rate: PositiveFloat = Field(default=2e-3, description="Adam's initial learning rate; decays linearly to 0")
    position_weight: PositiveFloat = Field(
        default=0.025, description="weight of the position's cross-entropy in the loss"
    )
    position_epochs: PositiveInt = Field(
        default=6, description="passes in which the joint distribution of the position is learnt"
    )
    masking: PositiveFloat = Field(
        default=0.5, le=1, description="probability with which masking noise blackens a pixel of the patch"
    )
    validation: PositiveInt = Field(
        default=10_000,
        description="held-out training images, on which learning rate, batch size and the filters' settings are chosen",
    )
    tuning_images: PositiveInt = Field(default=200, description="held-out images on which the filters are tuned")
    training_images: PositiveInt = Field(
        default=60_000, le=60_000, description="training images used, including those held out"
    )
    test_images: PositiveInt = Field(default=10_000, le=10_000, description="test images in the evaluation")
    images_per_position: PositiveInt = Field(
        default=64, description="test images at each patch position in the error map"
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.validation >= self.training_images:
            raise ValueError(
                f"validation: {self.validation} of {self.training_images} training images are held out, "
                "so none are left to train on"
            )
        if self.tuning_images > self.validation:
            raise ValueError(
                f"tuning_images: {self.tuning_images}, but there are only {self.validation} held-out images"
            )
        return self

    @classmethod
    def smoke(cls) -> Self:
        return cls(
            hidden=(128,),
            batch=32,
            learning_rate=1e-3,
            epochs=3,
            masked_epochs=1,
            position_epochs=1,
            training_images=6000,
            validation=1000,
            tuning_images=10,
            test_images=500,
            images_per_position=2,
        )
