"""The configuration of the patch denoiser."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt

from experiments.datasets.mnist import SIDE
from texloom.training.configuration import Configuration


class Config(Configuration):
    """Values of the report; `smoke()` is the same experiment in seconds."""

    hidden: tuple[PositiveInt, ...] = Field(default=(640, 640), min_length=1, description="units of the hidden layers")
    patch: int = Field(default=8, ge=1, le=SIDE, description="side of the noisy patch in pixels")
    noise: Literal["gaussian", "uniform", "salt_and_pepper", "mask"] = Field(
        default="gaussian", description="kind of noise: gaussian, uniform, salt_and_pepper or mask"
    )
    strength: PositiveFloat = Field(
        default=0.5, description="standard deviation, half width or probability of the noise; images are in [0, 1]"
    )
    epochs: PositiveInt = Field(default=24, description="passes over the training images")
    batch: PositiveInt = Field(default=32, description="images in a step")
    learning_rate: PositiveFloat = Field(default=1e-3, description="Adam's first rate; falls to 0 along a line")
    position_weight: PositiveFloat = Field(
        default=0.025, description="weight of the position's cross-entropy in the loss"
    )
    validation: PositiveInt = Field(default=5000, description="training images held out for the validation curve")
    training_images: PositiveInt = Field(
        default=60_000, le=60_000, description="training images used, validation included"
    )
    test_images: PositiveInt = Field(default=10_000, le=10_000, description="test images in the evaluation")
    images_per_position: PositiveInt = Field(
        default=64, description="test images at each patch position in the error map"
    )

    @classmethod
    def smoke(cls) -> Self:
        return cls(
            hidden=(128,), epochs=3, training_images=6000, validation=1000, test_images=500, images_per_position=2
        )
