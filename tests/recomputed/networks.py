"""The report's networks in plain numpy, from their stored weights, without TensorFlow or code of the experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import erf, softmax

Weights = Sequence[np.ndarray]


def stored(weights: Mapping[str, np.ndarray], name: str) -> list[np.ndarray]:
    """The weights of a network as float64, in the order of the model."""
    count = sum(key.rpartition("/")[0] == name for key in weights)
    return [weights[f"{name}/{index}"].astype(np.float64) for index in range(count)]


def gelu(values: np.ndarray) -> np.ndarray:
    """x Φ(x)."""
    return 0.5 * values * (1 + erf(values / np.sqrt(2)))


def perceptron(x: np.ndarray, weights: Weights, heads: int = 1) -> list[np.ndarray]:
    """Hidden layers with GELU, and `heads` linear layers on the last one."""
    layers = [(weights[index], weights[index + 1]) for index in range(0, len(weights), 2)]
    for kernel, bias in layers[:-heads]:
        x = gelu(x @ kernel + bias)
    return [x @ kernel + bias for kernel, bias in layers[-heads:]]


def convolve(images: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolution with stride 2 to half the size, and ReLU; images (n, h, w, c), kernel (k, k, c, out)."""
    size, height = len(kernel), images.shape[1]
    half = -(-height // 2)
    missing = max(2 * (half - 1) + size - height, 0)
    before = missing // 2
    padded = np.pad(images, ((0, 0), (before, missing - before), (before, missing - before), (0, 0)))
    total = np.zeros((len(images), half, half, kernel.shape[-1]))
    for row, column in np.ndindex(size, size):
        total += (
            padded[:, row : row + 2 * half : 2, column : column + 2 * half : 2][:, :half, :half] @ kernel[row, column]
        )
    return np.maximum(total + bias, 0)


def digit_network(images: np.ndarray, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Features and probabilities of the convolutional classifier; images (n, 28, 28) with values in [0, 1]."""
    *convolutions, kernel, bias, last_kernel, last_bias = weights
    features, probabilities = [], []
    for start in range(0, len(images), 500):
        x = images[start : start + 500, :, :, None].astype(np.float64)
        for index in range(0, len(convolutions), 2):
            x = convolve(x, convolutions[index], convolutions[index + 1])
        x = np.maximum(x.reshape(len(x), -1) @ kernel + bias, 0)
        features.append(x)
        probabilities.append(softmax(x @ last_kernel + last_bias, axis=1))
    return np.concatenate(features), np.concatenate(probabilities)


def transpose_convolve(images: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Each pixel adds a 4×4 patch; the patches are two pixels apart. Images (n, h, w, c), kernel (4, 4, out, c)."""
    count, height, width, _ = images.shape
    canvas = np.zeros((count, 2 * height + 2, 2 * width + 2, kernel.shape[2]))
    for row, column in np.ndindex(4, 4):
        canvas[:, row : row + 2 * height : 2, column : column + 2 * width : 2] += images @ kernel[row, column].T
    return canvas[:, 1:-1, 1:-1]


def generator(codes: np.ndarray, weights: Weights) -> np.ndarray:
    """The DCGAN's images for codes (n, latent_dim), unrounded values from 0 to 255, with the stored statistics."""
    first, *middle, last = weights
    x = np.einsum("nc,rsoc->nrso", codes, first)
    for scale, shift, mean, variance, kernel in (middle[at : at + 5] for at in (0, 5)):
        x = transpose_convolve(np.maximum(scale * (x - mean) / np.sqrt(variance + 1e-5) + shift, 0), kernel)
    scale, shift, mean, variance = middle[10:]
    x = np.maximum(scale * (x - mean) / np.sqrt(variance + 1e-5) + shift, 0)
    return 127.5 * (np.tanh(transpose_convolve(x, last)) + 1)
