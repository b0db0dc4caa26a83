"""Matrix products equal TensorFlow's own convolutions, values and gradients; scatter is the transpose of gather."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from experiments.emoji_dcgan import convolution
from experiments.emoji_dcgan.convolution import MatrixConv2D, MatrixConv2DTranspose

Function = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def random(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(sum(shape)).normal(size=shape), tf.float32)


def native_transpose(strides: int, padding: Any) -> Function:
    def function(images: Any, kernel: Any) -> tf.Tensor:
        n, h, w, _ = images.shape
        shape: Any = (n, 2 * h, 2 * w, kernel.shape[2]) if strides == 2 else (n, 4, 4, kernel.shape[2])
        return tf.nn.conv2d_transpose(images, kernel, shape, strides, padding)

    return function


CASES: dict[str, tuple[Function, Function, tuple[int, ...], tuple[int, ...]]] = {
    "first of the discriminator": (
        convolution.convolve, lambda x, k: tf.nn.conv2d(x, k, 2, "SAME"), (3, 32, 32, 3), (4, 4, 3, 32)
    ),
    "last of the discriminator": (
        convolution.convolve_whole, lambda x, k: tf.nn.conv2d(x, k, 1, "VALID"), (5, 4, 4, 128), (4, 4, 128, 1)
    ),
    "first of the generator": (
        convolution.convolve_pixel_transpose, native_transpose(1, "VALID"), (5, 1, 1, 100), (4, 4, 128, 100)
    ),
    "last of the generator": (
        convolution.convolve_transpose, native_transpose(2, "SAME"), (3, 16, 16, 32), (4, 4, 3, 32)
    ),
    "not square": (convolution.convolve, lambda x, k: tf.nn.conv2d(x, k, 2, "SAME"), (2, 4, 10, 5), (4, 4, 5, 7)),
    "transposed, not square": (
        convolution.convolve_transpose, native_transpose(2, "SAME"), (2, 3, 5, 7), (4, 4, 5, 7)
    ),
}  # fmt: skip


def value_and_gradients(function: Callable[..., Any], images: Any, kernel: Any) -> list[Any]:
    with tf.GradientTape() as tape:
        tape.watch([images, kernel])
        value = function(images, kernel)
    return [value, *tape.gradient(value, [images, kernel], random(*value.shape))]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("compiled", [False, True])
def test_values_and_gradients_are_those_of_tensorflow(name: str, compiled: bool) -> None:
    ours, native, image_shape, kernel_shape = CASES[name]
    images, kernel = random(*image_shape), random(*kernel_shape)
    expected = value_and_gradients(native, images, kernel)
    wrapped = tf.function(lambda x, k: value_and_gradients(ours, x, k), jit_compile=compiled)
    for mine, theirs in zip(wrapped(images, kernel), expected, strict=True):
        assert mine.shape == theirs.shape
        scale = float(tf.reduce_max(tf.abs(theirs)))
        np.testing.assert_allclose(mine / scale, theirs / scale, atol=1e-5)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))
def test_scatter_is_the_transpose_of_gather(n: int, h: int, w: int, c: int) -> None:
    images, patches = random(n, 2 * h, 2 * w, c), random(n, h, w, 16 * c)
    left = np.vdot(np.asarray(convolution.gather(images), np.float64), patches)
    right = np.vdot(images, np.asarray(convolution.scatter(patches), np.float64))
    assert left == pytest.approx(right, rel=1e-5, abs=1e-4)


def test_gather_takes_the_pixels_under_the_kernel() -> None:
    images = random(1, 6, 8, 2)
    padded = np.pad(np.asarray(images), ((0, 0), (1, 1), (1, 1), (0, 0)))
    patches = np.asarray(convolution.gather(images))
    for row in range(3):
        for column in range(4):
            window = padded[0, 2 * row : 2 * row + 4, 2 * column : 2 * column + 4]
            np.testing.assert_array_equal(patches[0, row, column], window.ravel())


@pytest.mark.parametrize(
    ("layer", "strides", "padding", "shape", "out"),
    [
        (MatrixConv2D, 2, "same", (2, 8, 8, 3), (2, 4, 4, 6)),
        (MatrixConv2D, 1, "valid", (2, 4, 4, 5), (2, 1, 1, 6)),
        (MatrixConv2DTranspose, 2, "same", (2, 4, 4, 5), (2, 8, 8, 6)),
        (MatrixConv2DTranspose, 1, "valid", (2, 1, 1, 5), (2, 4, 4, 6)),
    ],
)
def test_layers_are_keras_s_with_the_same_kernel(
    layer: Any, strides: int, padding: str, shape: tuple[int, ...], out: tuple[int, ...]
) -> None:
    ours = layer(6, 4, strides, padding, use_bias=False)
    keras_s = layer.__base__(6, 4, strides, padding, use_bias=False)
    images = random(*shape)
    value = ours(images)
    keras_s.build(shape)
    keras_s.set_weights(ours.get_weights())
    assert value.shape == out == tuple(ours.compute_output_shape(shape))
    np.testing.assert_allclose(value, keras_s(images), atol=1e-5)


def test_a_levelled_kernel_draws_no_checkerboard_into_a_flat_area() -> None:
    kernel = np.asarray(random(4, 4, 3, 5))
    levelled = convolution.level_parities(kernel)
    flat = tf.ones((1, 8, 8, 5))
    for each, is_flat in ((kernel, False), (levelled, True)):
        drawn = np.asarray(convolution.convolve_transpose(flat, tf.constant(each)))[0, 2:-2, 2:-2]
        assert (np.ptp(drawn, axis=(0, 1)).max() < 1e-5) == is_flat
    np.testing.assert_allclose(levelled.sum(axis=(0, 1)), kernel.sum(axis=(0, 1)), atol=1e-5)  # as bright as before
    np.testing.assert_allclose(np.diff(levelled[::2, ::2] - kernel[::2, ::2], axis=0), 0, atol=1e-6)
