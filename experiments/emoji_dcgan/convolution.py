r"""The convolutions of a DCGAN, kernel 4×4, stride 2, padding 1, as plain matrix products.

TensorFlow's convolutions are slow with few channels: with the three colours of an image they reach a tenth of the
processor's multiplication rate. The gradient with respect to the image is even slower, because it is a convolution
over an image with zeros between the pixels. Here the 16 pixels under the kernel are gathered into a row of a matrix
instead. With `gather` = P and the kernel as a matrix K,

    convolution                P K          gradient w.r.t. the image       Pᵀ (· Kᵀ)
    transposed convolution     Pᵀ (· Kᵀ)    gradient w.r.t. the image       P K

so only two linear maps are needed, P and its transpose `scatter`; everything else is a matrix product. Kernels have
TensorFlow's layout: (4, 4, in, out) for the convolution, (4, 4, out, in) for the transposed one.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

KERNEL, STRIDE = 4, 2


def sizes(tensor: tf.Tensor) -> list[int]:
    """The static shape of a tensor without its first axis."""
    return [int(size) for size in tensor.shape[1:] if size is not None]


def gather(images: tf.Tensor) -> tf.Tensor:
    """The pixels under the kernel at each of its positions: (n, 2h, 2w, c) to (n, h, w, 16 c), ordered as a kernel is.

    A row of the kernel covers two pairs of neighbouring pixels, and a pair is a pixel of a coarser grid. Each axis
    therefore needs one concatenation of that grid with itself, shifted by one.
    """
    height, width, channels = sizes(images)
    rows, columns = height // 2, width // 2
    padded = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    pairs = tf.reshape(padded, (-1, rows + 1, 2, columns + 1, 2 * channels))
    across = tf.concat([pairs[:, :, :, :-1], pairs[:, :, :, 1:]], axis=-1)
    across = tf.transpose(across, (0, 1, 3, 2, 4))
    both = tf.concat([across[:, :-1], across[:, 1:]], axis=3)
    return tf.reshape(both, (-1, rows, columns, KERNEL * KERNEL * channels))


def scatter(patches: tf.Tensor) -> tf.Tensor:
    """The transpose of `gather`: (n, h, w, 16 c) to (n, 2h, 2w, c); values of the same pixel are summed."""
    rows, columns, depth = sizes(patches)
    channels = depth // (KERNEL * KERNEL)
    both = tf.reshape(patches, (-1, rows, columns, 2, 2, 4 * channels))
    across = _overlap(*tf.unstack(both, axis=3), axis=1)
    across = tf.transpose(across, (0, 1, 3, 2, 4))
    pairs = _overlap(*tf.split(across, 2, axis=-1), axis=3)
    padded = tf.reshape(pairs, (-1, 2 * rows + 2, 2 * columns + 2, channels))
    return padded[:, 1:-1, 1:-1]


def _overlap(first: tf.Tensor, second: tf.Tensor, axis: int) -> tf.Tensor:
    """The sum of two grids, the second shifted by one along `axis`."""
    before = [[1 if each == axis else 0, 0] for each in range(len(first.shape))]
    after = [[0, 1 if each == axis else 0] for each in range(len(first.shape))]
    return tf.pad(first, after) + tf.pad(second, before)


def convolve(images: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """tf.nn.conv2d(images, kernel, 2, "SAME"): (n, 2h, 2w, in) to (n, h, w, out)."""
    patches = gather(images)
    _, rows, columns, depth = patches.shape
    products = tf.reshape(patches, (-1, depth)) @ tf.reshape(kernel, (depth, -1))
    return tf.reshape(products, (-1, rows, columns, kernel.shape[-1]))


def convolve_transpose(images: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """tf.nn.conv2d_transpose(images, kernel, …, 2, "SAME"): (n, h, w, in) to (n, 2h, 2w, out)."""
    _, rows, columns, channels = images.shape
    matrix = tf.reshape(kernel, (-1, channels))
    patches = tf.matmul(tf.reshape(images, (-1, channels)), matrix, transpose_b=True)
    return scatter(tf.reshape(patches, (-1, rows, columns, matrix.shape[0])))


def convolve_whole(images: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """tf.nn.conv2d(images, kernel, 1, "VALID") of images as large as the kernel: (n, 4, 4, in) to (n, 1, 1, out)."""
    size = KERNEL * KERNEL * sizes(kernel)[1]
    return (tf.reshape(images, (-1, size)) @ tf.reshape(kernel, (size, -1)))[:, None, None]


def convolve_pixel_transpose(pixels: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """tf.nn.conv2d_transpose(pixels, kernel, …, 1, "VALID") of single pixels: (n, 1, 1, in) to (n, 4, 4, out)."""
    matrix = tf.reshape(kernel, (-1, kernel.shape[-1]))
    products = tf.matmul(tf.reshape(pixels, (-1, kernel.shape[-1])), matrix, transpose_b=True)
    return tf.reshape(products, (-1, KERNEL, KERNEL, kernel.shape[2]))


def level_parities(kernel: np.ndarray) -> np.ndarray:
    """A kernel whose four parity classes of entries have equal sums, so that a constant image gives a constant one.

    A transposed convolution of stride 2 computes the pixels of each parity of row and column with different entries,
    2×2 of the 4×4. If the sums of these entries differ, flat areas show a checkerboard.
    """
    levelled = kernel.copy()
    classes = [(slice(row, None, STRIDE), slice(column, None, STRIDE)) for row in range(2) for column in range(2)]
    mean = kernel.sum(axis=(0, 1)) / len(classes)
    for entries in classes:
        levelled[entries] += (mean - kernel[entries].sum(axis=(0, 1))) / len(classes)
    return levelled


class MatrixConv2D(keras.layers.Conv2D):
    """Conv2D with a 4×4 kernel and no bias, as a matrix product: stride 2 and padding 1, or a single position."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        function = convolve if self.strides == (STRIDE, STRIDE) else convolve_whole
        return function(inputs, tf.convert_to_tensor(self.kernel))


class MatrixConv2DTranspose(keras.layers.Conv2DTranspose):
    """Conv2DTranspose with a 4×4 kernel and no bias, as a matrix product: stride 2 and padding 1, or of one pixel."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        function = convolve_transpose if self.strides == (STRIDE, STRIDE) else convolve_pixel_transpose
        return function(inputs, tf.convert_to_tensor(self.kernel))
