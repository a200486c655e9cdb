"""Writes small networks as ONNX files: networks.py FOLDER NAME..."""
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

COLOUR = [1, 3, 32, 32]


def network(nodes, inputs, outputs, weights=(), opset=11):
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    weights = [numpy_helper.from_array(array, name) for name, array in weights]
    inputs = [value(name, shape) for name, shape in inputs]
    outputs = [value(name, shape) for name, shape in outputs]
    graph = helper.make_graph(nodes, "network", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 7
    return model


def one(kind, opset=11, shape=COLOUR, **attributes):
    """One operator between `x` and `y`."""
    node = helper.make_node(kind, ["x"], ["y"], **attributes)
    return network([node], [("x", shape)], [("y", shape)], opset=opset)


def random(*shape):
    return numpy.random.RandomState(7).randn(*shape).astype("float32") * 0.1


def concat():
    """As it is published with its blob: three images side by side."""
    shape = [1, 3, 300, 300]
    node = helper.make_node("Concat", ["img1", "img2", "img3"], ["output"], axis=3)
    inputs = [("img1", shape), ("img2", shape), ("img3", shape)]
    return network([node], inputs, [("output", [1, 3, 300, 900])], opset=12)


def diff():
    """As it is published with its blob: the difference of two grey images."""
    shape = [3, 720, 720]
    nodes = [
        helper.make_node("ReduceSum", ["img1"], ["2"], axes=[0], keepdims=0),
        helper.make_node("ReduceSum", ["img2"], ["3"], axes=[0], keepdims=0),
        helper.make_node("Sub", ["2", "3"], ["output"]),
    ]
    return network(nodes, [("img1", shape), ("img2", shape)], [("output", [720, 720])], opset=12)


def convolution():
    """Two outputs, `y` and `z`, behind one convolution, `c`."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["y"]),
        helper.make_node("Sigmoid", ["c"], ["z"]),
    ]
    shape = [1, 4, 32, 32]
    return network(nodes, [("x", COLOUR)], [("y", shape), ("z", shape)], [("w", random(4, 3, 3, 3))])


def lstm():
    nodes = [helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=4)]
    weights = [("w", random(1, 16, 8)), ("r", random(1, 16, 4))]
    return network(nodes, [("x", [5, 1, 8])], [("y", [5, 1, 1, 4])], weights)


def reduction(opset):
    """The mean of rows and columns; from opset 18 on, these axes are an input."""
    node = helper.make_node("ReduceMean", ["x", "axes"], ["y"], name="mean", keepdims=1)
    axes = [("axes", numpy.array([2, 3], "int64"))]
    return network([node], [("x", COLOUR)], [("y", [1, 3, 1, 1])], axes, opset)


def quantised():
    weights = [("s", numpy.array(0.1, "float32")), ("z", numpy.array(0, "uint8"))]
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["y"]),
    ]
    return network(nodes, [("x", COLOUR)], [("y", COLOUR)], weights, 13)


def weighted(kind, opset, *weights, **attributes):
    """One operator between `x` and `y` that has weights, too."""
    names = ["w" + str(number) for number in range(len(weights))]
    node = helper.make_node(kind, ["x"] + names, ["y"], **attributes)
    return network([node], [("x", COLOUR)], [("y", COLOUR)], list(zip(names, weights)), opset)


# By the operator that the compiler refuses.
REFUSED = {
    "Abs": lambda: one("Abs"),
    "HardSigmoid": lambda: one("HardSigmoid"),
    "LSTM": lstm,
    "QuantizeLinear": quantised,
    "Einsum": lambda: one("Einsum", opset=12, equation="abij->abji"),
    "Gelu": lambda: one("Gelu", opset=20),
    "GridSample": lambda: weighted("GridSample", 16, random(1, 32, 32, 2)),
    "GroupNormalization": lambda: weighted("GroupNormalization", 18, random(3), random(3), num_groups=3),
    "HardSwish": lambda: one("HardSwish", opset=14),
    "LayerNormalization": lambda: weighted("LayerNormalization", 17, random(32), random(32)),
    "Mish": lambda: one("Mish", opset=18),
}

NETWORKS = {
    **REFUSED,
    "concat": concat,
    "diff": diff,
    "convolution": convolution,
    "relu": lambda: one("Relu"),
    "open": lambda: one("Relu", shape=["n", 3, 32, 32]),
    "reduction": lambda: reduction(18),
}

for name in sys.argv[2:]:
    onnx.save(NETWORKS[name](), sys.argv[1] + "/" + name + ".onnx")
