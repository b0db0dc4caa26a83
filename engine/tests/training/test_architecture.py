"""Architecture tables: counts known from the shapes."""

from __future__ import annotations

import pytest

pytest.importorskip("tensorflow")

import keras

from texloom.training.architecture import describe


def test_layers_shapes_activations_and_counts() -> None:
    image = keras.Input((8, 8, 1))
    code = keras.layers.Conv2D(4, 3, padding="same", activation="leaky_relu", name="conv")(image)
    code = keras.layers.BatchNormalization(name="norm")(code)
    code = keras.layers.Flatten(name="flat")(code)
    score = keras.layers.Dense(2, name="score")(code)
    rows = describe(keras.Model(image, score, name="critic"))
    assert [row["layer"] for row in rows] == ["Conv2D", "BatchNormalization", "Flatten", "Dense", "total"]
    assert [row["shape"] for row in rows] == [[8, 8, 4], [8, 8, 4], [256], [2], []]
    assert [row["activation"] for row in rows] == ["leaky relu", "", "", "", ""]
    # 3·3 weights and a bias for each of 4 filters; scale and shift of 4 channels, its statistics are not trained
    assert [row["parameters"] for row in rows] == [40, 8, 0, 514, 562]
    assert rows[-1]["name"] == "critic"
