"""A convolutional classifier of digits; its last hidden layer gives the features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from experiments.datasets.mnist import DIGITS, SIDE


def build_classifier(filters: Sequence[int], features: int, seed: int) -> keras.Model:
    """Images of shape (n, 28, 28, 1) in [0, 1] to features (n, features) and logits (n, 10).

    Every convolution halves the image. Pooling is not used, because its gradient is not deterministic when compiled.
    """

    def initializer(index: int) -> Any:
        return keras.initializers.HeNormal(seed=1000 * seed + index)

    image = keras.Input((SIDE, SIDE, 1), name="image")
    code = image
    for index, count in enumerate(filters):
        code = keras.layers.Conv2D(
            count, 3 if index else 5, strides=2, padding="same", activation="relu",
            kernel_initializer=initializer(index), name=f"convolution_{index + 1}",
        )(code)  # fmt: skip
    code = keras.layers.Flatten(name="flatten")(code)
    code = keras.layers.Dense(features, "relu", kernel_initializer=initializer(100), name="features")(code)
    logits = keras.layers.Dense(DIGITS, kernel_initializer=initializer(101), name="logits")
    return keras.Model(image, [code, logits(code)], name="classifier")
