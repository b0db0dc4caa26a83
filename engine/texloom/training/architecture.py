"""Architecture tables of built models."""

from __future__ import annotations

from typing import Any

import keras


def describe(model: keras.Model) -> list[dict[str, Any]]:
    """One row for each layer of a built model, and a last one with the total.

    Each row has "layer" (the class), "name", "activation" (empty for none), "shape" of the output for one example, and
    "parameters" (the number of trainable ones).
    """
    rows = [
        {
            "layer": type(layer).__name__,
            "name": layer.name,
            "activation": _activation(layer),
            "shape": [int(size) for size in layer.output.shape[1:]],
            "parameters": _count(layer.trainable_variables),
        }
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]
    total = {"layer": "total", "name": model.name, "activation": "", "shape": []}
    return [*rows, total | {"parameters": _count(model.trainable_variables)}]


def _activation(layer: keras.layers.Layer) -> str:
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", "")
    return "" if name == "linear" else name.replace("_", " ")


def _count(variables: list[Any]) -> int:
    total = 0
    for variable in variables:
        size = 1
        for extent in variable.shape:
            size *= extent
        total += size
    return total
