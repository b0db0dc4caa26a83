"""Running the frozen Inception graph of 2015, the network of the published Fréchet inception distances.

The file is a TensorFlow GraphDef. As in Heusel et al. 2017, images enter after the JPEG decoder and are resized by the
graph itself; features come from `pool_3`. Class probabilities omit the last layer's bias, as in the code of Salimans et
al. 2016, which computed all published scores.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from texloom.errors import ReportError

PIXELS, FEATURES, LOGITS = "ExpandDims", "pool_3", "softmax/logits/MatMul"
"""Nodes of the graph: its input, which the images replace; the features; the logits without their bias."""
NORMALISATION = "BatchNormWithGlobalNormalization"


def load_frozen_inception(path: Path) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """The graph in a file as a function of pixels from 0 to 255, shape (n, h, w, 3); see `graph_function`.

    Raises ReportError for a file that is not a GraphDef or lacks the nodes.
    """
    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(path.read_bytes())
    except Exception as error:  # the module of protobuf's own class differs between versions
        raise ReportError(path, f"is not a TensorFlow graph: {error}") from None
    missing = {PIXELS, FEATURES, LOGITS} - {node.name for node in graph.node}
    if missing:
        raise ReportError(path, f"the graph has no node {', '.join(sorted(missing))}")
    return graph_function(graph)


def graph_function(graph: tf.compat.v1.GraphDef) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """Features (n, d) and class probabilities (n, classes) as a function of pixels of shape (n, h, w, 3)."""
    nodes = {node.name: node for node in graph.node}
    weights = tf.constant(constant(nodes, nodes[LOGITS].input[1]))
    folded = fold_batch_normalisation(needed_for(graph, FEATURES, PIXELS))

    def function(pixels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        (pooled,) = tf.graph_util.import_graph_def(
            folded, input_map={f"{PIXELS}:0": pixels}, return_elements=[f"{FEATURES}:0"], name=""
        )
        features = tf.squeeze(tf.ensure_shape(pooled, (None, 1, 1, None)), axis=(1, 2))
        return features, tf.nn.softmax(features @ weights)

    return function


def needed_for(graph: tf.compat.v1.GraphDef, output: str, replaced: str) -> tf.compat.v1.GraphDef:
    """The part of a graph that computes `output` from `replaced`, without its checks for finite numbers.

    The checks are control inputs. The shapes stored in the nodes are dropped, because they are for a single image.
    """
    nodes = {node.name: node for node in graph.node}
    wanted, open_names = set(), [output]
    while open_names:
        name = open_names.pop()
        if name not in wanted and name != replaced:
            wanted.add(name)
            open_names += [source_name(each) for each in data_inputs(nodes[name])]
    part = tf.compat.v1.GraphDef()
    part.versions.CopyFrom(graph.versions)
    for node in graph.node:  # in the order of the file
        if node.name in wanted:
            kept = part.node.add()
            kept.CopyFrom(node)
            kept.input[:] = data_inputs(node)
            kept.attr.pop("_output_shapes", None)
    placeholder = part.node.add(name=replaced, op="Placeholder")
    placeholder.attr["dtype"].type = tf.float32.as_datatype_enum
    return part


def fold_batch_normalisation(graph: tf.compat.v1.GraphDef) -> tf.compat.v1.GraphDef:
    """The same function with each batch normalisation folded into new kernels and a bias; exact, and faster.

    Raises ReportError for a normalisation that does not follow a convolution with a constant kernel.
    """
    nodes = {node.name: node for node in graph.node}
    folded = tf.compat.v1.GraphDef()
    folded.versions.CopyFrom(graph.versions)
    for node in graph.node:
        if node.op != NORMALISATION:
            folded.node.add().CopyFrom(node)
            continue
        convolution = nodes[source_name(node.input[0])]
        if convolution.op != "Conv2D":
            raise ReportError(node.name, f"normalises the output of a {convolution.op}, not of a convolution")
        kernel, bias = folded_constants(nodes, node, convolution)
        folded.node.append(constant_node(f"{node.name}/kernel", kernel))
        folded.node.append(constant_node(f"{node.name}/bias", bias))
        replaced = folded.node.add()
        replaced.CopyFrom(convolution)
        replaced.name, replaced.input[1] = f"{node.name}/convolution", f"{node.name}/kernel"
        sum_node = folded.node.add(name=node.name, op="BiasAdd", input=[replaced.name, f"{node.name}/bias"])
        sum_node.attr["T"].type = tf.float32.as_datatype_enum
    return folded


def folded_constants(
    nodes: dict[str, tf.compat.v1.NodeDef], normalisation: tf.compat.v1.NodeDef, convolution: tf.compat.v1.NodeDef
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of the convolution that equals `convolution` followed by `normalisation`."""
    mean, variance, beta, gamma = (constant(nodes, name) for name in normalisation.input[1:5])
    factor = 1 / np.sqrt(variance.astype(np.float64) + normalisation.attr["variance_epsilon"].f)
    if normalisation.attr["scale_after_normalization"].b:
        factor = factor * gamma
    kernel = constant(nodes, convolution.input[1])
    return (kernel * factor).astype(np.float32), (beta - mean * factor).astype(np.float32)


def constant(nodes: dict[str, tf.compat.v1.NodeDef], name: str) -> np.ndarray:
    """The value of a constant node, which may pass through identities. Raises ReportError if it is not a constant."""
    node = nodes[source_name(name)]
    while node.op == "Identity":
        node = nodes[source_name(node.input[0])]
    if node.op != "Const":
        raise ReportError(node.name, f"must be a constant, but is a {node.op}")
    return tf.make_ndarray(node.attr["value"].tensor)


def constant_node(name: str, value: np.ndarray) -> tf.compat.v1.NodeDef:
    """A constant of type float32."""
    node = tf.compat.v1.NodeDef(name=name, op="Const")
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    return node


def data_inputs(node: tf.compat.v1.NodeDef) -> list[str]:
    """The inputs of a node that carry values, without control inputs."""
    return [name for name in node.input if not name.startswith("^")]


def source_name(name: str) -> str:
    """The node of an input: "node:1" is output 1 of node."""
    return name.split(":")[0]
