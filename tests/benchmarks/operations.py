"""The number of floating-point operations in a training step, counted from the shapes of the layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any


def forward_operations(kernel: Sequence[int], positions: int = 1) -> int:
    """Operations for one example in one layer: a multiplication and an addition for each weight at each position.

    positions: how often the kernel is applied: once for a dense layer, once for each pixel of the output for a
    convolution, once for each pixel of the input for a transposed convolution.
    """
    return 2 * prod(kernel) * positions


def dense_forward(widths: Sequence[int], batch: int) -> int:
    """Operations for a batch in a perceptron with layers of these widths, input first."""
    return batch * sum(map(forward_operations, pairwise(widths)))


def dense_step(widths: Sequence[int], batch: int) -> int:
    """Operations for a training step of such a perceptron.

    Forward pass, gradient of the weights and gradient of the input are each a product of the same size; the first layer
    needs no gradient of its input. Activations, loss and optimiser are not counted.
    """
    return 3 * dense_forward(widths, batch) - dense_forward(widths[:2], batch)


def network_step(model: Any, batch: int, *, input_gradient: bool) -> int:
    """The same for a sequential Keras model of dense, convolutional and transposed convolutional layers.

    input_gradient: whether the gradient of the network's input is computed, too, as in a generator's step.
    """
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    each = [forward_operations(layer.kernel.shape, _positions(layer)) for layer in layers]
    return batch * (3 * sum(each) - (0 if input_gradient else each[0]))


def _positions(layer: Any) -> int:
    name = type(layer).__name__
    shape = layer.input.shape if "Transpose" in name else layer.output.shape
    return prod(shape[1:-1]) if "Conv" in name else 1
