"""The machine's best rate in matrix products, with which the training steps are compared."""

from __future__ import annotations

import time

import numpy as np

from tests.benchmarks.table import MATRIX_PRODUCT

SIZE = 2048


def test_matrix_products(benchmark) -> None:
    """The best rate of float32 products of SIZE × SIZE matrices, by NumPy and by TensorFlow."""
    import tensorflow as tf

    left, right = np.random.default_rng(0).random((2, SIZE, SIZE), dtype=np.float32)
    a, b = tf.constant(left), tf.constant(right)
    best = {"numpy": 0.0, "tensorflow": 0.0}

    def one_round() -> None:
        for name, product in (("numpy", lambda: left @ right), ("tensorflow", lambda: tf.matmul(a, b).numpy())):
            started = time.perf_counter()
            product()
            best[name] = max(best[name], 2 * SIZE**3 / (time.perf_counter() - started) / 1e9)

    benchmark.pedantic(one_round, rounds=15, warmup_rounds=1)
    benchmark.extra_info[MATRIX_PRODUCT] = max(best.values())
    print("\nmatrix products: " + ", ".join(f"{name} {rate:.0f} GFLOP/s" for name, rate in best.items()))
