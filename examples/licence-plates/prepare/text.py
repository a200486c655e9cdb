"""Makes the text network ready for the camera: takes the path of the ONNX file, writes text.onnx.

The model (PP-OCRv4 of RapidOCR) knows 6,625 signs. Of its last layer only the columns for digits and capital letters are kept, so that a
script reads 3 KB instead of half a megabyte. HardSigmoid, which the camera's compiler does not know, becomes what it is made of,
and the picture comes as the camera has it, from 0 to 255.
"""
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEIGHT, WIDTH, COLUMNS = 48, 320, 40


class Graph:
    def __init__(self, model):
        self.model, self.graph = model, model.graph
        self.values = {it.name: it for it in self.graph.initializer}
        self.makers = {output: node for node in self.graph.node for output in node.output}

    def constant(self, name):
        if name in self.values:
            return numpy_helper.to_array(self.values[name])
        return numpy_helper.to_array(self.makers[name].attribute[0].t)

    def set_constant(self, name, value):
        tensor = self.values[name] if name in self.values else self.makers[name].attribute[0].t
        tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), tensor.name))

    def add_constant(self, name, value):
        self.graph.initializer.append(numpy_helper.from_array(np.array(value, np.float32), name))


def keep_signs(graph):
    """Cuts the weights and the bias of the last layer to the columns of nothing and of ALPHABET."""
    signs = ["", *next(it.value for it in graph.model.metadata_props if it.key == "character").splitlines(), " "]
    kept = [0] + [signs.index(sign) for sign in ALPHABET]
    softmax = graph.makers[graph.graph.output[0].name]
    add = graph.makers[softmax.input[0]]
    multiply = graph.makers[add.input[0]]
    for name in (multiply.input[1], add.input[1]):
        graph.set_constant(name, graph.constant(name)[..., kept])
    del graph.model.metadata_props[:]
    set_shape(graph.graph.output[0], [1, COLUMNS, len(kept)])


def spell_out_hard_sigmoid(graph):
    nodes = []
    for number, node in enumerate(graph.graph.node):
        if node.op_type != "HardSigmoid":
            nodes.append(node)
            continue
        given = {it.name: it.f for it in node.attribute}
        name = f"hard_sigmoid_{number}"
        for part, value in (("alpha", given.get("alpha", 0.2)), ("beta", given.get("beta", 0.5)), ("least", 0), ("most", 1)):
            graph.add_constant(f"{name}_{part}", value)
        nodes += [
            helper.make_node("Mul", [node.input[0], f"{name}_alpha"], [f"{name}_scaled"]),
            helper.make_node("Add", [f"{name}_scaled", f"{name}_beta"], [f"{name}_moved"]),
            helper.make_node("Clip", [f"{name}_moved", f"{name}_least", f"{name}_most"], list(node.output)),
        ]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


def take_frames(graph):
    """Puts x / 127.5 - 1 in front."""
    image = graph.graph.input[0]
    set_shape(image, [1, 3, HEIGHT, WIDTH])
    for node in graph.graph.node:
        for index, name in enumerate(node.input):
            if name == image.name:
                node.input[index] = "frame_moved"
    graph.add_constant("frame_scale", 1 / 127.5)
    graph.add_constant("frame_offset", -1)
    graph.graph.node.insert(0, helper.make_node("Mul", [image.name, "frame_scale"], ["frame_scaled"]))
    graph.graph.node.insert(1, helper.make_node("Add", ["frame_scaled", "frame_offset"], ["frame_moved"]))


def set_shape(value, sizes):
    shape = value.type.tensor_type.shape
    shape.ClearField("dim")
    for size in sizes:
        shape.dim.add().dim_value = size


if __name__ == "__main__":
    (source,) = sys.argv[1:]
    graph = Graph(onnx.load(source))
    keep_signs(graph)
    spell_out_hard_sigmoid(graph)
    take_frames(graph)
    onnx.save(graph.model, "text.onnx")
