"""Makes MoveNet MultiPose ready for the camera: takes the path of the TFLite file, writes pose.xml.

The model ends in operators that the camera's compiler does not know: they look for the middles of people, and put each
person's points together. Here it ends before: with the six best middles (`scores`, and `index`, the number of a cell of a
grid of 64 x 64), and for each the places of 17 points, y and x, counted in cells from there (`kpts`). In front, it takes the camera's
frames, BGR in planes from 0 to 255.
"""
import sys

import numpy as np
import openvino as ov
from openvino import opset1 as op
from openvino.utils.node_factory import NodeFactory

from ir import save, whole

SIDE, GRID, PEOPLE, POINTS = 256, 64, 6, 17


def kind(node):
    return node.get_type_name()


def ancestor(node, wanted):
    """The nearest node of a kind, up through first inputs."""
    while kind(node) != wanted:
        node = node.input_value(0).get_node()
    return node


def number(value):
    return op.constant(np.array(value, np.float32))


def take_frames(model):
    """A new input in front of the first convolution, whose weights then are for blue, green, red. Gives the input."""
    convolution = next(node for node in model.get_ordered_ops() if kind(node) == "Convolution")
    weights = convolution.input_value(1).get_node()
    if kind(weights) == "Convert":
        weights = weights.input_value(0).get_node()
    weights = np.asarray(weights.get_data()).astype(np.float32)
    image = op.parameter([1, 3, SIDE, SIDE], np.float32, name="image")
    scaled = op.add(op.multiply(image, number(1 / 127.5)), number(-1))
    convolution.input(0).replace_source_output(scaled.output(0))
    convolution.input(1).replace_source_output(op.constant(np.ascontiguousarray(weights[:, ::-1])).output(0))
    return image


def heads(model):
    """What the network itself gives: where middles are, [1, 1, 64, 64], and the points, [1, 34, 64, 64]."""
    nodes = model.get_ordered_ops()
    middles = ancestor(next(node for node in nodes if kind(node) == "Abs"), "Sigmoid")
    gathered = [node for node in nodes if kind(node) == "GatherND"]
    points = next(node for node in gathered if list(node.output(0).get_shape()) == [PEOPLE, 2 * POINTS])
    return middles.output(0), ancestor(points.input_value(0).get_node(), "Add").output(0)


def best_cells(middles):
    """The scores and the numbers of the best cells, no two of them neighbours."""
    highest = op.max_pool(middles, [1, 1], [1, 1], [1, 1], [3, 3], "floor", "explicit")
    # 1 where a cell is the highest around it, else 0.
    is_peak = op.subtract(number(1), op.clamp(op.multiply(op.subtract(highest, middles), number(1000)), 0.0, 1.0))
    cells = op.reshape(op.multiply(middles, is_peak), whole([1, GRID * GRID]), False)
    best = NodeFactory("opset3").create(
        "TopK",
        [cells.output(0), whole(PEOPLE).output(0)],
        {"axis": 1, "mode": "max", "sort": "value", "index_element_type": "i32"},
    )
    return best.output(0), best.output(1)


def named(output, name):
    output.get_node().set_friendly_name(name)
    return op.result(output)


if __name__ == "__main__":
    (source,) = sys.argv[1:]
    model = ov.Core().read_model(source)
    model.reshape([1, SIDE, SIDE, 3])
    image = take_frames(model)
    middles, points = heads(model)
    scores, cells = best_cells(middles)
    at = op.reshape(cells, whole([PEOPLE]), False)
    picked = op.gather(op.reshape(points, whole([2 * POINTS, GRID * GRID]), False), at, whole(1))
    results = [
        named(op.reshape(scores, whole([1, PEOPLE]), False).output(0), "scores"),
        named(op.reshape(cells, whole([1, PEOPLE]), False).output(0), "index"),
        named(picked.output(0), "kpts"),
    ]
    save(ov.Model(results, [image], "poses"), "pose.xml")
