"""The unavoidable cost of a training step: its matrix products and its memory traffic, at the best available rates."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks.machine import LIMIT

ROOFLINE = "its products and memory traffic alone"
"""The name of this peer."""
AT_LEAST = 0.8
"""The ratio that the project promises if a step is not twice as fast as PyTorch's."""
TRIALS = 20
FLOAT = 4
"""Bytes of a number."""


def promises(peers: Iterable[str], at_least: float) -> dict[str, float]:
    """The ratio promised for each peer: reaching one of the two is enough, PyTorch's or the roofline's."""
    return {name: AT_LEAST if name == ROOFLINE else at_least for name in peers}


class Product(NamedTuple):
    """A matrix product, (rows, inner) times (inner, columns); each factor may be stored transposed."""

    rows: int
    inner: int
    columns: int
    left_transposed: bool = False
    right_transposed: bool = False


def dense_products(widths: Sequence[int], batch: int, *, input_gradient: bool = False) -> Iterator[Product]:
    """The products in a training step of a perceptron with layers of these widths, input first.

    input_gradient: whether the gradient of the network's input is computed, too.
    """
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        yield Product(batch, fan_in, fan_out)
        yield Product(fan_in, batch, fan_out, left_transposed=True)  # the gradient of the weights
        if layer or input_gradient:
            yield Product(batch, fan_out, fan_in, right_transposed=True)


def dense_parameters(widths: Sequence[int]) -> int:
    """The number of weights and biases of such a perceptron."""
    return sum(fan_in * fan_out + fan_out for fan_in, fan_out in pairwise(widths))


def adam_traffic(parameters: int) -> int:
    """Bytes moved by a step of Adam: it reads weights, gradients and two moments, and writes all except gradients."""
    return 7 * FLOAT * parameters


def activation_traffic(widths: Sequence[int], batch: int) -> int:
    """Bytes moved by the passes over the activations of such a perceptron.

    The input is gathered: read and written. The output of each layer is read and written in the pass forward; in the
    pass backward, output and gradient are read, and a gradient is written.
    """
    size, *outputs = widths
    return FLOAT * batch * (2 * size + 5 * sum(outputs))


def roofline(
    torch: Any, products: Sequence[Product], parameters: int, activations: int, steps: int
) -> Callable[[], None]:
    """A function that computes `steps` times the products, all with the faster library, and copies the other traffic.

    parameters: their number, which sets Adam's traffic; activations: bytes moved by the passes over the activations.
    Two libraries in turn would be slower than either, because the idle threads of each keep the cores busy for a while.
    The copies use as much memory as weights, gradients and moments take, so that the caches hold the same fraction;
    those of the activations stay in a buffer that is read and written twice.
    """
    torch.set_num_threads(os.cpu_count() or 1)
    operands = [_operands(product) for product in products]
    candidates = [_by_pytorch(torch, operands)]
    if not LIMIT:  # numpy ignores the limit of the instructions
        candidates.append(_by_numpy(operands))
    multiply = min(candidates, key=_seconds)
    source, target = torch.zeros(2, 2 * parameters)
    copies = adam_traffic(parameters) / (2 * FLOAT * 2 * parameters)  # each copy reads one half and writes the other
    whole, part = int(copies), int((copies % 1) * 2 * parameters)
    read, written = torch.zeros(2, activations // (2 * FLOAT * 2))

    def run() -> None:
        for _ in range(steps):
            multiply()
            for _ in range(whole):
                target.copy_(source)
            target[:part].copy_(source[:part])
            for _ in range(2):
                written.copy_(read)

    return run


Operands = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Left factor, right factor and result of a product."""


def _operands(product: Product) -> Operands:
    left = _operand(product.rows, product.inner, transposed=product.left_transposed)
    right = _operand(product.inner, product.columns, transposed=product.right_transposed)
    return left, right, np.empty((product.rows, product.columns), np.float32)


def _by_pytorch(torch: Any, operands: Sequence[Operands]) -> Callable[[], None]:
    tensors = [tuple(torch.from_numpy(each) for each in product) for product in operands]

    def multiply() -> None:
        for left, right, result in tensors:
            torch.mm(left, right, out=result)

    return multiply


def _by_numpy(operands: Sequence[Operands]) -> Callable[[], None]:
    def multiply() -> None:
        for left, right, result in operands:
            np.matmul(left, right, out=result)

    return multiply


def _operand(rows: int, columns: int, *, transposed: bool) -> np.ndarray:
    shape = (columns, rows) if transposed else (rows, columns)
    stored = np.random.default_rng(0).random(shape, dtype=np.float32)
    return stored.T if transposed else stored


def _seconds(call: Callable[[], object]) -> float:
    """The shortest of several times."""
    best = float("inf")
    for _ in range(TRIALS):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best
