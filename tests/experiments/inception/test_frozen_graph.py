"""A small graph with the operations of the graph of 2015: its results are known, and folding must not change them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from experiments.inception.frozen_graph import (
    fold_batch_normalisation,
    graph_function,
    load_frozen_inception,
    needed_for,
)
from texloom.errors import ReportError

EPSILON = 1e-3
FLOAT, INT = tf.float32.as_datatype_enum, tf.int32.as_datatype_enum
RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(3, 3, 3, 4)).astype(np.float32)
MEAN, BETA, GAMMA = RNG.normal(size=(3, 4)).astype(np.float32)
VARIANCE = RNG.uniform(0.5, 2, 4).astype(np.float32)
CLASSES = RNG.normal(size=(8, 5)).astype(np.float32)


def add(graph: Any, name: str, op: str, inputs: tuple[str, ...] = (), **attributes: Any) -> None:
    """A node; attributes are given as protobuf fields: T={"type": FLOAT}."""
    node = graph.node.add(name=name, op=op, input=inputs)
    for key, value in attributes.items():
        node.attr[key].CopyFrom(tf.compat.v1.AttrValue(**value))


def add_constant(graph: Any, name: str, value: np.ndarray | list[int] | float | int) -> None:
    kind = FLOAT if np.asarray(value).dtype.kind == "f" else INT
    tensor = tf.make_tensor_proto(np.asarray(value, np.float32 if kind == FLOAT else np.int32))
    add(graph, name, "Const", dtype={"type": kind}, value={"tensor": tensor})


def small_graph(scale: bool = True) -> Any:
    """Decoder, resizing, scaling, a convolution with old batch normalisation and check, concatenation, pooling."""
    graph = tf.compat.v1.GraphDef()
    graph.versions.producer = 8  # the operations were removed in version 9
    kind = {"type": FLOAT}
    ints = {"list": tf.compat.v1.AttrValue.ListValue(i=[1, 1, 1, 1])}
    add(graph, "DecodeJpeg/contents", "Placeholder", dtype={"type": tf.string.as_datatype_enum})
    add(graph, "DecodeJpeg", "DecodeJpeg", ("DecodeJpeg/contents",))
    add(graph, "Cast", "Cast", ("DecodeJpeg",), SrcT={"type": tf.uint8.as_datatype_enum}, DstT=kind)
    add_constant(graph, "ExpandDims/dim", 0)
    add(graph, "ExpandDims", "ExpandDims", ("Cast", "ExpandDims/dim"), T=kind)
    one_image = tf.TensorShape([1, 6, 6, 3]).as_proto()
    shapes = {"list": tf.compat.v1.AttrValue.ListValue(shape=[one_image])}
    add_constant(graph, "ResizeBilinear/size", [6, 6])
    add(graph, "ResizeBilinear", "ResizeBilinear", ("ExpandDims", "ResizeBilinear/size"), T=kind, _output_shapes=shapes)
    add_constant(graph, "Sub/y", 128.0)
    add(graph, "Sub", "Sub", ("ResizeBilinear", "Sub/y"), T=kind)
    add_constant(graph, "Mul/y", 0.0078125)
    add(graph, "Mul", "Mul", ("Sub", "Mul/y"), T=kind)
    add_constant(graph, "conv/params", KERNEL)
    add(graph, "conv/identity", "Identity", ("conv/params",), T=kind)
    add(graph, "conv/Conv2D", "Conv2D", ("Mul", "conv/identity"), T=kind, strides=ints, padding={"s": b"SAME"})
    for name, value in (("mean", MEAN), ("variance", VARIANCE), ("beta", BETA), ("gamma", GAMMA)):
        add_constant(graph, f"conv/{name}", value)
    inputs = ("conv/Conv2D", "conv/mean", "conv/variance", "conv/beta", "conv/gamma")
    add(
        graph, "conv/batchnorm", "BatchNormWithGlobalNormalization", inputs,
        T=kind, variance_epsilon={"f": EPSILON}, scale_after_normalization={"b": scale},
    )  # fmt: skip
    add(graph, "conv/CheckNumerics", "CheckNumerics", ("conv/batchnorm",), T=kind, message={"s": b"not finite"})
    add(graph, "conv/control", "Identity", ("conv/batchnorm", "^conv/CheckNumerics"), T=kind)
    add(graph, "conv", "Relu", ("conv/control",), T=kind)
    add_constant(graph, "join/axis", 3)
    add(graph, "join", "Concat", ("join/axis", "conv", "conv"), T=kind, N={"i": 2})
    window = {"list": tf.compat.v1.AttrValue.ListValue(i=[1, 6, 6, 1])}
    add(graph, "pool_3", "AvgPool", ("join",), T=kind, ksize=window, strides=window, padding={"s": b"VALID"})
    add_constant(graph, "pool_3/_reshape/shape", [1, 8])
    add(graph, "pool_3/_reshape", "Reshape", ("pool_3", "pool_3/_reshape/shape"), T=kind)
    add_constant(graph, "softmax/weights", CLASSES)
    add(graph, "softmax/logits/MatMul", "MatMul", ("pool_3/_reshape", "softmax/weights"), T=kind)
    return graph


def expected_features(pixels: np.ndarray, gamma: np.ndarray | float) -> np.ndarray:
    """The small graph's result for images of its own size, in numpy and float64."""
    padded = np.pad((pixels - 128.0) / 128, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    convolved = np.einsum("nhwcij,ijco->nhwo", windows, KERNEL.astype(np.float64))
    normalised = gamma * (convolved - MEAN) / np.sqrt(VARIANCE + EPSILON) + BETA
    return np.tile(np.maximum(normalised, 0).mean(axis=(1, 2)), 2)


def expected_posteriors(features: np.ndarray) -> np.ndarray:
    logits = features @ CLASSES
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


PIXELS = RNG.integers(0, 256, (5, 6, 6, 3)).astype(np.float32)


@pytest.mark.parametrize("scale", [True, False])
def test_the_folded_graph_computes_what_the_graph_says_for_any_number_of_images(scale: bool) -> None:
    expected = expected_features(PIXELS, GAMMA if scale else 1.0)
    function = tf.function(graph_function(small_graph(scale)))
    features, posteriors = function(tf.constant(PIXELS))
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(posteriors, expected_posteriors(expected), rtol=1e-3)
    np.testing.assert_allclose(function(tf.constant(PIXELS[:2]))[0], expected[:2], rtol=1e-4, atol=1e-5)


def test_the_graph_resizes_by_itself() -> None:
    function = tf.function(graph_function(small_graph()))
    small = PIXELS[:, ::2, ::2]
    resized = tf.raw_ops.ResizeBilinear(images=small, size=(6, 6)).numpy()  # corners not aligned, as in 2015
    np.testing.assert_allclose(function(tf.constant(small))[0], expected_features(resized, GAMMA), rtol=1e-4, atol=1e-5)


def test_what_is_needed_holds_no_decoder_no_check_and_no_shape() -> None:
    part = needed_for(small_graph(), "pool_3", "ExpandDims")
    operations = {node.name: node.op for node in part.node}
    assert operations["ExpandDims"] == "Placeholder"
    assert not {"DecodeJpeg", "Cast", "conv/CheckNumerics", "softmax/weights"} & set(operations)
    assert all("_output_shapes" not in node.attr for node in part.node)
    assert "BatchNormWithGlobalNormalization" not in {node.op for node in fold_batch_normalisation(part).node}


def test_a_file_is_read_and_a_wrong_one_told(tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(small_graph().SerializeToString())
    features, _ = tf.function(load_frozen_inception(path))(tf.constant(PIXELS))
    np.testing.assert_allclose(features, expected_features(PIXELS, GAMMA), rtol=1e-4, atol=1e-5)
    path.write_bytes(b"no graph at all")
    with pytest.raises(ReportError, match="is not a TensorFlow graph"):
        load_frozen_inception(path)
    path.write_bytes(tf.compat.v1.GraphDef().SerializeToString())
    with pytest.raises(ReportError, match="the graph has no node ExpandDims, pool_3, softmax/logits/MatMul"):
        load_frozen_inception(path)


def test_a_normalisation_that_cannot_be_folded_is_told() -> None:
    graph = needed_for(small_graph(), "pool_3", "ExpandDims")
    next(node for node in graph.node if node.name == "conv/batchnorm").input[0] = "Mul"
    with pytest.raises(ReportError, match="conv/batchnorm: normalises the output of a Mul, not of a convolution"):
        fold_batch_normalisation(graph)
    graph = needed_for(small_graph(), "pool_3", "ExpandDims")
    next(node for node in graph.node if node.name == "conv/batchnorm").input[1] = "Mul"
    with pytest.raises(ReportError, match="Mul: must be a constant, but is a Mul"):
        fold_batch_normalisation(graph)
