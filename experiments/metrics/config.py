"""The configuration of the measurements and of the digit classifier."""

from __future__ import annotations

from typing import Self

from pydantic import Field, PositiveFloat, PositiveInt

from texloom.training.configuration import Configuration


class Config(Configuration):
    """The settings of the report; `smoke()` gives the same experiment with settings that take seconds."""

    filters: tuple[PositiveInt, ...] = Field(default=(32, 64, 128), description="filters of the convolutions")
    features: PositiveInt = Field(default=128, description="units of the last hidden layer, the features")
    epochs: PositiveInt = Field(default=7, description="passes over the training images")
    batch: PositiveInt = Field(default=128, description="images per step")
    learning_rate: PositiveFloat = Field(
        default=2e-3, description="Adam's initial learning rate; decays to 0 along a cosine"
    )
    largest_shift: int = Field(default=2, ge=0, le=4, description="largest shift of the training images, in pixels")
    dropout: float = Field(default=0.5, ge=0, lt=1, description="fraction of the features that is dropped in training")
    training_images: PositiveInt = Field(default=60_000, le=60_000, description="training images used")
    test_images: PositiveInt = Field(default=10_000, le=10_000, description="test images used")
    reference_images: PositiveInt = Field(default=10_000, description="training images in the reference")
    neighbours: PositiveInt = Field(default=4000, description="images of each set in precision and recall")
    levels: PositiveInt = Field(default=4, description="levels of damage, not counting undamaged images")
    sizes: tuple[PositiveInt, ...] = Field(
        default=(250, 500, 1000, 2000, 4000, 8000), min_length=2, description="sample sizes"
    )
    repeats: PositiveInt = Field(default=8, ge=2, description="samples drawn of each size")
    fooling_images: PositiveInt = Field(default=1000, description="images made from noise to fool the classifier")
    fooling_steps: PositiveInt = Field(default=40, description="steps of gradient ascent for each fooling image")
    emojis: PositiveInt = Field(default=100, description="emojis judged by Inception")
    emoji_reference: PositiveInt = Field(default=200, description="other emojis, which are their reference")

    @classmethod
    def smoke(cls) -> Self:
        return cls(
            filters=(8, 16), features=32, epochs=2, training_images=6000, test_images=1000, reference_images=1000,
            neighbours=500, levels=2, sizes=(100, 200, 400), repeats=2, fooling_images=200,
            emojis=12, emoji_reference=20,
        )  # fmt: skip
