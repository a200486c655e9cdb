"""Models of today's OpenVINO, saved so that the camera's compiler reads them: that of OpenVINO 2021.4, the last for these cameras.

That one knows IR up to version 10, and MaxPool, Softmax and Interpolate in their versions of then.
"""
import re
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset1 as op
from openvino.passes import ConstantFolding, Manager
from openvino.utils.node_factory import NodeFactory

TO_PLANES, FROM_PLANES = (0, 3, 1, 2), (0, 2, 3, 1)


def whole(values):
    return op.constant(np.array(values, np.int64))


def save(model, path):
    """Version 10 differs from today's in its number, and in that it says nothing about itself."""
    with_old_operators(model)
    ov.save_model(model, path, compress_to_fp16=False)
    file = Path(path)
    text = re.sub(r'(<net [^>]*version=)"11"', r'\1"10"', file.read_text(), count=1)
    file.write_text(re.sub(r"<rt_info>.*?</rt_info>|<rt_info\s*/>", "", text, flags=re.S))


def with_old_operators(model):
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(model)
    writers = {"MaxPool": old_max_pool, "Softmax": old_softmax, "Interpolate": old_interpolate}
    for node in model.get_ordered_ops():
        write = writers.get(node.get_type_name())
        if write and node.get_type_info().version_id not in ("opset1", "opset4"):
            old = write(node, node.get_attributes())
            old.set_friendly_name(node.get_friendly_name())
            node.output(0).replace(old.output(0))
    model.validate_nodes_and_infer_types()


def old_max_pool(node, attributes):
    names = ("strides", "pads_begin", "pads_end", "kernel", "rounding_type", "auto_pad")
    return op.max_pool(node.input_value(0), *(attributes[name] for name in names))


def old_softmax(node, attributes):
    return op.softmax(node.input_value(0), attributes["axis"] % len(node.output(0).get_shape()))


def old_interpolate(node, attributes):
    """Where height and width are not the last dimensions, they become them for as long as that takes."""
    value, before, after = node.input_value(0), list(node.input_value(0).get_shape()), list(node.output(0).get_shape())
    channels_last = before[3] == after[3] and before[1:3] != after[1:3]
    if channels_last:
        value = op.transpose(value, whole(TO_PLANES)).output(0)
        before, after = ([sizes[axis] for axis in TO_PLANES] for sizes in (before, after))
    scales = op.constant(np.array([after[axis] / before[axis] for axis in (2, 3)], np.float32))
    kept = ("mode", "coordinate_transformation_mode", "nearest_mode", "antialias", "cube_coeff")
    resized = NodeFactory("opset4").create(
        "Interpolate",
        [value, whole(after[2:]).output(0), scales.output(0), whole([2, 3]).output(0)],
        {name: attributes[name] for name in kept}
        | {"shape_calculation_mode": "sizes", "pads_begin": [0], "pads_end": [0]},
    )
    return op.transpose(resized.output(0), whole(FROM_PLANES)) if channels_last else resized
